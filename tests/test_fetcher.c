/* collect/fetcher.c: who waits for whom. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "tests/support_commits.h"
#include "tests/support_fetching.h"

#define MANY 40

static void add_many(struct fetching *fetching, struct fetch_queue *queue, struct asked *asked,
                     char keys[][32], const char *folder, int count) {
    fetch_queue_init(queue, fetching->fetcher);
    for (int i = 0; i < count; i++) {
        snprintf(keys[i], sizeof(keys[i]), "%s%04d.json", folder, i);
        asked[i] = ask_for(fetching, keys[i], NULL);
        fetch_queue_add(queue, &asked[i].fetch);
    }
}

static void test_one_that_stalls_holds_up_no_other(void **state) {
    struct stall stall = {.part = "0003", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &queue, asked, keys, "f/", MANY);
    gate_wait_inside(&fetching.told, MANY - 1);
    assert_int_equal(count_events(&fetching.collecting), MANY - 1);
    fetch_queue_end(&queue);
    assert_int_equal(asked[3].outcome, FETCH_CANCELLED);
    assert_int_equal(asked[MANY - 1].outcome, FETCH_IMPORTED);
    fetching_close(&fetching);
}

/* All downloads that one may have hang: another has its turn. */
static void test_a_queue_that_stalls_stops_no_other(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue stuck;
    struct fetch_queue other;
    struct asked asked[2][MANY];
    char keys[2][MANY][32];

    (void)state;
    fetching_open(&fetching, 3);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    put_files(fetching.collecting.s3, "g/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &stuck, asked[0], keys[0], "f/", MANY);
    gate_wait_inside(&stall.gate, 3);
    add_many(&fetching, &other, asked[1], keys[1], "g/", MANY);
    gate_wait_inside(&fetching.told, MANY);
    fetch_queue_end(&other);
    assert_int_equal(gate_inside(&stall.gate), 3);
    struct fetcher_figures figures;
    fetcher_measure(fetching.fetcher, &figures);
    assert_int_equal(figures.under_way, 3);
    assert_int_equal(figures.waiting, MANY - 3);
    assert_int_equal(figures.outcomes[FETCH_IMPORTED], MANY);
    fetch_queue_end(&stuck);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asked[0][i].outcome, FETCH_CANCELLED);
    fetching_close(&fetching);
}

static void test_stopped(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    add_many(&fetching, &queue, asked, keys, "f/", MANY);
    gate_wait_inside(&stall.gate, 2);
    fetcher_stop(fetching.fetcher);
    gate_wait_inside(&fetching.told, MANY);
    fetch_queue_add(&queue, &asked[0].fetch);
    assert_int_equal(gate_inside(&fetching.told), MANY + 1);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asked[i].outcome, FETCH_CANCELLED);
    fetching_close(&fetching);
}

/* ---- many who ask at the same time ---- */

static void *ask_many(void *argument) {
    struct fetching *fetching = argument;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];
    struct gate told = gate_new();

    gate_open(&told);
    fetch_queue_init(&queue, fetching->fetcher);
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof(keys[i]), "f/%04d.json", i);
        asked[i] = ask_for(fetching, keys[i], NULL);
        asked[i].told = &told;
        fetch_queue_add(&queue, &asked[i].fetch);
    }
    gate_wait_inside(&told, MANY);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_true(asked[i].outcome == FETCH_IMPORTED || asked[i].outcome == FETCH_KNOWN);
    return NULL;
}

static void test_many_threads(void **state) {
    struct fetching fetching;
    pthread_t threads[4];

    (void)state;
    fetching_open(&fetching, 4);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &fetching), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_events(&fetching.collecting), MANY);
    fetching_close(&fetching);
}

/* ---- those that are gathered ---- */

static void gather_many(struct fetching *fetching, struct fetch_queue *queue, struct asked *asked,
                        char keys[][32]) {
    fetch_queue_init(queue, fetching->fetcher);
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof(keys[i]), "f/%04d.json", i);
        asked[i] = ask_for(fetching, keys[i], NULL);
        asked[i].fetch.gathers = true;
        fetch_queue_add(queue, &asked[i].fetch);
    }
}

/* Behind the last one nothing comes that they could wait for. */
static void test_gathered(void **state) {
    struct commits commits;
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    commits_watch(&commits, fetching.collecting.scratch.store);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    gather_many(&fetching, &queue, asked, keys);
    gate_wait_inside(&fetching.told, MANY);
    assert_in_range(commits_seen(&commits), 1, MANY / 2);
    fetch_queue_end(&queue);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asked[i].outcome, FETCH_IMPORTED);
    assert_int_equal(count_events(&fetching.collecting), MANY);
    struct fetcher_figures figures;
    fetcher_measure(fetching.fetcher, &figures);
    assert_int_equal(figures.under_way, 0);
    assert_int_equal(figures.outcomes[FETCH_IMPORTED], MANY);
    fetching_close(&fetching);
}

/* Whichever of them is to blame: each has a commit of its own then. */
static void test_gathered_that_fail(void **state) {
    struct commits commits;
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 2);
    commits_watch(&commits, fetching.collecting.scratch.store);
    commits_fail(&commits, 1);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    gather_many(&fetching, &queue, asked, keys);
    gate_wait_inside(&fetching.told, MANY);
    fetch_queue_end(&queue);
    bool again = false;
    size_t all = fake_s3_all_gets(fetching.collecting.s3);
    struct fetcher_figures figures;
    fetcher_measure(fetching.fetcher, &figures);
    assert_int_equal(figures.bytes, all * log_file(0).length);
    for (int i = 0; i < MANY; i++) {
        size_t gets = fake_s3_gets(fetching.collecting.s3, "bucket", keys[i]);
        assert_int_equal(asked[i].outcome, FETCH_IMPORTED);
        assert_in_range(gets, 1, 2);
        again |= gets == 2;
    }
    assert_true(again);
    assert_int_equal(count_events(&fetching.collecting), MANY);
    fetching_close(&fetching);
}

/* What was downloaded is kept, and nothing of it is under way any more. */
static void test_gathered_when_it_ends(void **state) {
    struct stall stall = {.part = "0039", .gate = gate_new()};
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 1);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    gather_many(&fetching, &queue, asked, keys);
    gate_wait_inside(&stall.gate, 1);
    fetch_queue_end(&queue);
    assert_int_equal(gate_inside(&fetching.told), MANY);
    for (int i = 0; i < MANY - 1; i++)
        assert_int_equal(asked[i].outcome, FETCH_IMPORTED);
    assert_int_equal(asked[MANY - 1].outcome, FETCH_CANCELLED);
    assert_int_equal(count_events(&fetching.collecting), MANY - 1);
    fetching_close(&fetching);
}

/* When their commit fails at the end, there is nobody any more to fetch them for. */
static void test_gathered_that_fail_when_it_ends(void **state) {
    struct stall stall = {.part = "0039", .gate = gate_new()};
    struct commits commits;
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 1);
    commits_watch(&commits, fetching.collecting.scratch.store);
    commits_fail_one_in(&commits, 1);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    gather_many(&fetching, &queue, asked, keys);
    gate_wait_inside(&stall.gate, 1);
    fetch_queue_end(&queue);
    assert_int_equal(gate_inside(&fetching.told), MANY);
    for (int i = 0; i < MANY; i++)
        assert_true(asked[i].outcome == FETCH_CANCELLED || asked[i].outcome == FETCH_FAILED);
    assert_int_equal(count_events(&fetching.collecting), 0);
    fetching_close(&fetching);
}

#define HALF_LANE 9000 /* events: two files are more than a lane holds */

static struct span many_events(int file, struct arena *arena) {
    struct buffer text = {0};

    buffer_append_text(&text, "{\"Records\":[");
    for (int i = 0; i < HALF_LANE; i++)
        buffer_append_format(&text,
                             "%s{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"E\","
                             "\"eventSource\":\"s\",\"eventID\":\"%d-%d\"}",
                             i == 0 ? "" : ",", file, i);
    buffer_append_text(&text, "]}");
    struct span copy = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return copy;
}

/* The one that finds the lane full is not to blame for those before it. */
static void test_gathered_before_that_fail(void **state) {
    struct commits commits;
    struct fetching fetching;
    struct fetch_queue queue;
    struct asked asked[4];
    struct arena arena = {0};
    char keys[4][32];

    (void)state;
    fetching_open(&fetching, 1);
    fetching_allow(&fetching, 1, MIB);
    for (int i = 0; i < 4; i++) {
        snprintf(keys[i], sizeof(keys[i]), "f/%d.json", i);
        fake_s3_put(fetching.collecting.s3, "bucket", keys[i], many_events(i, &arena));
        asked[i] = ask_for(&fetching, keys[i], NULL);
        asked[i].fetch.gathers = true;
        asked[i].fetch.failures = FETCH_RECORDS_ALL;
    }
    commits_watch(&commits, fetching.collecting.scratch.store);
    commits_fail(&commits, 1);
    fetch_queue_init(&queue, fetching.fetcher);
    for (int i = 0; i < 4; i++)
        fetch_queue_add(&queue, &asked[i].fetch);
    gate_wait_inside(&fetching.told, 4);
    fetch_queue_end(&queue);
    for (int i = 0; i < 4; i++)
        assert_int_equal(asked[i].outcome, FETCH_IMPORTED);
    assert_int_equal(count_events(&fetching.collecting), 4 * HALF_LANE);
    fetching_close(&fetching);
    arena_clear(&arena);
}

/* What others have gathered goes on gathering, and nobody who ends waits for its commit. */
static void test_one_ends_that_gathered_nothing(void **state) {
    struct stall stall = {.part = "0039", .gate = gate_new()};
    struct commits commits;
    struct fetching fetching;
    struct fetch_queue queue;
    struct fetch_queue other;
    struct asked asked[MANY];
    char keys[MANY][32];

    (void)state;
    fetching_open(&fetching, 1);
    commits_watch(&commits, fetching.collecting.scratch.store);
    commits_hold(&commits);
    put_files(fetching.collecting.s3, "f/", 0, MANY);
    fake_s3_fault(fetching.collecting.s3, stall_some, &stall);
    gather_many(&fetching, &queue, asked, keys);
    gate_wait_inside(&stall.gate, 1);
    fetch_queue_init(&other, fetching.fetcher);
    fetch_queue_end(&other);
    assert_int_equal(gate_inside(&fetching.told), 0);
    commits_release(&commits);
    fetch_queue_end(&queue);
    assert_int_equal(count_events(&fetching.collecting), MANY - 1);
    fetching_close(&fetching);
}

static void test_threads_refused(void **state) {
    struct fetching fetching;
    struct fetcher *fetcher;
    struct err err;

    (void)state;
    fetching_open(&fetching, 1);
    const struct fetcher_config config = {
        .store = fetching.collecting.scratch.store,
        .client = fetching.client,
        .downloads = 3,
    };
    size_t stack = threads_refuse();
    assert_false(fetcher_open(&config, &fetcher, &err));
    threads_allow(stack);
    assert_int_equal(err.kind, ERR_INTERNAL);
    fetching_close(&fetching);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_one_that_stalls_holds_up_no_other),
        TEST(test_a_queue_that_stalls_stops_no_other),
        TEST(test_stopped),
        TEST(test_many_threads),
        TEST(test_gathered),
        TEST(test_gathered_that_fail),
        TEST(test_gathered_when_it_ends),
        TEST(test_gathered_that_fail_when_it_ends),
        TEST(test_gathered_before_that_fail),
        TEST(test_one_ends_that_gathered_nothing),
        TEST(test_threads_refused),
    };

    return rows_run("fetcher", all, ARRAY_LENGTH(all));
}
