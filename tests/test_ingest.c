#include "tests/rows.h"

#include <jansson.h>
#include <unistd.h>

#include "tests/drip_reader.h"
#include "tests/packing.h"
#include "tests/support_ingest.h"

/* ---- every shape, into the store ---- */

#define TIME(second) "\"eventTime\":\"2023-07-10T11:42:0" second "Z\""
#define A            "{" TIME("1") ",\"eventID\":\"a\",\"eventName\":\"A\"}"
#define B            "{\"eventName\" :\t\"\\u0042\",\n " TIME("2") " }"
#define NO           "{\"eventName\":\"N\"}"
#define A_TEXT                                                                                     \
    "\"{\\\"eventTime\\\":\\\"2023-07-10T11:42:01Z\\\",\\\"eventID\\\":\\\"a\\\","                 \
    "\\\"eventName\\\":\\\"A\\\"}\""
#define LOG_EVENT(text) "{\"id\":\"1\",\"timestamp\":1689000000000,\"message\":" text "}"

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

/* ---- the receipt ---- */

static void test_rejections(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    struct rejection_page page;

    (void)state;
    fixture_open(&fixture);
    import_good(&fixture, "[" A ", " NO ",[ 7 ]]");
    assert_true(store_list_rejections(fixture.scratch.store, fixture.receipt.id, -1, 10,
                                      &fixture.arena, &page, &fixture.err));
    assert_int_equal(page.count, 2);
    assert_int_equal(page.rejections[0].index, 1);
    assert_int_equal(page.rejections[0].offset, strlen("[" A ", "));
    assert_span(page.rejections[0].reason, "eventTime is missing");
    assert_span(page.rejections[0].record, NO);
    assert_int_equal(page.rejections[1].index, 2);
    assert_int_equal(page.rejections[1].offset, strlen("[" A ", " NO ","));
    assert_span(page.rejections[1].reason, "not an object");
    assert_span(page.rejections[1].record, "[ 7 ]");
}

/* The sum and the count are of the body as it came, padding and all. */
static void test_body_facts(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};
    uint8_t sha256[SHA256_BYTES];

    (void)state;
    gzip_append(&body, SPAN("[" A "]"));
    memset(buffer_reserve(&body, 1000), 0, 1000);
    body.length += 1000;
    sha256_of(buffer_span(&body), sha256);
    fixture_open(&fixture);
    assert_true(import_span(&fixture, buffer_span(&body)));
    assert_int_equal(fixture.receipt.bytes, body.length);
    assert_memory_equal(fixture.receipt.sha256, sha256, SHA256_BYTES);
    assert_int_equal(fixture.receipt.first_event_ms, INT64_C(1688989321000));
    assert_int_equal(fixture.receipt.last_event_ms, INT64_C(1688989321000));
}

static void test_parent(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;
    struct span_reader body;
    struct receipt stored;

    (void)state;
    fixture_open(&fixture);
    span_reader_init(&body, SPAN("[]"));
    struct ingest_input input = {
        .body = &body.reader, .source = SPAN("a"), .parent = 7, .max_inflated = MIB};
    assert_true(
        ingest_file(fixture.scratch.store, &input, &fixture.arena, &fixture.receipt, &fixture.err));
    assert_true(store_get_receipt(fixture.scratch.store, fixture.receipt.id, &fixture.arena,
                                  &stored, &fixture.err));
    assert_int_equal(stored.parent, 7);
}

/* ---- duplicates ---- */

static void test_event_in_two_files(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;

    (void)state;
    fixture_open(&fixture);
    import_good(&fixture, "{\"Records\":[" A "]}");
    import_good(&fixture, "{\"Records\":[" A "," B "]}");
    assert_int_equal(fixture.receipt.inserted, 1);
    assert_int_equal(fixture.receipt.duplicates, 1);
    assert_int_equal(fixture.receipt.duplicate_of, 0);
    assert_int_equal(find_all(&fixture).count, 2);
}

static void test_same_file_again(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;

    (void)state;
    fixture_open(&fixture);
    import_good(&fixture, "[" A "," B ",1]");
    int64_t first = fixture.receipt.id;
    import_good(&fixture, "[" A "," B ",1]");
    assert_int_equal(fixture.receipt.id, first);
    assert_int_equal(fixture.receipt.duplicate_of, first);
    assert_int_equal(fixture.receipt.inserted, 0);
    assert_int_equal(fixture.receipt.duplicates, 2);
    assert_int_equal(find_all(&fixture).count, 2);
}

/* A sum that is known beforehand saves reading the body again. */
static void test_same_sum_again(void **state) {
    static const char text[] = "[" A "]";
    CLEANUP(fixture_close) struct fixture fixture;
    struct drip_reader body;
    uint8_t sha256[SHA256_BYTES];

    (void)state;
    sha256_of(span_of(text), sha256);
    fixture_open(&fixture);
    drip_reader_init(&body, span_of(text), 10);
    assert_true(import_reader(&fixture, &body.reader, "first", sha256));
    assert_int_equal(fixture.receipt.inserted, 1);
    assert_int_equal(fixture.receipt.bytes, strlen(text));
    assert_memory_equal(fixture.receipt.sha256, sha256, SHA256_BYTES);
    int64_t first = fixture.receipt.id;
    drip_reader_init(&body, span_of(text), 10);
    assert_true(import_reader(&fixture, &body.reader, "second", sha256));
    assert_int_equal(fixture.receipt.duplicate_of, first);
    assert_span(fixture.receipt.source, "first");
    assert_int_equal(body.reads, 0);
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

/* ---- the log ---- */

/* Imports a text and gives what stands on stderr meanwhile: one line of JSON. */
static json_t *import_logged(struct fixture *fixture, const char *text) {
    char line[4096];
    int ends[2];
    int saved = dup(STDERR_FILENO);

    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    bool good = import_span(fixture, span_of(text));
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t length = read(ends[0], line, sizeof(line));
    close(ends[0]);
    assert_in_range(length, 1, sizeof(line) - 1);
    json_t *json = json_loadb(line, (size_t)length, 0, NULL);
    assert_non_null(json);
    assert_int_equal(good, json_object_get(json, "id") != NULL);
    return json;
}

static void assert_member(json_t *json, const char *name, json_t *expected) {
    if (!json_equal(json_object_get(json, name), expected))
        fail_msg("%s is not as expected in %s", name, json_dumps(json, 0));
    json_decref(expected);
}

static void test_log_of_success(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;

    (void)state;
    fixture_open(&fixture);
    json_t *line = import_logged(&fixture, "[" A "," A ",1]");
    assert_member(line, "message", json_string("import done"));
    assert_member(line, "level", json_string("info"));
    assert_member(line, "id", json_integer(fixture.receipt.id));
    assert_member(line, "source", json_string("upload"));
    assert_member(line, "kind", json_string("array"));
    assert_member(line, "records", json_integer(3));
    assert_member(line, "inserted", json_integer(1));
    assert_member(line, "duplicates", json_integer(1));
    assert_member(line, "rejected", json_integer(1));
    assert_member(line, "bytes", json_integer(fixture.receipt.bytes));
    assert_true(json_is_integer(json_object_get(line, "milliseconds")));
    json_decref(line);
}

static void test_log_of_refusal(void **state) {
    CLEANUP(fixture_close) struct fixture fixture;

    (void)state;
    fixture_open(&fixture);
    json_t *line = import_logged(&fixture, "[1,}");
    assert_member(line, "message", json_string("import refused"));
    assert_member(line, "level", json_string("warn"));
    assert_member(line, "source", json_string("upload"));
    assert_member(line, "reason",
                  json_string("a value must stand here at byte 3 of the text, in record 1"));
    assert_member(line, "offset", json_integer(3));
    assert_member(line, "index", json_integer(1));
    json_decref(line);
}

/* ---- what is shown is what was picked ---- */

static const struct pick_row {
    const char *name;
    const char *record;
    const char *sentence; /* NULL: it is an event */
} picks[] = {
    {"an event", A, NULL},
    {"cut off", "{\"a\"", "the record is no JSON"},
    {"something behind", A " ", "there is something behind the record"},
    {"no event", NO, "the record is no event: eventTime is missing"},
};

static void test_pick(void **state) {
    const struct pick_row *row = *state;
    CLEANUP(arena_clear) struct arena arena = {0};
    struct event event = {0};
    struct err err = {0};

    assert_int_equal(ingest_pick(span_of(row->record), &arena, &event, &err),
                     row->sentence == NULL);
    assert_string_equal(err.text, row->sentence == NULL ? "" : row->sentence);
    if (row->sentence == NULL)
        assert_span(event.value[ATTRIBUTE_ACTION], "A");
    else
        assert_null(event.record.data);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_shape, shapes),
        ROWS(test_shape_gzipped, shapes),
        TEST(test_rejections),
        TEST(test_body_facts),
        TEST(test_parent),
        TEST(test_event_in_two_files),
        TEST(test_same_file_again),
        TEST(test_same_sum_again),
        ROWS(test_account, accounts),
        TEST(test_log_of_success),
        TEST(test_log_of_refusal),
        ROWS(test_pick, picks),
    };

    return rows_run("ingest", all, ARRAY_LENGTH(all));
}
