#include "server/inflight.h"

#include <stdlib.h>

#include "tests/rows.h"

static void test_none(void **state) {
    struct inflight inflight;

    (void)state;
    inflight_init(&inflight);
    assert_true(inflight_wait(&inflight, 0));
    inflight_clear(&inflight);
}

static void test_patience_ends(void **state) {
    struct inflight inflight;

    (void)state;
    inflight_init(&inflight);
    inflight_begin(&inflight);
    assert_false(inflight_wait(&inflight, 0));
    assert_false(inflight_wait(&inflight, 20));
    inflight_end(&inflight);
    assert_true(inflight_wait(&inflight, 0));
    inflight_clear(&inflight);
}

static void *end_both(void *argument) {
    inflight_end(argument);
    inflight_end(argument);
    return NULL;
}

static void test_another_thread_ends_them(void **state) {
    struct inflight inflight;
    pthread_t thread;

    (void)state;
    inflight_init(&inflight);
    inflight_begin(&inflight);
    inflight_begin(&inflight);
    assert_int_equal(pthread_create(&thread, NULL, end_both, &inflight), 0);
    assert_true(inflight_wait(&inflight, 60000));
    pthread_join(thread, NULL);
    inflight_clear(&inflight);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_none),
        TEST(test_patience_ends),
        TEST(test_another_thread_ends_them),
    };

    return rows_run("inflight", all, ARRAY_LENGTH(all));
}
