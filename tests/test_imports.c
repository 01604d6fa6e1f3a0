/* POST /v1/imports, receipts and rejected records. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/utc.h"
#include "tests/support_call.h"
#include "tests/support_samples.h"

#define MIXED                                                                                      \
    "[{\"eventID\":\"x\",\"eventTime\":\"2026-10-01T08:00:00Z\"}, 7, {\"eventID\":\"y\"},\n"       \
    "{\"eventID\":\"x\",\"eventTime\":\"2026-10-01T08:00:00Z\"}, { \"a\": \"\\u0000\" } ]"

static json_t *send(struct caller *caller, const char *request, struct span body, int status) {
    const struct sending sending = {.body = body};
    struct response response = call_sending(caller, request, &sending);

    if (response.status != status)
        fail_msg("%d: %.*s", response.status, SPAN_ARGS(buffer_span(&response.body)));
    json_t *json = body_json(&response);
    response_clear(&response);
    return json;
}

static void expect_members(const json_t *object, const char *const *names) {
    const char *name;
    json_t *value;
    size_t i = 0;

    json_object_foreach((json_t *)object, name, value) {
        assert_non_null(names[i]);
        assert_string_equal(name, names[i++]);
    }
    assert_null(names[i]);
}

static json_int_t number(const json_t *object, const char *name) {
    assert_true(json_is_integer(json_object_get(object, name)));
    return json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name) {
    assert_true(json_is_string(json_object_get(object, name)));
    return json_string_value(json_object_get(object, name));
}

static const char *const receipt_members[] = {
    "id",       "parent",           "source",          "kind",        "status",   "sha256",
    "etag",     "version_id",       "bytes",           "records",     "inserted", "duplicates",
    "rejected", "first_event_time", "last_event_time", "received_at", "error",    NULL};

static void test_receipt(void **state) {
    struct caller caller;
    int64_t before = utc_now_ms();
    int64_t received;

    (void)state;
    caller_open(&caller);
    json_t *receipt = send(&caller, "POST /v1/imports?source=a%20file", SPAN(MIXED), 201);
    expect_members(receipt, receipt_members);
    assert_int_equal(number(receipt, "id"), 1);
    assert_true(json_is_null(json_object_get(receipt, "parent")));
    assert_string_equal(text(receipt, "source"), "a file");
    assert_string_equal(text(receipt, "kind"), "array");
    assert_string_equal(text(receipt, "status"), "done");
    assert_int_equal(strlen(text(receipt, "sha256")), 64);
    assert_true(json_is_null(json_object_get(receipt, "etag")));
    assert_true(json_is_null(json_object_get(receipt, "version_id")));
    assert_true(json_is_null(json_object_get(receipt, "error")));
    assert_int_equal(number(receipt, "bytes"), strlen(MIXED));
    assert_int_equal(number(receipt, "records"), 5);
    assert_int_equal(number(receipt, "inserted"), 1);
    assert_int_equal(number(receipt, "duplicates"), 1);
    assert_int_equal(number(receipt, "rejected"), 3);
    assert_string_equal(text(receipt, "first_event_time"), "2026-10-01T08:00:00Z");
    assert_string_equal(text(receipt, "last_event_time"), "2026-10-01T08:00:00Z");
    assert_true(utc_parse(span_of(text(receipt, "received_at")), &received));
    assert_in_range(received, before, utc_now_ms());
    json_t *again = call_json_status(&caller, "GET /v1/imports/1", 200);
    assert_true(json_equal(receipt, again));
    json_decref(again);
    json_decref(receipt);
    caller_close(&caller);
}

static void test_default_source(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    json_t *receipt = send(&caller, "POST /v1/imports", sample_log, 201);
    assert_string_equal(text(receipt, "source"), "upload");
    json_decref(receipt);
    caller_close(&caller);
}

static void test_same_file_again(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    json_decref(send(&caller, "POST /v1/imports", sample_log, 201));
    json_t *receipt = send(&caller, "POST /v1/imports?source=other", sample_log, 200);
    assert_int_equal(number(receipt, "id"), 1);
    assert_int_equal(number(receipt, "duplicate_of"), 1);
    assert_int_equal(number(receipt, "inserted"), 0);
    assert_int_equal(number(receipt, "duplicates"), 6);
    assert_string_equal(text(receipt, "source"), "upload");
    json_decref(receipt);
    caller_close(&caller);
}

static void test_location(void **state) {
    const struct sending sending = {.body = sample_log};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    struct response first = call_sending(&caller, "POST /v1/imports", &sending);
    struct response again = call_sending(&caller, "POST /v1/imports", &sending);
    assert_true(caller.last_on_worker);
    assert_true(span_equal(header_value(&first, "Location"), SPAN("/v1/imports/1")));
    assert_true(span_equal(header_value(&again, "Location"), SPAN("/v1/imports/1")));
    response_clear(&first);
    response_clear(&again);
    caller_close(&caller);
}

static const struct body_row {
    const char *name;
    struct sending sending;
    int status;
    int64_t offset; /* ERR_NO_POSITION: not given */
    int64_t index;
} bodies[] = {
    {"a log file", {SPAN("{\"Records\":[]}"), SPAN_NONE, SPAN_NONE}, 201, -1, -1},
    {"said to be JSON", {SPAN("[]"), SPAN("application/json"), SPAN_NONE}, 201, -1, -1},
    {"as curl says by default",
     {SPAN("[]"), SPAN("application/x-www-form-urlencoded"), SPAN_NONE},
     201,
     -1,
     -1},
    {"said to be gzip, but is not", {SPAN("[]"), SPAN_NONE, SPAN("gzip")}, 201, -1, -1},
    {"x-gzip in capitals", {SPAN("[]"), SPAN_NONE, SPAN("X-GZIP")}, 201, -1, -1},
    {"no coding", {SPAN("[]"), SPAN_NONE, SPAN(" identity ")}, 201, -1, -1},
    {"another coding", {SPAN("[]"), SPAN_NONE, SPAN("br")}, 415, -1, -1},
    {"two codings", {SPAN("[]"), SPAN_NONE, SPAN("gzip, gzip")}, 415, -1, -1},
    {"a form with a file",
     {SPAN("[]"), SPAN("Multipart/Form-Data; boundary=x"), SPAN_NONE},
     415,
     -1,
     -1},
    {"nothing", {SPAN(""), SPAN_NONE, SPAN_NONE}, 422, -1, -1},
    {"no JSON", {SPAN("hello"), SPAN_NONE, SPAN_NONE}, 422, 0, -1},
    {"damage in the second record",
     {SPAN("{\"Records\":[{\"eventTime\":\"2026-10-01T08:00:00Z\"},{\"a\":1,}]}"), SPAN_NONE,
      SPAN_NONE},
     422,
     56,
     1},
    {"a stranger",
     {SPAN("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}"), SPAN_NONE,
      SPAN_NONE},
     201,
     -1,
     -1},
};

static void expect_position(const json_t *problem, const char *name, int64_t expected) {
    const json_t *value = json_object_get(problem, name);

    if (expected == ERR_NO_POSITION)
        assert_null(value);
    else
        assert_int_equal(number(problem, name), expected);
}

static void test_body(void **state) {
    const struct body_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    struct response response = call_sending(&caller, "POST /v1/imports", &row->sending);
    json_t *json = body_json(&response);
    assert_int_equal(response.status, row->status);
    expect_position(json, "offset", row->offset);
    expect_position(json, "index", row->index);
    json_t *list = call_json_status(&caller, "GET /v1/imports", 200);
    assert_int_equal(json_array_size(json_object_get(list, "imports")), row->status == 201);
    json_decref(list);
    json_decref(json);
    response_clear(&response);
    caller_close(&caller);
}

static void test_no_body_at_all(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    json_decref(call_json_status(&caller, "POST /v1/imports", 422));
    caller_close(&caller);
}

static const struct bad_row {
    const char *name;
    const char *request;
    int status;
    const char *detail; /* a part of it */
} refused[] = {
    {"an unknown import", "GET /v1/imports/9", 404, "9"},
    {"an unknown import's rejects", "GET /v1/imports/9/rejected", 404, "9"},
    {"import 0", "GET /v1/imports/0", 400, "id: must be the number of an import"},
    {"a word", "GET /v1/imports/abc", 400, "id: must be the number of an import"},
    {"a sign", "GET /v1/imports/-1", 400, "id: must be the number of an import"},
    {"a number too large", "GET /v1/imports/9223372036854775808", 400,
     "id: must be the number of an import"},
    {"a word's rejects", "GET /v1/imports/abc/rejected", 400, "id: must be the number"},
    {"a parameter of one import", "GET /v1/imports/1?x=1", 400, "is no parameter here"},
    {"a filter on imports", "GET /v1/imports?account=1", 400, "is no parameter here"},
    {"limit 0", "GET /v1/imports?limit=0", 400, "must be 1 to 1000"},
    {"parent 0", "GET /v1/imports?parent=0", 400, "must be the number of an import"},
    {"a parent that is a word", "GET /v1/imports?parent=x", 400,
     "must be the number of an import, 1 or more, or none"},
    {"two parents", "GET /v1/imports?parent=1&parent=2", 400, "may be given only once"},
    {"no such status", "GET /v1/imports?status=broken", 400, "must be done, skipped"},
    {"cancelling what is not there", "DELETE /v1/imports/9", 404, "9"},
    {"cancelling a word", "DELETE /v1/imports/abc", 400, "id: must be the number of an import"},
    {"a broken cursor", "GET /v1/imports?cursor=x", 400, "is damaged"},
    {"an empty source", "POST /v1/imports?source=", 400, "must not be empty"},
    {"an unknown parameter", "POST /v1/imports?sorce=x", 400, "did you mean source"},
};

static void test_refused(void **state) {
    const struct bad_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    json_t *problem = call_json_status(&caller, row->request, row->status);
    assert_non_null(strstr(text(problem, "detail"), row->detail));
    json_decref(problem);
    caller_close(&caller);
}

/* The numbers called `member` of the items of a list, page by page: "3 2 | 1". */
static void walk(struct caller *caller, const char *path, int limit, const char *list,
                 const char *member, struct buffer *out) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span request = arena_format(&arena, "GET %s?limit=%d", path, limit);

    while (request.data != NULL) {
        json_t *page = call_json_status(caller, request.data, 200);
        json_t *item;
        size_t i;
        json_array_foreach(json_object_get(page, list), i, item)
            buffer_append_format(out, "%s%d", i > 0 ? " " : "", (int)number(item, member));
        const char *cursor = json_string_value(json_object_get(page, "next_cursor"));
        request = cursor == NULL
                      ? SPAN_NONE
                      : arena_format(&arena, "GET %s?limit=%d&cursor=%s", path, limit, cursor);
        buffer_append_text(out, cursor == NULL ? "" : " | ");
        json_decref(page);
    }
    buffer_append_byte(out, '\0');
}

static void test_list(void **state) {
    struct buffer CLEANUP(buffer_clear) none = {0};
    struct buffer CLEANUP(buffer_clear) twos = {0};
    struct buffer CLEANUP(buffer_clear) all = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    walk(&caller, "/v1/imports", 10, "imports", "id", &none);
    assert_string_equal(none.data, "");
    for (int i = 0; i < 5; i++) {
        char body[20];
        snprintf(body, sizeof(body), "[%d]", i);
        call_import(&caller, span_of(body));
    }
    walk(&caller, "/v1/imports", 2, "imports", "id", &twos);
    assert_string_equal(twos.data, "5 4 | 3 2 | 1");
    walk(&caller, "/v1/imports", 5, "imports", "id", &all);
    assert_string_equal(all.data, "5 4 3 2 1");
    caller_close(&caller);
}

static void test_rejected(void **state) {
    struct buffer CLEANUP(buffer_clear) indexes = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    json_decref(send(&caller, "POST /v1/imports", SPAN(MIXED), 201));
    walk(&caller, "/v1/imports/1/rejected", 2, "rejected", "index", &indexes);
    assert_string_equal(indexes.data, "1 2 | 4");
    struct response response = call(&caller, "GET /v1/imports/1/rejected");
    json_t *page = body_json(&response);
    json_t *last = json_array_get(json_object_get(page, "rejected"), 2);
    static const char *const members[] = {"index", "offset", "reason", "record", NULL};
    expect_members(last, members);
    assert_memory_equal(&MIXED[number(last, "offset")], "{ \"a\": \"\\u0000\" }", 17);
    assert_non_null(
        memmem(response.body.data, response.body.length, "\"record\":{ \"a\": \"\\u0000\" }}", 27));
    assert_non_null(strstr(text(last, "reason"), "eventTime"));
    json_decref(page);
    response_clear(&response);
    caller_close(&caller);
}

/* A cursor of one import's rejects says nothing about another's. */
static void test_cursor_of_another_import(void **state) {
    char request[300];
    struct caller caller;

    (void)state;
    caller_open(&caller);
    call_import(&caller, SPAN("[1,2]"));
    call_import(&caller, SPAN("[3,4]"));
    json_t *page = call_json_status(&caller, "GET /v1/imports/1/rejected?limit=1", 200);
    snprintf(request, sizeof(request), "GET /v1/imports/2/rejected?limit=1&cursor=%s",
             text(page, "next_cursor"));
    json_decref(call_json_status(&caller, request, 400));
    snprintf(request, sizeof(request), "GET /v1/imports?limit=1&cursor=%s",
             text(page, "next_cursor"));
    json_decref(call_json_status(&caller, request, 400));
    json_decref(page);
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_receipt),          TEST(test_default_source),
        TEST(test_same_file_again),  TEST(test_location),
        ROWS(test_body, bodies),     TEST(test_no_body_at_all),
        ROWS(test_refused, refused), TEST(test_list),
        TEST(test_rejected),         TEST(test_cursor_of_another_import),
    };

    return rows_run("imports", all, ARRAY_LENGTH(all));
}
