/* collect/prefix_imports.c, through the collector's door: which of many imports go on, and which
 * wait. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "base/utc.h"
#include "collect/prefix_imports.h"
#include "tests/support_collect.h"
#include "tests/support_commits.h"
#include "tests/support_patience.h"

/* For all that one test knows of time, nothing is stuck, or everything is that waits. */
static void open_patient(struct collecting *collecting, int64_t patience_ms) {
    struct err err;

    collecting_open_store(collecting);
    struct collector_config config = collecting_config(collecting, 4);
    config.import_patience_ms = patience_ms;
    if (!collector_start(&config, &collecting->collector, &err))
        fail_msg("%s", err.text);
}

static int64_t begin_numbered(struct collecting *collecting, int number) {
    char folder[16];

    snprintf(folder, sizeof(folder), "f%02d/", number);
    put_files(collecting->s3, folder, number, number + 1);
    return begin_prefix(collecting, folder);
}

static void cancel(struct collecting *collecting, int64_t id) {
    struct err err;
    bool over;

    if (!collector_cancel(collecting->collector, id, &over, &err))
        fail_msg("%s", err.text);
    assert_false(over);
    assert_int_equal(get_receipt(collecting, id).status, IMPORT_CANCELLED);
}

static void wait_begun(struct collecting *collecting, int64_t id) {
    for (struct patience patience = {0}; progress_of(collecting, id).status == IMPORT_QUEUED;)
        patience_nap(&patience, "the begin of an import");
}

/* A few go on at a time; when one is cancelled the next begins. */
static void test_in_turn(void **state) {
    struct stall stall = {.part = "f", .gate = gate_new()};
    struct collecting collecting;
    int64_t ids[5];

    (void)state;
    open_patient(&collecting, MS_PER_HOUR);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    for (int i = 0; i < 5; i++)
        ids[i] = begin_numbered(&collecting, i);
    wait_begun(&collecting, ids[2]);
    assert_int_equal(progress_of(&collecting, ids[3]).status, IMPORT_QUEUED);
    cancel(&collecting, ids[4]);
    cancel(&collecting, ids[0]);
    wait_begun(&collecting, ids[3]);
    collecting_close(&collecting);
}

static bool stall_lists(void *context, struct fake_connection *connection,
                        const struct fake_question *question) {
    bool stalls = question->list && span_starts_with(question->prefix, SPAN("f"));

    (void)context;
    if (stalls)
        fake_stall(connection);
    return stalls;
}

/* Whether it is lists that hang or objects. */
static const struct stuck_row {
    const char *name;
    fake_fault_function fault;
} stuck[] = {
    {"stuck with objects", stall_some},
    {"stuck with lists", stall_lists},
};

static void test_stuck_hold_up_no_other(void **state) {
    const struct stuck_row *row = *state;
    struct stall stall = {.part = "f", .gate = gate_new()};
    struct collecting collecting;

    open_patient(&collecting, 1);
    put_files(collecting.s3, "g/", 100, 110);
    fake_s3_fault(collecting.s3, row->fault, &stall);
    for (int i = 0; i < PREFIX_IMPORTS_AT_ONCE; i++)
        begin_numbered(&collecting, i);
    struct receipt receipt = wait_over(&collecting, begin_prefix(&collecting, "g/"));
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 10, 0, 0, 0);
    collecting_close(&collecting);
}

#define MOST (PREFIX_IMPORTS_AT_ONCE + PREFIX_IMPORTS_STUCK)

/* There are only so many of them: each holds a window in memory. */
static void test_stuck_are_bounded(void **state) {
    struct stall stall = {.part = "f", .gate = gate_new()};
    struct collecting collecting;
    struct collector_figures figures;
    int64_t ids[MOST + 2];

    (void)state;
    open_patient(&collecting, 1);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    for (int i = 0; i < MOST + 2; i++)
        ids[i] = begin_numbered(&collecting, i);
    wait_begun(&collecting, ids[MOST - 1]);
    assert_int_equal(progress_of(&collecting, ids[MOST]).status, IMPORT_QUEUED);
    collector_measure(collecting.collector, &figures);
    assert_int_equal(figures.prefix_imports, MOST + 2);
    cancel(&collecting, ids[1]);
    wait_begun(&collecting, ids[MOST]);
    assert_int_equal(progress_of(&collecting, ids[MOST + 1]).status, IMPORT_QUEUED);
    collecting_close(&collecting);
}

/* ---- two who cancel the same ---- */

struct canceller {
    struct collecting *collecting;
    int64_t id;
    pthread_t thread;
    bool over;
    enum import_status status; /* when it was told */
};

static void *cancel_and_look(void *argument) {
    struct canceller *self = argument;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err;

    if (!collector_cancel(self->collecting->collector, self->id, &self->over, &err) ||
        !store_get_receipt(self->collecting->scratch.store, self->id, &arena, &receipt, &err))
        fail_msg("%s", err.text);
    self->status = receipt.status;
    arena_clear(&arena);
    return NULL;
}

/* Whoever is told that it is over finds it cancelled. */
static void test_cancelled_twice_at_once(void **state) {
    struct stall stall = {.part = "f", .gate = gate_new()};
    struct collecting collecting;
    struct commits commits;
    struct canceller cancellers[2];

    (void)state;
    open_patient(&collecting, MS_PER_HOUR);
    commits_watch(&commits, collecting.scratch.store);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_numbered(&collecting, 0);
    gate_wait_inside(&stall.gate, 1);
    commits_hold(&commits);
    for (int i = 0; i < 2; i++) {
        cancellers[i] = (struct canceller){.collecting = &collecting, .id = id};
        assert_int_equal(
            pthread_create(&cancellers[i].thread, NULL, cancel_and_look, &cancellers[i]), 0);
    }
    commits_wait_held(&commits);
    struct patience patience = {0};
    for (int i = 0; i < 100; i++)
        patience_nap(&patience, "nothing");
    commits_release(&commits);
    for (int i = 0; i < 2; i++) {
        pthread_join(cancellers[i].thread, NULL);
        assert_int_equal(cancellers[i].status, IMPORT_CANCELLED);
    }
    assert_true(cancellers[0].over != cancellers[1].over);
    collecting_close(&collecting);
}

/* Whoever asks then is told to ask again, and nothing is left behind. */
static void test_nothing_begins_while_it_stops(void **state) {
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = SPAN("f/0000.json"), .bytes = -1};
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 1);
    collector_interrupt(collecting.collector);
    assert_false(collector_begin_prefix(collecting.collector, SPAN("bucket"), SPAN("f/"), NULL,
                                        &collecting.arena, &receipt, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_false(collector_begin_objects(collecting.collector, &object, 1, &collecting.arena,
                                         &receipt, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_false(collector_import_object(collecting.collector, &object, 0, NULL, &collecting.arena,
                                         &receipt, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(list_files(&collecting, -1, 0).count, 0);
    collecting_close(&collecting);
}

static bool pass_lists(void *context, struct fake_connection *connection,
                       const struct fake_question *question) {
    (void)connection;
    if (question->list)
        gate_pass(context);
    return false;
}

static void *stop(void *collecting) {
    collecting_stop(collecting);
    return NULL;
}

/* One that is just ending looks for those that wait, in a list that is being emptied. */
static void test_one_ends_while_it_stops(void **state) {
    struct gate gate = gate_new();
    struct collecting collecting;
    struct commits commits;
    pthread_t stopping;

    (void)state;
    open_patient(&collecting, MS_PER_HOUR);
    commits_watch(&commits, collecting.scratch.store);
    fake_s3_fault(collecting.s3, pass_lists, &gate);
    int64_t id = begin_prefix(&collecting, "none/");
    gate_wait_inside(&gate, 1);
    commits_hold(&commits);
    gate_open(&gate);
    commits_wait_held(&commits);
    assert_int_equal(pthread_create(&stopping, NULL, stop, &collecting), 0);
    struct patience patience = {0};
    for (int i = 0; i < 100; i++)
        patience_nap(&patience, "nothing");
    commits_release(&commits);
    pthread_join(stopping, NULL);
    assert_int_equal(get_receipt(&collecting, id).status, IMPORT_DONE);
    collecting_close(&collecting);
}

/* It is not over: the next process goes on with it. */
static void test_cancelled_while_it_stops(void **state) {
    struct stall stall = {.part = "f", .gate = gate_new()};
    struct collecting collecting;
    struct err err;
    bool over;

    (void)state;
    open_patient(&collecting, MS_PER_HOUR);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_numbered(&collecting, 0);
    gate_wait_inside(&stall.gate, 1);
    collector_interrupt(collecting.collector);
    assert_false(collector_cancel(collecting.collector, id, &over, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(get_receipt(&collecting, id).status, IMPORT_RUNNING);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_in_turn),
        ROWS(test_stuck_hold_up_no_other, stuck),
        TEST(test_stuck_are_bounded),
        TEST(test_nothing_begins_while_it_stops),
        TEST(test_cancelled_twice_at_once),
        TEST(test_one_ends_while_it_stops),
        TEST(test_cancelled_while_it_stops),
    };

    return rows_run("prefix_imports", all, ARRAY_LENGTH(all));
}
