/* collect/under_way.c, through the fetcher: an object that several want at a time. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "collect/fetcher_state.h"
#include "tests/support_fetching.h"
#include "tests/support_patience.h"

#define KEY "f/0000.json"

/* What becomes of the first download of an object: it waits until the test lets it go on. */
struct first {
    struct gate gate;
    enum {
        IS_ANSWERED,
        IS_REFUSED,
        IS_STALLED
    } then;
};

static bool hold_first(void *context, struct fake_connection *connection,
                       const struct fake_question *question) {
    struct first *first = context;

    if (question->number > 0)
        return false;
    if (first->then == IS_STALLED) {
        pthread_mutex_lock(&first->gate.lock);
        first->gate.inside++;
        pthread_cond_broadcast(&first->gate.changed);
        pthread_mutex_unlock(&first->gate.lock);
        fake_stall(connection);
        return true;
    }
    gate_pass(&first->gate);
    if (first->then == IS_REFUSED)
        fake_s3_refuse(connection, 403, "AccessDenied");
    return first->then == IS_REFUSED;
}

static size_t count_waiting(struct fetcher *fetcher) {
    pthread_mutex_lock(&fetcher->lock);
    size_t count = fetcher->under_way.waiting;
    pthread_mutex_unlock(&fetcher->lock);
    return count;
}

/* One object, and two who want it: the first has it, the second waits for that. */
struct two {
    struct fetching fetching;
    struct first first;
    struct fetch_queue queues[2];
    struct asked asked[2];
    char etag[33];
};

static void two_open(struct two *two) {
    fetching_open(&two->fetching, 4);
    two->first.gate = gate_new();
    put_files(two->fetching.collecting.s3, "f/", 0, 1);
    fake_s3_etag(log_file(0), two->etag);
    fake_s3_fault(two->fetching.collecting.s3, hold_first, &two->first);
    for (int i = 0; i < 2; i++) {
        fetch_queue_init(&two->queues[i], two->fetching.fetcher);
        two->asked[i] = ask_for(&two->fetching, KEY, two->etag);
        two->asked[i].fetch.gathers = true;
    }
    fetch_queue_add(&two->queues[0], &two->asked[0].fetch);
    gate_wait_inside(&two->first.gate, 1);
    fetch_queue_add(&two->queues[1], &two->asked[1].fetch);
    for (struct patience patience = {0}; count_waiting(two->fetching.fetcher) == 0;)
        patience_nap(&patience, "the second one");
}

static void two_close(struct two *two) {
    fetch_queue_end(&two->queues[0]);
    fetch_queue_end(&two->queues[1]);
    assert_int_equal(count_waiting(two->fetching.fetcher), 0);
    fetching_close(&two->fetching);
}

static size_t gets(struct two *two) {
    return fake_s3_gets(two->fetching.collecting.s3, "bucket", KEY);
}

static void test_is_known_to_the_second(void **state) {
    struct two two = {.first.then = IS_ANSWERED};
    struct fetcher_figures figures;

    (void)state;
    two_open(&two);
    fetcher_measure(two.fetching.fetcher, &figures);
    assert_int_equal(figures.under_way, 1);
    assert_int_equal(figures.waiting, 1);
    gate_open(&two.first.gate);
    gate_wait_inside(&two.fetching.told, 2);
    assert_int_equal(two.asked[0].outcome, FETCH_IMPORTED);
    assert_int_equal(two.asked[1].outcome, FETCH_KNOWN);
    assert_int_equal(two.asked[1].duplicate_of, two.asked[0].receipt);
    assert_int_equal(gets(&two), 1);
    two_close(&two);
}

static void test_first_fails(void **state) {
    struct two two = {.first.then = IS_REFUSED};

    (void)state;
    two_open(&two);
    gate_open(&two.first.gate);
    gate_wait_inside(&two.fetching.told, 2);
    assert_int_equal(two.asked[0].outcome, FETCH_FAILED);
    assert_int_equal(two.asked[1].outcome, FETCH_IMPORTED);
    assert_int_equal(gets(&two), 2);
    two_close(&two);
}

static void test_first_is_cancelled(void **state) {
    struct two two = {.first.then = IS_STALLED};

    (void)state;
    two_open(&two);
    fetch_queue_cancel(&two.queues[0]);
    gate_wait_inside(&two.fetching.told, 2);
    assert_int_equal(two.asked[0].outcome, FETCH_CANCELLED);
    assert_int_equal(two.asked[1].outcome, FETCH_IMPORTED);
    two_close(&two);
}

static void test_second_is_cancelled(void **state) {
    struct two two = {.first.then = IS_ANSWERED};

    (void)state;
    two_open(&two);
    fetch_queue_cancel(&two.queues[1]);
    assert_int_equal(gate_inside(&two.fetching.told), 1);
    assert_int_equal(two.asked[1].outcome, FETCH_CANCELLED);
    gate_open(&two.first.gate);
    gate_wait_inside(&two.fetching.told, 2);
    assert_int_equal(two.asked[0].outcome, FETCH_IMPORTED);
    two_close(&two);
}

static void test_stopped(void **state) {
    struct two two = {.first.then = IS_STALLED};

    (void)state;
    two_open(&two);
    fetcher_stop(two.fetching.fetcher);
    gate_wait_inside(&two.fetching.told, 2);
    assert_int_equal(two.asked[0].outcome, FETCH_CANCELLED);
    assert_int_equal(two.asked[1].outcome, FETCH_CANCELLED);
    two_close(&two);
}

/* ---- many who want the same, in any order ---- */

#define MANY  200
#define ASKED 4

struct many {
    struct fetching fetching;
    char keys[MANY][16];
    char etags[MANY][33];
};

static void *ask_many(void *argument) {
    struct many *many = argument;
    struct fetch_queue queue;
    struct asked asked[MANY];
    struct gate told = gate_new();

    gate_open(&told);
    fetch_queue_init(&queue, many->fetching.fetcher);
    for (int i = 0; i < MANY; i++) {
        asked[i] = ask_for(&many->fetching, many->keys[i], many->etags[i]);
        asked[i].fetch.gathers = i % 3 != 0;
        asked[i].told = &told;
        fetch_queue_add(&queue, &asked[i].fetch);
    }
    gate_wait_inside(&told, MANY);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_true(asked[i].outcome == FETCH_IMPORTED || asked[i].outcome == FETCH_KNOWN);
    return NULL;
}

static void many_open(struct many *many) {
    fetching_open(&many->fetching, 4);
    put_files(many->fetching.collecting.s3, "f/", 0, MANY);
    for (int i = 0; i < MANY; i++) {
        snprintf(many->keys[i], sizeof(many->keys[i]), "f/%04d.json", i);
        fake_s3_etag(log_file(i), many->etags[i]);
    }
}

static void test_many_at_once(void **state) {
    struct many many;
    pthread_t threads[ASKED];

    (void)state;
    many_open(&many);
    for (int i = 0; i < ASKED; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &many), 0);
    for (int i = 0; i < ASKED; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(fake_s3_all_gets(many.fetching.collecting.s3), MANY);
    assert_int_equal(count_events(&many.fetching.collecting), MANY);
    fetching_close(&many.fetching);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_is_known_to_the_second), TEST(test_first_fails), TEST(test_first_is_cancelled),
        TEST(test_second_is_cancelled),    TEST(test_stopped),     TEST(test_many_at_once),
    };

    return rows_run("under_way", all, ARRAY_LENGTH(all));
}
