/* ingest/ingest.c: files of every shape, into the store. */
#include "tests/rows.h"

#include "tests/packing.h"
#include "tests/records.h"
#include "tests/support_ingest.h"

#define WITH_ID(time, name)                                                                        \
    "{\"eventTime\":\"2023-07-10T" time "Z\",\"eventID\":\"a\",\"eventName\":\"" name "\"}"
#define EARLIER    WITH_ID("01:00:00", "A")
#define LATER      WITH_ID("02:00:00", "A")
#define LATER_ALSO WITH_ID("02:00:00", "B")

static const struct shape_row {
    const char *name;
    const char *text;
    const char *kind;
    enum import_status status;
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
    const char *records[2]; /* in the store, oldest first; as many as are inserted */
} shapes[] = {
    {"Records", "{\"Records\":[" B "," A "]}", "records", IMPORT_DONE, 2, 0, 0, {A, B}},
    {"no Records", "{\"Records\":[]}", "records", IMPORT_DONE, 0, 0, 0, {0}},
    {"an array", "[" A "]", "array", IMPORT_DONE, 1, 0, 0, {A}},
    {"lines", B "\n" A "\n", "ndjson", IMPORT_DONE, 2, 0, 0, {A, B}},
    {"one record", " " B "\n", "record", IMPORT_DONE, 1, 0, 0, {B}},
    {"LookupEvents",
     "{\"Events\":[{\"CloudTrailEvent\":" A_TEXT "}]}",
     "lookup_events",
     IMPORT_DONE,
     1,
     0,
     0,
     {A}},
    {"EventBridge",
     "{\"detail-type\":\"x\",\"detail\":" B "}",
     "eventbridge",
     IMPORT_DONE,
     1,
     0,
     0,
     {B}},
    {"CloudWatch Logs",
     "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[" LOG_EVENT(A_TEXT) "]}",
     "cloudwatch_logs",
     IMPORT_DONE,
     1,
     0,
     0,
     {A}},
    {"the same event twice", "[" A "," B "," A "," B "]", "array", IMPORT_DONE, 2, 2, 0, {A, B}},
    {"Records twice",
     "{\"Records\":[" B "],\"Records\":[" A "]}",
     "records",
     IMPORT_DONE,
     2,
     0,
     0,
     {A, B}},
    {"the same id at two times",
     "[" LATER "," EARLIER "]",
     "array",
     IMPORT_DONE,
     2,
     0,
     0,
     {EARLIER, LATER}},
    {"the same id at the same time",
     "[" LATER "," LATER_ALSO "]",
     "array",
     IMPORT_DONE,
     1,
     1,
     0,
     {LATER}},
    {"one in an envelope and one without",
     A "{\"CloudTrailEvent\":" A_TEXT "}",
     "ndjson",
     IMPORT_DONE,
     1,
     1,
     0,
     {A}},
    {"values that are no events", "[" A "," NO ",[],7]", "array", IMPORT_DONE, 1, 0, 3, {A}},
    {"nothing but those", "1 2 3", "ndjson", IMPORT_DONE, 0, 0, 3, {0}},
    {"a digest file",
     "{\"digestStartTime\":\"2023\",\"digestS3Object\":\"a\"}",
     "digest",
     IMPORT_SKIPPED,
     0,
     0,
     0,
     {0}},
    {"a control message",
     "{\"logEvents\":[" LOG_EVENT("\"CWL CONTROL MESSAGE: x\"") "]}",
     "cloudwatch_control_message",
     IMPORT_SKIPPED,
     0,
     0,
     0,
     {0}},
};

static void assert_shape(struct fixture *fixture, const struct shape_row *row) {
    const struct receipt *receipt = &fixture->receipt;
    struct found_page page = find_all(fixture);

    assert_span(receipt->kind, row->kind);
    assert_span(receipt->source, "upload");
    assert_int_equal(receipt->status, row->status);
    assert_int_equal(receipt->records, row->inserted + row->duplicates + row->rejected);
    assert_int_equal(receipt->inserted, row->inserted);
    assert_int_equal(receipt->duplicates, row->duplicates);
    assert_int_equal(receipt->rejected, row->rejected);
    assert_int_equal(receipt->duplicate_of, 0);
    assert_int_equal(page.count, row->inserted);
    for (size_t i = 0; i < page.count; i++)
        assert_span(page.events[i].record, row->records[i]);
}

static void test_shape(void **state) {
    const struct shape_row *row = *state;
    CLEANUP(fixture_close) struct fixture fixture;

    fixture_open(&fixture);
    import_good(&fixture, row->text);
    assert_int_equal(fixture.receipt.bytes, strlen(row->text));
    assert_shape(&fixture, row);
}

static void test_shape_gzipped(void **state) {
    const struct shape_row *row = *state;
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};

    gzip_append(&body, span_of(row->text));
    fixture_open(&fixture);
    assert_true(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.receipt.bytes, body.length);
    assert_shape(&fixture, row);
}

/* ---- the account of an event that tells none ---- */

#define FILE_NAME "444444444444_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz"
#define OWN       "{" TIME("1") ",\"eventName\":\"A\",\"recipientAccountId\":\"111111111111\"}"
#define CALLER                                                                                     \
    "{" TIME("1") ",\"eventName\":\"A\",\"userIdentity\":{\"accountId\":\"222222222222\"}}"
#define BRIDGE(record) "{\"detail-type\":\"x\",\"account\":\"333333333333\",\"detail\":" record "}"

static const struct account_row {
    const char *name;
    const char *source;
    const char *text;
    const char *account; /* NULL: none */
} accounts[] = {
    {"its own before the file's", FILE_NAME, OWN, "111111111111"},
    {"the caller's before the file's", FILE_NAME, CALLER, "222222222222"},
    {"its own before the envelope's", "upload", BRIDGE(OWN), "111111111111"},
    {"the file's", FILE_NAME, A, "444444444444"},
    {"the folder's", "s3://b/AWSLogs/555555555555/CloudTrail/x", A, "555555555555"},
    {"the file's before the envelope's", FILE_NAME, BRIDGE(A), "444444444444"},
    {"the envelope's", "upload", BRIDGE(A), "333333333333"},
    {"the owner of the log group", "upload",
     "{\"owner\":\"666666666666\",\"logEvents\":[" LOG_EVENT(A_TEXT) "]}", "666666666666"},
    {"none", "upload", A, NULL},
};

static void test_account(void **state) {
    const struct account_row *row = *state;
    CLEANUP(fixture_close) struct fixture fixture;
    struct span_reader body;

    fixture_open(&fixture);
    span_reader_init(&body, span_of(row->text));
    assert_true(import_reader(&fixture, &body.reader, row->source, NULL));
    struct found_page page = find_all(&fixture);
    assert_int_equal(page.count, 1);
    if (row->account == NULL)
        assert_null(page.events[0].account.data);
    else
        assert_span(page.events[0].account, row->account);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_shape, shapes),
        ROWS(test_shape_gzipped, shapes),
        ROWS(test_account, accounts),
    };

    return rows_run("ingest_shapes", all, ARRAY_LENGTH(all));
}
