#include "server/import_report.h"

#include <stdlib.h>

#include "tests/rows.h"

static const struct rejected_row {
    const char *name;
    int64_t files; /* with rejected records, this one too */
    int64_t count;
    const char *reason;
    const char *line;
} rejected[] = {
    {"one record", 1, 1, "is no object", "a.json: 1 record rejected: is no object\n"},
    {"several records", 2, 3000, "is no object",
     "a.json: 3,000 records rejected, the first: is no object\n"},
    {"a reason that is not known", 2, 2, NULL, "a.json: 2 records rejected\n"},
    {"the last file that is named", 20, 1, "r", "a.json: 1 record rejected: r\n"},
    {"the first that is not", 21, 1, "r", ""},
};

static void test_rejected(void **state) {
    const struct rejected_row *row = *state;
    struct import_totals totals = {.rejecting_files = row->files};
    struct buffer CLEANUP(buffer_clear) text = {0};

    import_report_rejected(&totals, SPAN("a.json"), row->count,
                           row->reason != NULL ? span_of(row->reason) : SPAN_NONE, &text);
    assert_true(span_equal(buffer_span(&text), span_of(row->line)));
}

static const struct unnamed_row {
    const char *name;
    int64_t files;
    const char *line;
} unnamed[] = {
    {"no file", 0, ""},
    {"all are named", 20, ""},
    {"one more", 21, "and 1 more file with rejected records\n"},
    {"many more", 1020, "and 1,000 more files with rejected records\n"},
};

static void test_unnamed(void **state) {
    const struct unnamed_row *row = *state;
    struct import_totals totals = {.rejecting_files = row->files};
    struct buffer CLEANUP(buffer_clear) text = {0};

    import_report_unnamed(&totals, &text);
    assert_true(span_equal(buffer_span(&text), span_of(row->line)));
}

static const struct skipped_row {
    const char *name;
    const char *skipped; /* NULL: SPAN_NONE */
    const char *lines;
} skipped[] = {
    {"a single object has none", NULL, ""},
    {"nothing was skipped", "{}", ""},
    {"one file", "{\"digest\":{\"objects\":1,\"example\":\"a/b\"}}",
     "s3://b/: 1 file skipped (digest), such as a/b\n"},
    {"several kinds",
     "{\"digest\":{\"objects\":2000,\"example\":\"a\"},\"lake\":{\"objects\":2,\"example\":\"b\"}}",
     "s3://b/: 2,000 files skipped (digest), such as a\n"
     "s3://b/: 2 files skipped (lake), such as b\n"},
};

static void test_skipped(void **state) {
    const struct skipped_row *row = *state;
    struct buffer CLEANUP(buffer_clear) text = {0};

    import_report_skipped(SPAN("s3://b/"), row->skipped != NULL ? span_of(row->skipped) : SPAN_NONE,
                          &text);
    assert_true(span_equal(buffer_span(&text), span_of(row->lines)));
}

static const struct failure_row {
    const char *name;
    const char *path;
    const char *reason;
    const char *line;
} failures[] = {
    {"a file", "a/b", "no such file: NoSuchKey", "a/b: no such file: NoSuchKey\n"},
    {"an object that is named", "s3://bkt/k.gz", "s3://bkt/k.gz: NoSuchKey (HTTP 404)",
     "s3://bkt/k.gz: NoSuchKey (HTTP 404)\n"},
    {"a folder without its slash", "s3://bkt/k", "s3://bkt/k: NoSuchKey (HTTP 404)",
     "s3://bkt/k: NoSuchKey (HTTP 404); if it is a prefix, it must end in /\n"},
    {"a bucket", "s3://bkt/", "s3://bkt/: NoSuchBucket", "s3://bkt/: NoSuchBucket\n"},
};

static void test_failure(void **state) {
    const struct failure_row *row = *state;
    struct buffer CLEANUP(buffer_clear) text = {0};

    import_report_failure(span_of(row->path), span_of(row->reason), &text);
    assert_true(span_equal(buffer_span(&text), span_of(row->line)));
}

static const struct empty_row {
    const char *name;
    enum import_status status;
    int64_t listed;
    bool selected;
    const char *says; /* NULL: nothing */
} empties[] = {
    {"nothing lies there", IMPORT_DONE, 0, false, "s3://b/: nothing lies there; check the prefix:"},
    {"nothing that was asked for", IMPORT_DONE, 0, true,
     "s3://b/: no log file that was asked for lies there; check the prefix and --from,"},
    {"a file", IMPORT_DONE, 1, false, NULL},
    {"it failed", IMPORT_FAILED, 0, false, NULL},
    {"it was interrupted", IMPORT_CANCELLED, 0, false, NULL},
};

static void test_empty(void **state) {
    const struct empty_row *row = *state;
    const struct receipt import = {.source = SPAN("s3://b/"),
                                   .status = row->status,
                                   .progress = {.files_listed = row->listed}};
    struct buffer CLEANUP(buffer_clear) text = {0};

    import_report_empty(&import, row->selected, &text);
    if (row->says == NULL)
        assert_int_equal(text.length, 0);
    else
        assert_true(span_starts_with(buffer_span(&text), span_of(row->says)));
}

static void test_summary(void **state) {
    const struct receipt receipts[] = {
        {.status = IMPORT_DONE, .records = 1500, .inserted = 1498, .duplicates = 2},
        {.status = IMPORT_DONE, .records = 500, .inserted = 490, .rejected = 10},
        {.status = IMPORT_SKIPPED},
    };
    struct import_totals totals = {.files = 4, .failed = 1};
    struct buffer CLEANUP(buffer_clear) text = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(receipts); i++)
        import_totals_add(&totals, &receipts[i]);
    import_report_summary(&totals, 1250, &text);
    assert_int_equal(totals.rejecting_files, 1);
    assert_true(span_equal(buffer_span(&text),
                           SPAN("4 files, 2,000 records: 1,988 inserted, 2 duplicates, 10 "
                                "rejected; 1 file skipped, 1 failed; 1.2 s, 1,600 events/s\n")));
}

static void test_summary_of_a_prefix(void **state) {
    const struct import_progress again = {.files_known = 3, .files_skipped = 2};
    struct import_totals totals = {0};
    struct buffer CLEANUP(buffer_clear) text = {0};

    (void)state;
    import_totals_add_many(&totals, &again);
    import_report_summary(&totals, 200, &text);
    assert_true(
        span_equal(buffer_span(&text),
                   SPAN("5 files, 0 records: 0 inserted, 0 duplicates, 0 rejected; 3 files "
                        "imported before, 2 files skipped, 0 failed; 0.2 s, 0 events/s\n")));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_rejected, rejected),  ROWS(test_unnamed, unnamed), ROWS(test_skipped, skipped),
        ROWS(test_failure, failures),   ROWS(test_empty, empties),   TEST(test_summary),
        TEST(test_summary_of_a_prefix),
    };

    return rows_run("import_report", all, ARRAY_LENGTH(all));
}
