/* collect/import_run.c, import_listing.c, prefix_imports.c, through the collector's door. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "base/limits.h"
#include "collect/selection.h"
#include "store/state.h"
#include "tests/support_collect.h"

static struct import_live progress_of(struct collecting *collecting, int64_t id) {
    struct import_live live;

    assert_true(collector_progress(collecting->collector, id, &collecting->arena, &live));
    return live;
}

static void check_progress(const struct import_progress *progress, int64_t done, int64_t known,
                           int64_t skipped, int64_t failed) {
    assert_int_equal(progress->files_done, done);
    assert_int_equal(progress->files_known, known);
    assert_int_equal(progress->files_skipped, skipped);
    assert_int_equal(progress->files_failed, failed);
    assert_int_equal(progress->files_listed, done + known + skipped + failed);
}

/* ---- all of it ---- */

static void test_whole_prefix(void **state) {
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 4);
    put_files(collecting.s3, "logs/", 0, 25);
    put_files(collecting.s3, "other/", 25, 30);
    int64_t id = begin_prefix(&collecting, "logs/");
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    assert_true(receipt.has_progress);
    assert_true(span_equal(receipt.source, SPAN("s3://bucket/logs/")));
    check_progress(&receipt.progress, 25, 0, 0, 0);
    assert_int_equal(receipt.progress.records, 25);
    assert_int_equal(receipt.progress.inserted, 25);
    assert_int_equal(receipt.progress.bytes_done, receipt.progress.bytes_listed);
    assert_true(receipt.progress.started_ms > 0);
    assert_true(receipt.progress.ended_ms >= receipt.progress.started_ms);
    assert_int_equal(list_files(&collecting, id, 1u << IMPORT_DONE).count, 25);
    assert_int_equal(count_events(&collecting), 25);

    /* Once more: all is known, and nothing is fetched. */
    receipt = wait_over(&collecting, begin_prefix(&collecting, ""));
    check_progress(&receipt.progress, 5, 25, 0, 0);
    assert_int_equal(fake_s3_all_gets(collecting.s3), 30);
    collecting_close(&collecting);
}

/* More than a page, more than the window: what is in memory stays bounded, and nothing is left
 * out. Most are empty objects, which are no log files by name. */
static void test_many_pages(void **state) {
    struct collecting collecting;
    char key[64];

    (void)state;
    collecting_open(&collecting, 4);
    for (int i = 0; i < 12000; i++) {
        snprintf(key, sizeof(key), "x/%05d/", i);
        fake_s3_put(collecting.s3, "bucket", key, SPAN(""));
    }
    put_files(collecting.s3, "x/00500/", 0, 3);
    put_files(collecting.s3, "x/11999/", 3, 6);
    struct receipt receipt = wait_over(&collecting, begin_prefix(&collecting, "x/"));
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 6, 0, 12000, 0);
    assert_int_equal(fake_s3_lists(collecting.s3), 13);
    assert_int_equal(fake_s3_all_gets(collecting.s3), 6);
    collecting_close(&collecting);
}

static void check_skipped(struct span text, const char *expected) {
    if (!span_equal(text, span_of(expected)))
        fail_msg("%.*s", SPAN_ARGS(text));
}

#define DIGEST "{\"awsAccountId\":\"1\",\"digestStartTime\":\"x\",\"digestS3Object\":\"y\"}"

/* Told by their keys, and by their bytes. */
static void put_strangers(struct fake_s3 *s3) {
    fake_s3_put(s3, "bucket", "f/0001/", SPAN(""));
    fake_s3_put(s3, "bucket", "f/0002/", SPAN(""));
    fake_s3_put(s3, "bucket", "f/0003.json", SPAN(DIGEST));
    fake_s3_put(s3, "bucket", "f/AWSLogs/111111111111/Config/x.json.gz", SPAN("?"));
}

static void test_skipped_kinds(void **state) {
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 4);
    put_files(collecting.s3, "f/", 0, 2);
    put_strangers(collecting.s3);
    struct receipt receipt = wait_over(&collecting, begin_prefix(&collecting, "f/"));
    check_progress(&receipt.progress, 2, 0, 4, 0);
    check_skipped(receipt.skipped,
                  "{\"folder\":{\"objects\":2,\"example\":\"f/0001/\"},"
                  "\"other_service\":{\"objects\":1,"
                  "\"example\":\"f/AWSLogs/111111111111/Config/x.json.gz\"},"
                  "\"digest\":{\"objects\":1,\"example\":\"f/0003.json\"}}");
    collecting_close(&collecting);
}

#define LAYOUT "AWSLogs/%s/CloudTrail/%s/2024/05/%02d/%s_CloudTrail_%s_202405%02dT1000Z_"

static void put_layout(struct fake_s3 *s3) {
    static const char *const accounts[] = {"111111111111", "222222222222", "333333333333"};
    static const char *const regions[] = {"eu-west-1", "us-east-1"};
    char folder[200];
    int number = 0;

    for (int account = 0; account < 3; account++) {
        for (int region = 0; region < 2; region++) {
            for (int day = 1; day <= 5; day++) {
                snprintf(folder, sizeof(folder), LAYOUT, accounts[account], regions[region], day,
                         accounts[account], regions[region], day);
                put_files(s3, folder, number, number + 2);
                number += 2;
            }
        }
    }
}

static void test_selection(void **state) {
    const struct span accounts[] = {SPAN("222222222222")};
    const struct span regions[] = {SPAN("us-east-1")};
    const struct selection selection = {
        .accounts = accounts,
        .account_count = 1,
        .regions = regions,
        .region_count = 1,
        .from_ms = 1714608000000, /* 2024-05-02 */
        .to_ms = 1714780800000,   /* 2024-05-04 */
    };
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 4);
    put_layout(collecting.s3);
    fake_s3_put(collecting.s3, "bucket", "AWSLogs/222222222222/CloudTrail/a.json", log_file(99));
    assert_true(collector_begin_prefix(collecting.collector, SPAN("bucket"), SPAN("AWSLogs/"),
                                       &selection, &collecting.arena, &receipt, &err));
    receipt = wait_over(&collecting, receipt.id);
    check_progress(&receipt.progress, 4, 0, 1, 0);
    check_skipped(receipt.skipped,
                  "{\"unselectable\":{\"objects\":1,"
                  "\"example\":\"AWSLogs/222222222222/CloudTrail/a.json\"}}");
    assert_int_equal(fake_s3_all_gets(collecting.s3), 4);
    collecting_close(&collecting);
}

static void test_named_objects(void **state) {
    struct s3_object objects[3] = {
        {.bucket = SPAN("bucket"), .key = SPAN("f/0001.json"), .bytes = -1},
        {.bucket = SPAN("bucket"), .key = SPAN("f/\377 +%.json"), .bytes = -1},
        {.bucket = SPAN("bucket"), .key = SPAN("f/none.json"), .bytes = -1},
    };
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 2);
    put_files(collecting.s3, "f/", 0, 3);
    fake_s3_put(collecting.s3, "bucket", "f/\377 +%.json", log_file(9));
    assert_true(collector_begin_objects(collecting.collector, objects, 3, &collecting.arena,
                                        &receipt, &err));
    receipt = wait_over(&collecting, receipt.id);
    assert_true(span_equal(receipt.source, SPAN("s3://bucket/f/0001.json and 2 more")));
    assert_true(span_equal(receipt.kind, SPAN("objects")));
    check_progress(&receipt.progress, 2, 0, 0, 1);
    assert_int_equal(fake_s3_lists(collecting.s3), 0);
    collecting_close(&collecting);
}

/* With an ETag the second one would be known as brought by the same import. */
static void test_named_twice(void **state) {
    struct s3_object objects[4] = {
        {.bucket = SPAN("bucket"), .key = SPAN("f/0001.json"), .etag = SPAN("e"), .bytes = -1},
        {.bucket = SPAN("bucket"), .key = SPAN("f/0002.json"), .bytes = -1},
        {.bucket = SPAN("bucket"), .key = SPAN("f/0001.json"), .etag = SPAN("e"), .bytes = -1},
        {.bucket = SPAN("bucket"), .key = SPAN("f/0001.json"), .version = SPAN("v"), .bytes = -1},
    };
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 3);
    assert_true(collector_begin_objects(collecting.collector, objects, 4, &collecting.arena,
                                        &receipt, &err));
    receipt = wait_over(&collecting, receipt.id);
    assert_true(span_equal(receipt.source, SPAN("s3://bucket/f/0001.json and 2 more")));
    check_progress(&receipt.progress, 2, 1, 0, 0);
    assert_int_equal(receipt.progress.inserted, 2);
    collecting_close(&collecting);
}

/* ---- what goes wrong ---- */

static bool refuse_some(void *context, struct fake_connection *connection,
                        const struct fake_question *question) {
    (void)context;
    if (span_ends_with(question->key, SPAN("0002.json"))) {
        fake_s3_refuse(connection, 403, "AccessDenied");
        return true;
    }
    if (span_ends_with(question->key, SPAN("0004.json"))) {
        fake_s3_refuse(connection, 404, "NoSuchKey");
        return true;
    }
    if (span_ends_with(question->key, SPAN("0006.json")) && question->number < 2) {
        fake_s3_refuse(connection, 503, "SlowDown");
        return true;
    }
    return false;
}

static void test_bad_objects_stop_nothing(void **state) {
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 2);
    put_files(collecting.s3, "f/", 0, 10);
    fake_s3_put(collecting.s3, "bucket", "f/0000.json", SPAN("\037\213garbage"));
    fake_s3_fault(collecting.s3, refuse_some, NULL);
    int64_t id = begin_prefix(&collecting, "f/");
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 7, 0, 0, 3);
    struct receipt_page failed = list_files(&collecting, id, 1u << IMPORT_FAILED);
    assert_int_equal(failed.count, 3);
    for (size_t i = 0; i < failed.count; i++) {
        assert_true(span_starts_with(failed.receipts[i].source, SPAN("s3://bucket/f/")));
        assert_int_not_equal(failed.receipts[i].error.length, 0);
    }
    collecting_close(&collecting);
}

static const struct listing_row {
    const char *name;
    size_t from;  /* number of the list that is the first to fail */
    size_t until; /* the first that does not any more */
    int status;
    const char *code;
    enum import_status ended;
    int64_t done;
} listings[] = {
    {"no such bucket", 0, 99, 404, "NoSuchBucket", IMPORT_FAILED, 0},
    {"not allowed to list", 0, 99, 403, "AccessDenied", IMPORT_FAILED, 0},
    {"refused on the second page", 1, 99, 403, "AccessDenied", IMPORT_FAILED, 4},
    {"busy for a moment", 0, 1, 503, "SlowDown", IMPORT_DONE, 6},
};

static bool refuse_lists(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    const struct listing_row *row = context;
    bool refused = question->list && question->number >= row->from && question->number < row->until;

    if (refused)
        fake_s3_refuse(connection, row->status, row->code);
    return refused;
}

/* Two pages: a folder of many empty objects lies between the files. */
static void put_two_pages(struct fake_s3 *s3) {
    char key[64];

    put_files(s3, "f/a/", 0, 4);
    for (int i = 0; i < 996; i++) {
        snprintf(key, sizeof(key), "f/b/%04d/", i);
        fake_s3_put(s3, "bucket", key, SPAN(""));
    }
    put_files(s3, "f/c/", 4, 6);
}

static void test_listing_fails(void **state) {
    const struct listing_row *row = *state;
    struct collecting collecting;

    collecting_open(&collecting, 2);
    put_two_pages(collecting.s3);
    fake_s3_fault(collecting.s3, refuse_lists, (void *)row);
    struct receipt receipt = wait_over(&collecting, begin_prefix(&collecting, "f/"));
    assert_int_equal(receipt.status, row->ended);
    assert_int_equal(receipt.progress.files_done, row->done);
    if (row->ended == IMPORT_FAILED)
        assert_non_null(
            memmem(receipt.error.data, receipt.error.length, row->code, strlen(row->code)));
    collecting_close(&collecting);
}

static const struct refused_row {
    const char *name;
    const char *bucket;
    const char *prefix;
    enum err_kind kind;
} refused[] = {
    {"another bucket", "bucket2", "f/", ERR_FORBIDDEN},
    {"no slash at the end", "bucket", "f", ERR_INVALID},
};

static void test_refused(void **state) {
    const struct refused_row *row = *state;
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    collecting_open(&collecting, 1);
    assert_false(collector_begin_prefix(collecting.collector, span_of(row->bucket),
                                        span_of(row->prefix), NULL, &collecting.arena, &receipt,
                                        &err));
    assert_int_equal(err.kind, row->kind);
    assert_int_equal(list_files(&collecting, PARENT_ANY, 0).count, 0);
    collecting_close(&collecting);
}

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

/* What is listed and waits is bounded by the window, what the fetcher holds by its threads. */
static void test_bounded(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct collecting collecting;
    struct collector_figures figures;

    (void)state;
    collecting_open(&collecting, 3);
    put_files(collecting.s3, "f/", 0, 100);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    (void)begin_prefix(&collecting, "f/");
    gate_wait_inside(&stall.gate, 3);
    collector_measure(collecting.collector, &figures);
    assert_int_equal(figures.prefix_imports, 1);
    assert_in_range(figures.under_way, 3, 3);
    assert_in_range(figures.waiting, 0, 3);
    collecting_stop(&collecting);
    assert_int_equal(gate_inside(&stall.gate), 3);
    collecting_close(&collecting);
}

/* A few go on at a time; when one is cancelled the next begins. */
static void test_in_turn(void **state) {
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    int64_t ids[5];
    bool over;
    struct err err;

    (void)state;
    collecting_open(&collecting, 4);
    put_files(collecting.s3, "f/", 0, 2);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    for (int i = 0; i < 5; i++)
        ids[i] = begin_prefix(&collecting, "f/");
    gate_wait_inside(&stall.gate, 3);
    assert_int_equal(progress_of(&collecting, ids[2]).status, IMPORT_RUNNING);
    assert_int_equal(progress_of(&collecting, ids[3]).status, IMPORT_QUEUED);
    assert_true(collector_cancel(collecting.collector, ids[4], &over, &err));
    assert_true(collector_cancel(collecting.collector, ids[0], &over, &err));
    gate_wait_inside(&stall.gate, 4);
    assert_int_equal(progress_of(&collecting, ids[3]).status, IMPORT_RUNNING);
    assert_int_equal(get_receipt(&collecting, ids[4]).status, IMPORT_CANCELLED);
    collecting_close(&collecting);
}

/* ---- what cannot be saved ---- */

/* Progress cannot be saved any more, or again. */
static void let_save(struct collecting *collecting, bool may) {
    struct store *store = collecting->scratch.store;

    pthread_mutex_lock(&store->writing);
    assert_int_equal(sqlite3_exec(store->writer.handle,
                                  may ? "DROP TRIGGER refuse"
                                      : "CREATE TRIGGER refuse BEFORE UPDATE ON progress BEGIN"
                                        " SELECT raise(ABORT, 'refused for a test'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    pthread_mutex_unlock(&store->writing);
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
    put_files(collecting.s3, "f/", 0, 3);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    for (int i = 0; i < 4; i++)
        ids[i] = begin_prefix(&collecting, "f/");
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
    assert_int_equal(wait_over(&collecting, begin_prefix(&collecting, "f/")).status, IMPORT_DONE);
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

/* An event that no compression makes fit into pages there are. */
static struct span large_file(int number) {
    static char text[100000];
    struct span small = log_file(number);
    uint64_t random = 88172645463325252u;

    memset(text, 0, sizeof(text));
    memcpy(text, small.data, small.length - 3);
    strcat(text, ",\"userAgent\":\"");
    for (size_t at = strlen(text); at < sizeof(text) - 8; at++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        text[at] = (char)('a' + random % 26);
    }
    strcat(text, "\"}]}");
    return span_of(text);
}

static bool wait_at_gate(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    (void)connection;
    if (!question->list)
        gate_pass(context);
    return false;
}

static void let_grow(struct collecting *collecting, const char *pages) {
    char sql[64];

    snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %s", pages);
    assert_int_equal(sqlite3_exec(collecting->scratch.store->writer.handle, sql, NULL, NULL, NULL),
                     SQLITE_OK);
}

/* Nothing fails for it, and it goes on once there is room. */
static void test_full_disk(void **state) {
    struct gate gate = gate_new();
    struct collecting collecting;

    (void)state;
    collecting_open(&collecting, 2);
    for (int i = 0; i < 3; i++) {
        char key[] = {'f', '/', (char)('a' + i), 0};
        fake_s3_put(collecting.s3, "bucket", key, large_file(i));
    }
    fake_s3_fault(collecting.s3, wait_at_gate, &gate);
    int64_t id = begin_prefix(&collecting, "f/");
    gate_wait_inside(&gate, 2);
    let_grow(&collecting, "1");
    gate_open(&gate);
    while (progress_of(&collecting, id).waiting_for.data == NULL)
        continue;
    struct import_live live = progress_of(&collecting, id);
    assert_int_equal(live.status, IMPORT_RUNNING);
    assert_int_equal(live.progress.files_done + live.progress.files_failed, 0);
    let_grow(&collecting, "4294967294");
    struct receipt receipt = wait_over(&collecting, id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 3, 0, 0, 0);
    collecting_close(&collecting);
}

/* ---- stop and start ---- */

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
    check_skipped(live.skipped,
                  "{\"folder\":{\"objects\":2,\"example\":\"f/0004/\"},"
                  "\"digest\":{\"objects\":2,\"example\":\"f/0002.json\"}}");
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

/* ---- single objects ---- */

static void test_single_object(void **state) {
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = SPAN("f/0000.json"), .bytes = -1};
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 1);
    for (int i = 0; i < 2; i++) {
        assert_true(collector_import_object(collecting.collector, &object, 0, NULL,
                                            &collecting.arena, &receipt, &err));
        assert_true(span_equal(receipt.source, SPAN("s3://bucket/f/0000.json")));
        assert_int_equal(receipt.duplicate_of != 0, i == 1);
    }
    collecting_close(&collecting);
}

static const struct impatient_row {
    const char *name;
    int64_t deadline_ms;
    bool cancel;
    enum err_kind kind;
} impatients[] = {
    {"the deadline has passed", 1, false, ERR_TIMEOUT},
    {"the client has gone", 0, true, ERR_CANCELLED},
};

static void test_impatient(void **state) {
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = SPAN("f/0000.json"), .bytes = -1};
    const struct impatient_row *row = *state;
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    struct receipt receipt;
    atomic_bool cancel = row->cancel;
    struct err err;

    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 1);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    assert_false(collector_import_object(collecting.collector, &object, row->deadline_ms, &cancel,
                                         &collecting.arena, &receipt, &err));
    assert_int_equal(err.kind, row->kind);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_whole_prefix),
        TEST(test_many_pages),
        TEST(test_skipped_kinds),
        TEST(test_selection),
        TEST(test_named_objects),
        TEST(test_named_twice),
        TEST(test_bad_objects_stop_nothing),
        ROWS(test_listing_fails, listings),
        ROWS(test_refused, refused),
        TEST(test_first_stalls),
        TEST(test_bounded),
        TEST(test_in_turn),
        TEST(test_cancel_not_saved),
        TEST(test_nothing_saved),
        TEST(test_full_disk),
        TEST(test_goes_on_after_a_stop),
        ROWS(test_left_over, left),
        TEST(test_single_object),
        ROWS(test_impatient, impatients),
    };

    return rows_run("prefix_import", all, ARRAY_LENGTH(all));
}
