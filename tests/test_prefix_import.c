/* collect/import_run.c, import_listing.c, prefix_imports.c, through the collector's door: what is
 * imported of a prefix, and what becomes of objects and lists that fail. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "collect/gathering.h"
#include "collect/selection.h"
#include "collect/window.h"
#include "tests/support_collect.h"

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

/* What is listed is bounded by the window, what is with the fetcher by what may gather there, what
 * is downloaded by the threads. */
#define WITH_FETCHER (GATHERING_LANES * GATHERING_FILES + 2 * 3)

static void test_bounded(void **state) {
    struct stall stall = {.part = "f/", .gate = gate_new()};
    struct collecting collecting;
    struct collector_figures figures;

    (void)state;
    collecting_open(&collecting, 3);
    put_files(collecting.s3, "f/", 0, 9999);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    wait_listed(&collecting, begin_prefix(&collecting, "f/"), WINDOW_SLOTS / 1000 * 1000);
    gate_wait_inside(&stall.gate, 3);
    collector_measure(collecting.collector, &figures);
    assert_int_equal(figures.prefix_imports, 1);
    assert_int_equal(figures.under_way, 3);
    assert_int_equal(figures.waiting, WITH_FETCHER - 3);
    assert_int_equal(fake_s3_lists(collecting.s3), WINDOW_SLOTS / 1000);
    collecting_stop(&collecting);
    assert_int_equal(gate_inside(&stall.gate), 3);
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
        TEST(test_bounded),
    };

    return rows_run("prefix_import", all, ARRAY_LENGTH(all));
}
