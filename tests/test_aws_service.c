/* POST /: the protocol of AWS's clients, whatever the operation. */
#include "tests/rows.h"

#include "base/limits.h"
#include "tests/support_call.h"

#define JSON_1_1 "application/x-amz-json-1.1"

static const struct call_row {
    const char *name;
    const char *target; /* NULL: no header */
    const char *content_type;
    const char *body;
    int status;
    const char *type; /* NULL: it is answered */
} calls[] = {
    {"as clients send it", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
     JSON_1_1, "{}", 200, NULL},
    {"as older clients send it", "CloudTrail_20131101.LookupEvents", JSON_1_1, "{}", 200, NULL},
    {"the operation alone", "LookupEvents", JSON_1_1, "{}", 200, NULL},
    {"no body", "LookupEvents", JSON_1_1, "", 200, NULL},
    {"version 1.0", "LookupEvents", "application/x-amz-json-1.0", "{}", 200, NULL},
    {"JSON with a character set", "LookupEvents", "Application/JSON; charset=utf-8", "{}", 200,
     NULL},
    {"an operation about trails", "ListTrails", JSON_1_1, "{}", 200, NULL},
    {"an operation that is not supported", "x.CreateTrail", JSON_1_1, "{}", 400,
     "UnsupportedOperationException"},
    {"a query of Lake", "x.StartQuery", JSON_1_1, "{}", 400, "UnsupportedOperationException"},
    {"an operation that is none", "x.LookUpEvents", JSON_1_1, "{}", 400,
     "UnknownOperationException"},
    {"an operation of another service", "DynamoDB_20120810.ListTables", JSON_1_1, "{}", 400,
     "UnknownOperationException"},
    {"a dot at the end", "x.LookupEvents.", JSON_1_1, "{}", 400, "UnknownOperationException"},
    {"an empty target", "", JSON_1_1, "{}", 400, "UnknownOperationException"},
    {"no target", NULL, JSON_1_1, "{}", 400, "UnknownOperationException"},
    {"no type", "LookupEvents", NULL, "{}", 400, "UnknownOperationException"},
    {"the type of a form", "LookupEvents", "application/x-www-form-urlencoded", "{}", 400,
     "UnknownOperationException"},
    {"plain text", "LookupEvents", "text/plain", "{}", 400, "UnknownOperationException"},
    {"a body that is no JSON", "LookupEvents", JSON_1_1, "x", 400, "SerializationException"},
    {"a member that is not known", "ListTrails", JSON_1_1, "{\"x\":1}", 400, "ValidationException"},
};

static struct response send(struct caller *caller, struct request *request, struct span body) {
    struct response response = {0};
    struct span_reader reader;
    struct spooled upload = {.reader = &reader.reader, .bytes = (int64_t)body.length};

    span_reader_init(&reader, body);
    request->method = METHOD_POST;
    request->target = request->target.data != NULL ? request->target : SPAN("/");
    request->upload = &upload;
    service_answer(&caller->service, request, &response);
    return response;
}

static bool is_request_id(struct span id) {
    return id.length == 36 && id.data[8] == '-' && id.data[13] == '-' && id.data[14] == '4' &&
           id.data[18] == '-' && strchr("89ab", id.data[19]) != NULL && id.data[23] == '-';
}

static void expect_headers(const struct response *response) {
    assert_true(span_equal(header_value(response, "Content-Type"), SPAN(JSON_1_1)));
    assert_true(span_equal(header_value(response, "Cache-Control"), SPAN("no-store")));
    assert_true(span_equal(header_value(response, "X-Content-Type-Options"), SPAN("nosniff")));
    assert_true(is_request_id(header_value(response, "x-amzn-RequestId")));
}

static void test_call(void **state) {
    const struct call_row *row = *state;
    struct request request = {
        .amz_target = span_of(row->target),
        .content_type = span_of(row->content_type),
        .on_worker = true,
    };
    struct caller caller;

    caller_open(&caller);
    struct response response = send(&caller, &request, span_of(row->body));
    json_t *answer = body_json(&response);
    const char *type = json_string_value(json_object_get(answer, "__type"));
    assert_int_equal(response.status, row->status);
    expect_headers(&response);
    assert_true(span_equal(span_of(type), span_of(row->type)));
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"), span_of(row->type)));
    assert_int_equal(json_object_get(answer, "message") != NULL, row->type != NULL);
    json_decref(answer);
    response_clear(&response);
    caller_close(&caller);
}

static void test_ids_differ(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    struct response first = call_aws(&caller, "LookupEvents", SPAN("{}"));
    struct response second = call_aws(&caller, "LookupEvents", SPAN("{}"));
    assert_false(span_equal(header_value(&first, "x-amzn-RequestId"),
                            header_value(&second, "x-amzn-RequestId")));
    response_clear(&first);
    response_clear(&second);
    caller_close(&caller);
}

/* The body is read anew by the worker. */
static void test_worker(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    struct response response =
        call_aws(&caller, "DescribeTrails", SPAN("{\"includeShadowTrails\":1}"));
    assert_int_equal(response.status, 400);
    assert_false(caller.last_on_worker);
    response_clear(&response);
    response = call_aws(&caller, "GetTrail", SPAN("{\"Name\":\"trail-7\"}"));
    json_t *answer = body_json(&response);
    assert_true(caller.last_on_worker);
    assert_string_equal(json_string_value(json_object_get(answer, "__type")),
                        "TrailNotFoundException");
    json_decref(answer);
    response_clear(&response);
    caller_close(&caller);
}

static void test_large_body(void **state) {
    static char body[LIMIT_AWS_REQUEST_BYTES + 1];
    struct caller caller;

    (void)state;
    memset(body, ' ', sizeof(body));
    memcpy(body, "{}", 2);
    caller_open(&caller);
    struct response response =
        call_aws(&caller, "LookupEvents", (struct span){body, sizeof(body) - 1});
    assert_int_equal(response.status, 200);
    response_clear(&response);
    response = call_aws(&caller, "LookupEvents", (struct span){body, sizeof(body)});
    assert_int_equal(response.status, 413);
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"),
                           SPAN("RequestEntityTooLargeException")));
    expect_headers(&response);
    response_clear(&response);
    caller_close(&caller);
}

/* Who asks has gone: the search ends, and clients would try again. */
static void test_cancelled(void **state) {
    const atomic_bool cancel = true;
    struct request request = {
        .amz_target = SPAN("LookupEvents"),
        .content_type = SPAN(JSON_1_1),
        .cancel = &cancel,
        .on_worker = true,
    };
    struct buffer CLEANUP(buffer_clear) file = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    for (int i = 0; i < 17000; i++) /* more than a block holds: those are read from the disk */
        buffer_append_format(&file, "{\"eventTime\":\"2026-10-01T08:00:00Z\",\"eventID\":%d}", i);
    call_import(&caller, buffer_span(&file));
    struct response response = send(&caller, &request, SPAN("{}"));
    assert_int_equal(response.status, 503);
    assert_true(span_equal(header_value(&response, "Retry-After"), SPAN("5")));
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"),
                           SPAN("ServiceUnavailableException")));
    expect_headers(&response);
    response_clear(&response);
    caller_close(&caller);
}

/* A signature may stand in the query. Everything else there is a mistake. */
static const struct query_row {
    const char *name;
    const char *target;
    int status;
} queries[] = {
    {"a signature",
     "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb&X-Amz-Date=20261122T000000Z"
     "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00&X-Amz-Security-Token=t"
     "&X-Amz-Content-Sha256=0",
     200},
    {"an operation", "/?Action=LookupEvents", 400},
};

static void test_query(void **state) {
    const struct query_row *row = *state;
    struct request request = {
        .target = span_of(row->target),
        .amz_target = SPAN("LookupEvents"),
        .content_type = SPAN(JSON_1_1),
    };
    struct caller caller;

    caller_open(&caller);
    struct response response = send(&caller, &request, SPAN("{}"));
    assert_int_equal(response.status, row->status);
    response_clear(&response);
    caller_close(&caller);
}

/* The status of a request with this item in its query, of so many letters. */
static int status_of_item(const char *name, size_t length) {
    struct buffer CLEANUP(buffer_clear) target = {0};
    struct caller caller;

    buffer_append_format(&target, "/?%s=", name);
    for (size_t i = 0; i < length; i++)
        buffer_append_byte(&target, 'T');
    struct request request = {
        .target = buffer_span(&target),
        .amz_target = SPAN("LookupEvents"),
        .content_type = SPAN(JSON_1_1),
    };
    caller_open(&caller);
    struct response response = send(&caller, &request, SPAN("{}"));
    int status = response.status;
    response_clear(&response);
    caller_close(&caller);
    return status;
}

/* AWS says of session tokens that they may be of any length. */
static void test_long_token(void **state) {
    (void)state;
    assert_int_equal(status_of_item("X-Amz-Security-Token", 8000), 200);
    assert_int_equal(status_of_item("X-Amz-Signature", 8000), 400);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_call, calls), ROWS(test_query, queries), TEST(test_ids_differ), TEST(test_worker),
        TEST(test_large_body),  TEST(test_cancelled),      TEST(test_long_token),
    };

    return rows_run("aws_service", all, ARRAY_LENGTH(all));
}
