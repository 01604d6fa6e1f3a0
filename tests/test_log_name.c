#include "ingest/log_name.h"

#include "tests/rows.h"

static const struct time_row {
    const char *name;
    const char *path;
    const char *time; /* NULL: none */
} times[] = {
    {"a CloudTrail file", "111111111111_CloudTrail_eu-central-1_20171211T1505Z_A6kv.json.gz",
     "20171211T1505Z"},
    {"with its folders", "a/b_c_d_20200101T0000Z_e/1_CloudTrail_x_20171211T1505Z_A.json",
     "20171211T1505Z"},
    {"another name", "a/b_c_d_20200101T0000Z_e/events.json", NULL},
    {"a time without minutes", "1_CloudTrail_x_20171211T15Z_A.json", NULL},
    {"a time in another place", "1_CloudTrail_20171211T1505Z_x_A.json", NULL},
    {"nothing behind the time", "1_CloudTrail_x_20171211T1505Z", NULL},
    {"a letter in the time", "1_CloudTrail_x_2O171211T1505Z_A.json", NULL},
    {"seconds in the time", "1_CloudTrail_x_20171211T150500Z_A.json", NULL},
    {"a folder with such a name", "1_CloudTrail_x_20171211T1505Z_A.json/", NULL},
    {"standard input", "-", NULL},
    {"nothing", "", NULL},
};

static void test_delivery_time(void **state) {
    const struct time_row *row = *state;
    struct span time = delivery_time(span_of(row->path));

    assert_true(span_equal(time, span_of(row->time)));
    assert_int_equal(time.data == NULL, row->time == NULL);
}

static const struct log_row {
    const char *name;
    const char *path;
    bool taken;
} logs[] = {
    {"JSON", "a/b.json", true},
    {"gzip", "a/b.json.gz", true},
    {"gzip of anything", "a/000000.gz", true},
    {"lines", "b.ndjson", true},
    {"lines by their other name", "b.jsonl", true},
    {"a log", "b.log", true},
    {"capitals", "B.JSON.GZ", true},
    {"a name without a dot", "a/stream-1-2026-01-01-00-00-00-1234", true},
    {"a name without a dot below a folder with one", "a.b/c", true},
    {"words", "a/README.md", false},
    {"a hidden file", "a/.DS_Store", false},
    {"an archive", "a/b.tar", false},
    {"nothing behind the dot", "a/b.", false},
    {"an ending with more behind it", "b.jsons", false},
    {"half an ending", "b.js", false},
};

static void test_log_name(void **state) {
    const struct log_row *row = *state;

    assert_int_equal(is_log_name(span_of(row->path)), row->taken);
}

/* Keys of objects may hold any byte, and are a part of something longer. */
static void test_any_bytes(void **state) {
    struct span key = SPAN("a/1_CloudTrail_\0_20171211T1505Z_\xff.json");
    struct span cut = {key.data, key.length - 1};

    (void)state;
    assert_true(is_log_name(key));
    assert_true(span_equal(delivery_time(key), SPAN("20171211T1505Z")));
    assert_false(is_log_name(cut));
    assert_true(span_equal(delivery_time(cut), SPAN("20171211T1505Z")));
    assert_true(is_log_name(SPAN_NONE));
    assert_null(delivery_time(SPAN_NONE).data);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_delivery_time, times),
        ROWS(test_log_name, logs),
        TEST(test_any_bytes),
    };

    return rows_run("log_name", all, ARRAY_LENGTH(all));
}
