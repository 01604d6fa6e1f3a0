/* What holds an import of a prefix up or ends it: a slow object, a cancel, a disk that is full, a
 * stop of the process. collect/import_run.c, import_saving.c, prefix_imports.c. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "tests/support_collect.h"
#include "tests/support_patience.h"

/* ---- one that is slow ---- */

static void test_first_stalls(void **state) {
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    bool over;
    struct err err;

    (void)state;
    collecting_open(&collecting, 2);
    put_files(collecting.s3, "f/", 0, 50);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_prefix(&collecting, "f/");
    wait_ended_files(&collecting, id, 49);
    struct import_live live = progress_of(&collecting, id);
    assert_int_equal(live.status, IMPORT_RUNNING);
    assert_int_equal(live.progress.files_done, 49);
    assert_int_equal(live.progress.files_listed, 50);
    assert_true(live.listed);
    assert_true(collector_cancel(collecting.collector, id, &over, &err));
    assert_false(over);
    struct receipt receipt = get_receipt(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_CANCELLED);
    assert_int_equal(receipt.progress.files_done, 49);
    assert_true(collector_cancel(collecting.collector, id, &over, &err));
    assert_true(over);
    assert_false(collector_cancel(collecting.collector, 999, &over, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    collecting_close(&collecting);
}

/* ---- what cannot be saved ---- */

/* Progress cannot be saved any more, or again. */
static void let_save(struct collecting *collecting, bool may) {
    write_sql(collecting, may ? "DROP TRIGGER refuse"
                              : "CREATE TRIGGER refuse BEFORE UPDATE ON progress BEGIN"
                                " SELECT raise(ABORT, 'refused for a test'); END");
}

/* It stands still, says why, and can be cancelled once more; the next one begins. */
static void test_cancel_not_saved(void **state) {
    struct stall stall = {.part = "f/0000", .gate = gate_new()};
    struct collecting collecting;
    int64_t ids[4];
    bool over;
    struct err err;

    (void)state;
    collecting_open(&collecting, 2);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    for (int i = 0; i < 4; i++) {
        char folder[] = {(char)('a' + i), '/', 'f', '/', 0};
        put_files(collecting.s3, folder, 0, 3);
        ids[i] = begin_prefix(&collecting, folder);
    }
    gate_wait_inside(&stall.gate, 3);
    let_save(&collecting, false);
    assert_false(collector_cancel(collecting.collector, ids[0], &over, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    gate_wait_inside(&stall.gate, 4);
    struct import_live live = progress_of(&collecting, ids[0]);
    assert_int_equal(live.status, IMPORT_RUNNING);
    assert_non_null(memmem(live.waiting_for.data, live.waiting_for.length, "refused", 7));
    assert_false(collector_cancel(collecting.collector, ids[0], &over, &err));
    let_save(&collecting, true);
    assert_true(collector_cancel(collecting.collector, ids[0], &over, &err));
    assert_false(over);
    assert_int_equal(get_receipt(&collecting, ids[0]).status, IMPORT_CANCELLED);
    for (int i = 1; i < 4; i++)
        assert_true(collector_cancel(collecting.collector, ids[i], &over, &err));
    gate_open(&stall.gate);
    assert_int_equal(wait_over(&collecting, begin_prefix(&collecting, "a/")).status, IMPORT_DONE);
    collecting_close(&collecting);
}

/* Not even that it has begun: what failed is not tried and told once more by the next process. */
static void test_nothing_saved(void **state) {
    struct stall stall = {.part = "0005", .gate = gate_new()};
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 2);
    put_files(collecting.s3, "f/", 0, 6);
    fake_s3_put(collecting.s3, "bucket", "f/0002.json", SPAN("{"));
    fake_s3_fault(collecting.s3, stall_some, &stall);
    let_save(&collecting, false);
    int64_t id = begin_prefix(&collecting, "f/");
    wait_ended_files(&collecting, id, 5);
    collecting_stop(&collecting);
    assert_int_equal(get_receipt(&collecting, id).status, IMPORT_QUEUED);
    let_save(&collecting, true);
    gate_open(&stall.gate);
    collecting_start(&collecting, 2);
    struct receipt receipt = wait_over(&collecting, id);
    check_progress(&receipt.progress, 5, 0, 0, 1);
    assert_int_equal(list_files(&collecting, id, 1u << IMPORT_FAILED).count, 1);
    collecting_close(&collecting);
}

/* ---- a full disk ---- */

static bool wait_at_gate(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    (void)connection;
    if (!question->list)
        gate_pass(context);
    return false;
}

/* Nothing fails for it, and it goes on once there is room. */
static void test_full_disk(void **state) {
    struct gate gate = gate_new();
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 2);
    for (int i = 0; i < 3; i++) {
        char key[] = {'f', '/', (char)('a' + i), 0};
        fake_s3_put(collecting.s3, "bucket", key, large_log_file(i, 100000));
    }
    fake_s3_fault(collecting.s3, wait_at_gate, &gate);
    int64_t id = begin_prefix(&collecting, "f/");
    gate_wait_inside(&gate, 2);
    let_grow(&collecting, "1");
    gate_open(&gate);
    for (struct patience patience = {0}; progress_of(&collecting, id).waiting_for.data == NULL;)
        patience_nap(&patience, "a full disk");
    struct import_live live = progress_of(&collecting, id);
    assert_int_equal(live.status, IMPORT_RUNNING);
    assert_int_equal(live.progress.files_done + live.progress.files_failed, 0);
    let_grow(&collecting, LET_GROW_ALL);
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 3, 0, 0, 0);
    collecting_close(&collecting);
}

#define MANY 100

/* What is downloaded for nothing costs whoever pays for the bucket. */
static void test_full_disk_and_many_files(void **state) {
    struct gate gate = gate_new();
    struct collecting collecting;
    char key[16];

    (void)state;
    collecting_open(&collecting, 2);
    for (int i = 0; i < MANY; i++) {
        snprintf(key, sizeof(key), "f/%04d", i);
        fake_s3_put(collecting.s3, "bucket", key, large_log_file(i, 30000));
    }
    fake_s3_fault(collecting.s3, wait_at_gate, &gate);
    int64_t id = begin_prefix(&collecting, "f/");
    gate_wait_inside(&gate, 2);
    let_grow(&collecting, "1");
    gate_open(&gate);
    struct patience patience = {0};
    while (progress_of(&collecting, id).waiting_for.data == NULL)
        patience_nap(&patience, "a full disk");
    for (int i = 0; i < 500; i++)
        patience_nap(&patience, "nothing");
    assert_in_range(fake_s3_all_gets(collecting.s3), 2, MANY + MANY / 2);
    let_grow(&collecting, LET_GROW_ALL);
    struct receipt receipt = wait_over(&collecting, id);
    check_progress(&receipt.progress, MANY, 0, 0, 0);
    collecting_close(&collecting);
}

/* ---- nothing comes any more ---- */

#define BEFORE 5 /* objects that come before the session ends */
#define ALL    140
#define FEW    40 /* whose failures have receipts of their own */

static bool expire(void *context, struct fake_connection *connection,
                   const struct fake_question *question) {
    bool refused = !question->list && span_compare(question->key, SPAN("f/0005.json")) >= 0;

    (void)context;
    if (refused)
        fake_s3_refuse(connection, 400, "ExpiredToken");
    return refused;
}

static bool says(struct span text, const char *what) {
    return text.length > 0 && memmem(text.data, text.length, what, strlen(what)) != NULL;
}

static void begin_session(struct collecting *collecting, int files, int64_t outage_ms,
                          int64_t pause_ms) {
    struct err err;

    collecting_open_store(collecting);
    struct collector_config config = collecting_config(collecting, 2);
    config.import_outage_ms = outage_ms;
    config.import_pause_ms = pause_ms;
    if (!collector_start(&config, &collecting->collector, &err))
        fail_msg("%s", err.text);
    put_files(collecting->s3, "f/", 0, files);
    fake_s3_fault(collecting->s3, expire, NULL);
}

static void test_session_ends(void **state) {
    struct collecting collecting;

    (void)state;
    begin_session(&collecting, ALL, 1, 400);
    int64_t id = begin_prefix(&collecting, "f/");
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_FAILED);
    assert_true(says(receipt.error, "given up"));
    assert_true(says(receipt.error, "ExpiredToken"));
    assert_int_equal(receipt.progress.files_listed, ALL);
    int64_t done = receipt.progress.files_done;
    assert_in_range(done, 1, BEFORE);
    assert_int_equal(receipt.progress.files_failed, 0);
    assert_int_equal(list_files(&collecting, id, 1u << IMPORT_FAILED).count, 0);
    fake_s3_fault(collecting.s3, NULL, NULL);
    receipt = wait_over(&collecting, begin_prefix(&collecting, "f/"));
    check_progress(&receipt.progress, ALL - done, done, 0, 0);
    collecting_close(&collecting);
}

/* Each of a few is tried as often as it would be alone, and has a receipt of its own. */
static void test_few_are_left(void **state) {
    struct collecting collecting;

    (void)state;
    begin_session(&collecting, FEW, 1, 50);
    int64_t id = begin_prefix(&collecting, "f/");
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, BEFORE, 0, 0, FEW - BEFORE);
    assert_int_equal(list_files(&collecting, id, 1u << IMPORT_FAILED).count, FEW - BEFORE);
    /* Four tries, each once more with credentials that were looked for anew. */
    assert_int_equal(fake_s3_gets(collecting.s3, "bucket", "f/0039.json"), 8);
    collecting_close(&collecting);
}

/* As by a tool that writes new credentials into the file. */
static void test_session_is_renewed(void **state) {
    struct collecting collecting;

    (void)state;
    begin_session(&collecting, ALL, 0, 400);
    int64_t id = begin_prefix(&collecting, "f/");
    wait_ended_files(&collecting, id, BEFORE);
    struct patience patience = {0};
    while (!says(progress_of(&collecting, id).waiting_for, "ExpiredToken"))
        patience_nap(&patience, "the end of a session");
    fake_s3_fault(collecting.s3, NULL, NULL);
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, ALL, 0, 0, 0);
    collecting_close(&collecting);
}

/* ---- stop and start ---- */

/* Which of the two digests came first is chance. */
static void check_live_skipped(struct span text) {
    bool second = memmem(text.data, text.length, "0009", 4) != NULL;

    check_skipped(text, second ? "{\"folder\":{\"objects\":2,\"example\":\"f/0004/\"},"
                                 "\"digest\":{\"objects\":2,\"example\":\"f/0009.json\"}}"
                               : "{\"folder\":{\"objects\":2,\"example\":\"f/0004/\"},"
                                 "\"digest\":{\"objects\":2,\"example\":\"f/0002.json\"}}");
}

static void test_goes_on_after_a_stop(void **state) {
    struct stall stall = {.part = "0005", .gate = gate_new()};
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 2);
    put_files(collecting.s3, "f/", 0, 20);
    fake_s3_put(collecting.s3, "bucket", "f/0007.json", SPAN("{"));
    fake_s3_put(collecting.s3, "bucket", "f/0002.json", SPAN(DIGEST));
    fake_s3_put(collecting.s3, "bucket", "f/0009.json", SPAN(DIGEST " "));
    fake_s3_put(collecting.s3, "bucket", "f/0004/", SPAN(""));
    fake_s3_put(collecting.s3, "bucket", "f/0006/", SPAN(""));
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_prefix(&collecting, "f/");
    wait_ended_files(&collecting, id, 21);
    struct import_live live = progress_of(&collecting, id);
    check_live_skipped(live.skipped);
    collecting_stop(&collecting);
    struct receipt receipt = get_receipt(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_RUNNING);
    check_progress(&receipt.progress, 4, 0, 2, 0);
    check_skipped(receipt.skipped,
                  "{\"digest\":{\"objects\":1,\"example\":\"f/0002.json\"},"
                  "\"folder\":{\"objects\":1,\"example\":\"f/0004/\"}}");

    gate_open(&stall.gate);
    collecting_start(&collecting, 2);
    receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 17, 0, 4, 1);
    check_skipped(receipt.skipped,
                  "{\"digest\":{\"objects\":2,\"example\":\"f/0002.json\"},"
                  "\"folder\":{\"objects\":2,\"example\":\"f/0004/\"}}");
    assert_int_equal(receipt.progress.inserted, 17);
    assert_int_equal(list_files(&collecting, id, 0).count, 20);
    assert_int_equal(fake_s3_all_gets(collecting.s3), 21);
    collecting_close(&collecting);
}

static const struct left_row {
    const char *name;
    const char *allowed; /* NULL: S3 is off */
    const char *error;
} left[] = {
    {"not allowed any more", "another", "--s3-allow"},
    {"turned off", NULL, "turned off"},
};

static void test_left_over(void **state) {
    const struct left_row *row = *state;
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    struct err err;

    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 3);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_prefix(&collecting, "f/");
    gate_wait_inside(&stall.gate, 1);
    collecting_stop(&collecting);
    struct collector_config config = collecting_config(&collecting, 1);
    config.allow = &row->allowed;
    config.allow_count = row->allowed != NULL;
    assert_true(collector_start(&config, &collecting.collector, &err));
    struct receipt receipt = get_receipt(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_FAILED);
    assert_non_null(
        memmem(receipt.error.data, receipt.error.length, row->error, strlen(row->error)));
    collecting_close(&collecting);
}

/* That its end cannot be saved keeps nobody from starting; the next start saves it. */
static void test_left_over_not_saved(void **state) {
    static const char *const allowed[] = {"another"};
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 3);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    int64_t id = begin_prefix(&collecting, "f/");
    gate_wait_inside(&stall.gate, 1);
    collecting_stop(&collecting);
    struct collector_config config = collecting_config(&collecting, 1);
    config.allow = allowed;
    let_save(&collecting, false);
    assert_true(collector_start(&config, &collecting.collector, &err));
    assert_int_equal(get_receipt(&collecting, id).status, IMPORT_RUNNING);
    collecting_stop(&collecting);
    let_save(&collecting, true);
    assert_true(collector_start(&config, &collecting.collector, &err));
    assert_int_equal(get_receipt(&collecting, id).status, IMPORT_FAILED);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_first_stalls),
        TEST(test_cancel_not_saved),
        TEST(test_nothing_saved),
        TEST(test_full_disk),
        TEST(test_full_disk_and_many_files),
        TEST(test_session_ends),
        TEST(test_few_are_left),
        TEST(test_session_is_renewed),
        TEST(test_goes_on_after_a_stop),
        ROWS(test_left_over, left),
        TEST(test_left_over_not_saved),
    };

    return rows_run("prefix_import_stops", all, ARRAY_LENGTH(all));
}
