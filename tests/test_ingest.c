/* ingest/ingest.c: receipts, what is known already, and what is logged. */
#include "tests/rows.h"

#include <jansson.h>
#include <unistd.h>

#include "tests/drip_reader.h"
#include "tests/packing.h"
#include "tests/records.h"
#include "tests/support_ingest.h"

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

/* ---- the log ---- */

/* What stands on stderr meanwhile. */
struct capture {
    int ends[2];
    int saved;
};

static void capture_begin(struct capture *capture) {
    capture->saved = dup(STDERR_FILENO);
    assert_int_equal(pipe(capture->ends), 0);
    dup2(capture->ends[1], STDERR_FILENO);
}

/* It must be one line of JSON. */
static json_t *capture_end(struct capture *capture) {
    char line[4096];

    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->ends[1]);
    ssize_t length = read(capture->ends[0], line, sizeof(line));
    close(capture->ends[0]);
    assert_in_range(length, 1, sizeof(line) - 1);
    json_t *json = json_loadb(line, (size_t)length, 0, NULL);
    assert_non_null(json);
    return json;
}

static json_t *import_logged(struct fixture *fixture, const char *text) {
    struct capture capture;

    capture_begin(&capture);
    bool good = import_span(fixture, span_of(text));
    json_t *json = capture_end(&capture);
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

static const struct failure_row {
    const char *name;
    enum err_kind kind;
    const char *level;
    const char *message;
} failures[] = {
    {"the file is to blame", ERR_UNREADABLE, "warn", "import refused"},
    {"the disk is full", ERR_NO_SPACE, "error", "import failed"},
    {"an error of ours", ERR_INTERNAL, "error", "import failed"},
    {"somebody cancelled it", ERR_CANCELLED, "info", "import cancelled"},
};

static void test_log_of_failure(void **state) {
    const struct failure_row *row = *state;
    struct capture capture;
    struct err err;

    (void)err_set(&err, row->kind, "why");
    capture_begin(&capture);
    ingest_log_failed(&err, SPAN("s3://b/k"));
    json_t *line = capture_end(&capture);
    assert_member(line, "level", json_string(row->level));
    assert_member(line, "message", json_string(row->message));
    assert_member(line, "source", json_string("s3://b/k"));
    assert_member(line, "reason", json_string("why"));
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
        TEST(test_rejections),
        TEST(test_body_facts),
        TEST(test_parent),
        TEST(test_event_in_two_files),
        TEST(test_same_file_again),
        TEST(test_same_sum_again),
        TEST(test_log_of_success),
        TEST(test_log_of_refusal),
        ROWS(test_log_of_failure, failures),
        ROWS(test_pick, picks),
    };

    return rows_run("ingest", all, ARRAY_LENGTH(all));
}
