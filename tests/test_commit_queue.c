/* store/commit_queue.c: commits that come together, and what they hold up. */
#include "tests/rows.h"

#include <pthread.h>

#include "store/collection.h"
#include "store/state.h"
#include "tests/support_commits.h"

#define UPLOADS_MAX 8

static void test_one_transaction_for_all(void **state) {
    struct upload uploads[UPLOADS_MAX] = {0};
    struct scratch_store scratch;
    struct commits commits;

    (void)state;
    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    for (int64_t i = 0; i < UPLOADS_MAX; i++) {
        uploads[i].from = i * 50;
        uploads[i].to = i * 50 + 60;
    }
    run_together(&commits, uploads, UPLOADS_MAX, 0);
    assert_int_equal(commits_seen(&commits), 1);
    for (int64_t i = 0; i < UPLOADS_MAX; i++) {
        expect_good(&uploads[i].outcome, i == 0 ? 60 : 50, i == 0 ? 0 : 10);
        assert_int_equal(uploads[i].outcome.receipt.id, i + 1);
        assert_int_equal(count_of_import(scratch.store, i + 1), i == 0 ? 60 : 50);
    }
    expect_stored(scratch.store, 0, UPLOADS_MAX * 50 + 10);
    expect_sound(&scratch, UPLOADS_MAX * 50 + 10);
    scratch_close(&scratch);
}

/* More than the open block takes at once. */
static void test_more_than_there_is_room_for(void **state) {
    struct upload uploads[UPLOADS_MAX] = {0};
    struct scratch_store scratch;
    struct commits commits;

    (void)state;
    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    for (int64_t i = 0; i < UPLOADS_MAX; i++) {
        uploads[i].from = i * 8000;
        uploads[i].to = i * 8000 + 8000;
    }
    run_together(&commits, uploads, UPLOADS_MAX, 0);
    for (int64_t i = 0; i < UPLOADS_MAX; i++)
        expect_good(&uploads[i].outcome, 8000, 0);
    expect_sound(&scratch, UPLOADS_MAX * 8000);
    expect_stored(scratch.store, 0, UPLOADS_MAX * 8000);
    scratch_close(&scratch);
}

/* ---- memory ---- */

/* Clients that try again and again while the disk is full. */
static void test_failures_take_no_memory(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    char *large = memory_new(1, 1000000);
    struct arena arena = {0};

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    commits_watch(&commits, scratch.store);
    for (int64_t i = 0; i < 150; i++) {
        struct import *import = import_begin(scratch.store);
        struct import_facts facts = made_facts(i, i, 1);
        struct event event = {.time_ms = i, .record = {large, 1000000}};
        struct receipt receipt;
        struct err err = {0};
        commits_fail(&commits, 1);
        assert_true(import_add(import, &event, &err));
        assert_false(import_commit(import, &facts, &arena, &receipt, &err));
        assert_int_equal(scratch.store->open.current->batch.rows, 10);
        assert_true(scratch.store->open.current->batch.arena.bytes < 2 * BATCH_TEXT_BYTES);
    }
    expect_stored(scratch.store, 0, 10);
    import_range(scratch.store, 5, 20, 0);
    expect_stored(scratch.store, 0, 20);
    expect_sound(&scratch, 20);
    scratch_close(&scratch);
    free(large);
}

/* ---- readers ---- */

static void test_reads_while_a_commit_lasts(void **state) {
    struct upload upload = {.from = 10, .to = 20};
    struct scratch_store scratch;
    struct commits commits;

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    commits_watch(&commits, scratch.store);
    upload.store = scratch.store;
    commits_hold(&commits);
    pthread_create(&upload.thread, NULL, run_upload, &upload);
    commits_wait_held(&commits);
    expect_stored(scratch.store, 0, 10);
    assert_int_equal(count_of_import(scratch.store, 2), 0);
    commits_release(&commits);
    pthread_join(upload.thread, NULL);
    expect_good(&upload.outcome, 10, 0);
    expect_stored(scratch.store, 0, 20);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_one_transaction_for_all),
        TEST(test_more_than_there_is_room_for),
        TEST(test_failures_take_no_memory),
        TEST(test_reads_while_a_commit_lasts),
    };

    return rows_run("commit_queue", all, ARRAY_LENGTH(all));
}
