/* Routes, methods, operations, and what all answers have in common. */
#include "tests/rows.h"

#include "base/limits.h"
#include "tests/support_call.h"
#include "tests/support_samples.h"

static const struct route_row {
    const char *name;
    enum method method;
    const char *target;
    struct route_facts expected;
} routes[] = {
    {"events", METHOD_GET, "/v1/events", {"/v1/events", true, false, false, false, 0}},
    {"with a query", METHOD_GET, "/v1/events?a=/x", {"/v1/events", true, false, false, false, 0}},
    {"HEAD", METHOD_HEAD, "/v1/events", {"/v1/events", true, false, false, false, 0}},
    {"an event",
     METHOD_GET,
     "/v1/events/a%2Fb",
     {"/v1/events/{event_id}", true, false, false, false, 0}},
    {"uploads", METHOD_POST, "/v1/imports?source=x", {"/v1/imports", true, true, true, false, 0}},
    {"receipts", METHOD_GET, "/v1/imports", {"/v1/imports", true, false, false, false, 0}},
    {"a receipt", METHOD_GET, "/v1/imports/7", {"/v1/imports/{id}", true, false, false, false, 0}},
    {"rejects",
     METHOD_GET,
     "/v1/imports/7/rejected",
     {"/v1/imports/{id}/rejected", true, false, true, false, 0}},
    {"an import from S3",
     METHOD_POST,
     "/v1/imports/s3",
     {"/v1/imports/s3", true, true, true, true, LIMIT_NOTICE_BYTES}},
    {"a literal path is no id",
     METHOD_GET,
     "/v1/imports/s3",
     {.route = "/v1/imports/s3", .found = true}},
    {"cancelling",
     METHOD_DELETE,
     "/v1/imports/7",
     {"/v1/imports/{id}", true, false, true, true, 0}},
    {"a trail to follow",
     METHOD_POST,
     "/v1/trails",
     {"/v1/trails", true, true, true, true, LIMIT_NOTICE_BYTES}},
    {"trails", METHOD_GET, "/v1/trails", {"/v1/trails", true, false, true, false, 0}},
    {"notifications",
     METHOD_POST,
     "/v1/notifications/sns",
     {"/v1/notifications/sns", true, true, true, true, LIMIT_NOTICE_BYTES}},
    {"AWS's protocol",
     METHOD_POST,
     "/?X-Amz-Date=x",
     {"/", true, true, false, false, LIMIT_AWS_REQUEST_BYTES}},
    {"another method", METHOD_POST, "/v1/events", {"/v1/events", true, false, false, false, 0}},
    {"an unknown method", METHOD_OTHER, "/healthz", {"/healthz", true, false, false, false, 0}},
    {"nothing", METHOD_GET, "/v2/events", {"(none)", false, false, false, false, 0}},
    {"no path", METHOD_GET, "", {"(none)", false, false, false, false, 0}},
    {"a query alone", METHOD_GET, "?", {"(none)", false, false, false, false, 0}},
    {"a slash behind", METHOD_GET, "/v1/events/", {"(none)", false, false, false, false, 0}},
    {"half a path", METHOD_GET, "/v1/event", {"(none)", false, false, false, false, 0}},
    {"an empty id", METHOD_GET, "/v1/imports//rejected", {"(none)", false, false, false, false, 0}},
    {"another case", METHOD_GET, "/Healthz", {"(none)", false, false, false, false, 0}},
};

static void test_route(void **state) {
    const struct route_row *row = *state;
    struct route_facts facts = service_route(row->method, span_of(row->target));

    assert_string_equal(facts.route, row->expected.route);
    assert_int_equal(facts.found, row->expected.found);
    assert_int_equal(facts.takes_body, row->expected.takes_body);
    assert_int_equal(facts.slow, row->expected.slow);
    assert_int_equal(facts.remote, row->expected.remote);
    assert_int_equal(facts.most_body, row->expected.most_body);
}

static const struct method_row {
    const char *name;
    const char *request;
    int status;
    const char *allow; /* NULL: no such header */
} methods[] = {
    {"GET", "GET /v1/events", 200, NULL},
    {"HEAD", "HEAD /v1/events", 200, NULL},
    {"POST where there is none", "POST /v1/events", 405, "GET, HEAD, OPTIONS"},
    {"DELETE", "DELETE /v1/imports", 405, "GET, HEAD, POST, OPTIONS"},
    {"DELETE of an import", "OPTIONS /v1/imports/1", 204, "GET, HEAD, DELETE, OPTIONS"},
    {"a literal path is no id", "GET /v1/imports/s3", 405, "POST, OPTIONS"},
    {"nor is it one for DELETE", "DELETE /v1/imports/s3", 405, "POST, OPTIONS"},
    {"an unknown method", "BREW /healthz", 405, "GET, HEAD, OPTIONS"},
    {"OPTIONS", "OPTIONS /v1/imports", 204, "GET, HEAD, POST, OPTIONS"},
    {"OPTIONS of an event", "OPTIONS /v1/events/x", 204, "GET, HEAD, OPTIONS"},
    {"OPTIONS of all", "OPTIONS *", 204, "GET, HEAD, POST, DELETE, OPTIONS"},
    {"OPTIONS of nothing", "OPTIONS /x", 404, NULL},
    {"GET of all", "GET *", 404, NULL},
};

static void test_method(void **state) {
    const struct method_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    struct response response = call(&caller, row->request);
    assert_int_equal(response.status, row->status);
    assert_true(span_equal(header_value(&response, "Allow"), span_of(row->allow)));
    assert_true(span_equal(header_value(&response, "X-Content-Type-Options"), SPAN("nosniff")));
    if (row->status != 204)
        json_decref(body_json(&response));
    else
        assert_int_equal(response.body.length, 0);
    response_clear(&response);
    caller_close(&caller);
}

static const struct answer_row {
    const char *name;
    const char *request;
    int status;
    const char *content_type;
    const char *cache_control;
    const char *body; /* how it begins */
} answers[] = {
    {"health", "GET /healthz", 200, "application/json", "no-store", "{\"status\":\"ok\"}\n"},
    {"ready", "GET /readyz", 200, "application/json", "no-store", "{\"status\":\"ready\"}\n"},
    {"metrics", "GET /metrics", 200, "text/plain; version=0.0.4", "no-store", "# HELP traild_"},
    {"the contract", "GET /openapi.yaml", 200, "application/yaml", "no-cache", "openapi: 3.1."},
    {"as JSON", "GET /openapi.json", 200, "application/json", "no-cache", "{"},
    {"events", "GET /v1/events", 200, "application/json", "no-store", "{\"events\":["},
    {"records", "GET /v1/events?view=records", 200, "application/json", "no-store",
     "{\"Records\":["},
    {"an event", "GET /v1/events/e1", 200, "application/json", "no-store", "{\"event_id\":\"e1\""},
    {"imports", "GET /v1/imports", 200, "application/json", "no-store", "{\"imports\":["},
    {"an import", "GET /v1/imports/1", 200, "application/json", "no-store", "{\"id\":1"},
    {"rejects", "GET /v1/imports/1/rejected", 200, "application/json", "no-store",
     "{\"rejected\":[],\"next_cursor\":null}\n"},
    {"nothing", "GET /nothing", 404, "application/problem+json", "no-store",
     "{\"type\":\"about:blank\""},
    {"nonsense", "GET /healthz?a", 400, "application/problem+json", "no-store", "{\"type\""},
    {"a wrong method", "PUT /healthz", 405, "application/problem+json", "no-store", "{\"type\""},
};

static void test_answer(void **state) {
    const struct answer_row *row = *state;
    struct caller caller;

    open_with_samples(&caller);
    struct response response = call(&caller, row->request);
    assert_int_equal(response.status, row->status);
    assert_true(span_equal(header_value(&response, "Content-Type"), span_of(row->content_type)));
    assert_true(span_equal(header_value(&response, "Cache-Control"), span_of(row->cache_control)));
    assert_true(span_equal(header_value(&response, "X-Content-Type-Options"), SPAN("nosniff")));
    assert_true(span_starts_with(buffer_span(&response.body), span_of(row->body)));
    assert_int_equal(response.body.data[response.body.length - 1], '\n');
    response_clear(&response);
    caller_close(&caller);
}

/* One of the two is in the Makefile, the other one in the contract. */
static void test_contract_has_the_version(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    json_t *contract = call_json_status(&caller, "GET /openapi.json", 200);
    const json_t *info = json_object_get(contract, "info");
    assert_string_equal(json_string_value(json_object_get(info, "version")), TRAILD_VERSION);
    json_decref(contract);
    caller_close(&caller);
}

static void test_not_ready_when_stopping(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    atomic_store(&caller.service.stopping, true);
    struct response response = call(&caller, "GET /readyz");
    assert_int_equal(response.status, 503);
    assert_non_null(header_value(&response, "Retry-After").data);
    response_clear(&response);
    json_decref(call_json_status(&caller, "GET /healthz", 200));
    caller_close(&caller);
}

static void test_longest_target(void **state) {
    struct buffer CLEANUP(buffer_clear) target = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    buffer_append_text(&target, "/v1/events?");
    while (target.length < LIMIT_TARGET_BYTES)
        buffer_append_byte(&target, '&');
    struct response longest = call_span(&caller, METHOD_GET, buffer_span(&target));
    assert_int_equal(longest.status, 200);
    buffer_append_byte(&target, '&');
    struct response longer = call_span(&caller, METHOD_GET, buffer_span(&target));
    assert_int_equal(longer.status, 414);
    response_clear(&longest);
    response_clear(&longer);
    caller_close(&caller);
}

/* Imports that a caller counts show in the metrics. */
static void test_imports_are_counted(void **state) {
    struct caller caller;

    (void)state;
    open_with_samples(&caller);
    const struct sending bad = {.body = SPAN("[")};
    struct response failed = call_sending(&caller, "POST /v1/imports", &bad);
    struct response response = call(&caller, "GET /metrics");
    buffer_append_byte(&response.body, '\0');
    assert_non_null(strstr(response.body.data, "\ntraild_imports_total{outcome=\"imported\"} 1\n"));
    assert_non_null(strstr(response.body.data, "\ntraild_imports_total{outcome=\"failed\"} 1\n"));
    assert_non_null(strstr(response.body.data, "\ntraild_records_inserted_total 6\n"));
    assert_non_null(strstr(response.body.data, "\ntraild_store_events 6\n"));
    response_clear(&failed);
    response_clear(&response);
    caller_close(&caller);
}

static void test_problem_without_a_request(void **state) {
    struct response response = {0};

    (void)state;
    service_problem(&response, NULL, 431, NULL, SPAN("too many headers"));
    json_t *json = body_json(&response);
    assert_string_equal(response.route, "(none)");
    assert_int_equal(json_integer_value(json_object_get(json, "status")), 431);
    assert_string_equal(json_string_value(json_object_get(json, "title")),
                        "Request Header Fields Too Large");
    json_decref(json);
    response_clear(&response);
}

/* ---- what AWS's clients are told ---- */

static const struct aws_row {
    const char *name;
    const char *request;
    int status;
    const char *type;
    const char *message; /* how it begins */
} for_aws[] = {
    {"a wrong parameter", "POST /?Action=LookupEvents", 400, "ValidationException",
     "Action: is no parameter here; use X-Amz-"},
    {"two of them", "POST /?Action=LookupEvents&Version=1", 400, "ValidationException",
     "2 parameters are wrong; the first is Action: is no parameter here; use X-Amz-"},
    {"an endpoint with a path", "POST /v1/", 404, "UnknownOperationException",
     "there is nothing here: AWS's clients are given this server's address without a path"},
    {"a path that takes no POST", "POST /healthz", 405, "UnknownOperationException",
     "/healthz takes GET, HEAD, OPTIONS; see /openapi.yaml"},
};

static void check_aws_failure(const struct response *response, int status, const char *type,
                              const char *message) {
    json_t *json = body_json(response);

    assert_int_equal(response->status, status);
    assert_int_equal(json_object_size(json), 2);
    assert_string_equal(json_string_value(json_object_get(json, "__type")), type);
    assert_true(span_starts_with(span_of(json_string_value(json_object_get(json, "message"))),
                                 span_of(message)));
    assert_true(span_equal(header_value(response, "x-amzn-ErrorType"), span_of(type)));
    assert_int_equal(header_value(response, "x-amzn-RequestId").length, 36);
    assert_true(
        span_equal(header_value(response, "Content-Type"), SPAN("application/x-amz-json-1.1")));
    json_decref(json);
}

static void test_for_aws(void **state) {
    const struct aws_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    struct response response = call_aws_at(&caller, row->request, "LookupEvents", SPAN("{}"));
    check_aws_failure(&response, row->status, row->type, row->message);
    response_clear(&response);
    caller_close(&caller);
}

/* In front of the handlers. */
static const struct status_row {
    const char *name;
    int status;
    const char *type;
} statuses[] = {
    {"nonsense", 400, "ValidationException"},
    {"a page of another site", 403, "AccessDeniedException"},
    {"another host", 421, "AccessDeniedException"},
    {"no length", 411, "ValidationException"},
    {"too much", 413, "RequestEntityTooLargeException"},
    {"an encoding", 501, "ValidationException"},
    {"a full queue", 503, "ServiceUnavailableException"},
    {"a body that cannot be kept", 500, "InternalFailure"},
};

static void test_status(void **state) {
    const struct status_row *row = *state;
    const struct request request = {
        .method = METHOD_POST, .target = SPAN("/"), .amz_target = SPAN("")};
    struct response response = {0};

    service_problem(&response, &request, row->status, NULL, SPAN("a sentence"));
    check_aws_failure(&response, row->status, row->type, "a sentence");
    assert_int_equal(header_value(&response, "Retry-After").data != NULL, row->status == 503);
    response_clear(&response);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_route, routes),           ROWS(test_method, methods),
        ROWS(test_answer, answers),         TEST(test_contract_has_the_version),
        TEST(test_not_ready_when_stopping), TEST(test_longest_target),
        TEST(test_imports_are_counted),     TEST(test_problem_without_a_request),
        ROWS(test_for_aws, for_aws),        ROWS(test_status, statuses),
    };

    return rows_run("service", all, ARRAY_LENGTH(all));
}
