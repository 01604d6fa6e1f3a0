/* store/tidy.c: merges beside readers and imports. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/support_shuffled.h"
#include "tests/support_stored.h"

struct others {
    struct store *store;
    atomic_bool ended;
};

static void *walk_all(void *argument) {
    struct others *others = argument;

    while (!atomic_load(&others->ended))
        check_all(others->store);
    return NULL;
}

/* The same events again and again: each has to be found wherever it lies just then. */
static void *import_again(void *argument) {
    struct others *others = argument;

    for (int64_t round = 0; !atomic_load(&others->ended); round++) {
        int64_t from = round * 137 % (EVENTS - 300);
        struct receipt receipt = import_range(others->store, from, from + 300, 1);
        if (receipt.inserted != 0)
            return (void *)"an event was stored twice";
    }
    return NULL;
}

static void test_beside_others(void **state) {
    struct scratch_store scratch;
    pthread_t threads[2];
    void *result[2];

    (void)state;
    shuffled_open(&scratch);
    struct others others = {.store = scratch.store};
    assert_int_equal(pthread_create(&threads[0], NULL, walk_all, &others), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, import_again, &others), 0);
    tidy_all(scratch.store);
    atomic_store(&others.ended, true);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], &result[i]);
    assert_null(result[1]);
    assert_int_equal(measure(scratch.store).merges, 1);
    check_all(scratch.store);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_beside_others),
    };
    return rows_run("tidy_threads", all, ARRAY_LENGTH(all));
}
