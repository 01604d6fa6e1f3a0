#include "tests/support_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/log.h"
#include "collect/collector.h"
#include "tests/support_store.h"

static char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

/* Nothing of S3 is allowed, and so nothing is asked of it. */
static void open_store(struct caller *caller) {
    struct collector_config config = {
        .variable = no_variable,
        .downloads = DEFAULT_DOWNLOADS,
        .max_object_bytes = DEFAULT_MAX_UPLOAD,
        .max_inflated = DEFAULT_MAX_INFLATED,
        .follow_interval_ms = DEFAULT_FOLLOW_INTERVAL_MS,
    };
    struct err err = {0};

    if (!store_open(caller->directory, &caller->service.store, &err))
        fail_msg("%s", err.text);
    config.store = caller->service.store;
    if (!collector_start(&config, &caller->service.collector, &err))
        fail_msg("%s", err.text);
}

static void close_store(struct caller *caller) {
    collector_stop(caller->service.collector);
    store_close(caller->service.store);
}

void caller_open(struct caller *caller) {
    *caller = (struct caller){
        .service = {.max_inflated = DEFAULT_MAX_INFLATED, .max_upload = DEFAULT_MAX_UPLOAD}};
    snprintf(caller->directory, sizeof(caller->directory), "/tmp/traild-test-XXXXXX");
    assert_non_null(mkdtemp(caller->directory));
    caller->service.metrics = metrics_new();
    log_silence(); /* imports tell the log; tests look at answers */
    open_store(caller);
}

void caller_restart(struct caller *caller) {
    close_store(caller);
    open_store(caller);
}

void caller_close(struct caller *caller) {
    close_store(caller);
    metrics_free(caller->service.metrics);
    remove_directory(caller->directory);
}

static struct response answer(struct caller *caller, struct request *request, struct span body) {
    struct response response = {0};
    struct span_reader reader;
    struct spooled upload = {.reader = &reader.reader, .bytes = (int64_t)body.length};

    if (body.data != NULL) {
        sha256_of(body, upload.sha256);
        request->upload = &upload;
    }
    span_reader_init(&reader, body);
    service_answer(&caller->service, request, &response);
    caller->last_on_worker = response.needs_worker;
    if (response.needs_worker) {
        response_clear(&response);
        span_reader_init(&reader, body);
        request->on_worker = true;
        service_answer(&caller->service, request, &response);
    }
    assert_false(response.needs_worker);
    assert_non_null(response.route);
    assert_int_not_equal(response.status, 0);
    return response;
}

struct response call_span(struct caller *caller, enum method method, struct span target) {
    struct request request = {.method = method, .target = target};

    return answer(caller, &request, SPAN_NONE);
}

static struct request parse(const char *line) {
    struct span name;
    struct span target;

    assert_true(span_cut(span_of(line), ' ', &name, &target));
    return (struct request){.method = method_of(name), .target = target};
}

struct response call(struct caller *caller, const char *request) {
    struct request parsed = parse(request);

    return answer(caller, &parsed, SPAN_NONE);
}

struct response call_sending(struct caller *caller, const char *request,
                             const struct sending *sending) {
    struct request parsed = parse(request);

    parsed.content_type = sending->content_type;
    parsed.content_encoding = sending->content_encoding;
    return answer(caller, &parsed, sending->body);
}

struct response call_aws_at(struct caller *caller, const char *line, const char *operation,
                            struct span body) {
    char target[200];
    struct request request = parse(line);

    snprintf(target, sizeof(target), "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.%s",
             operation);
    request.content_type = SPAN("application/x-amz-json-1.1");
    request.amz_target = span_of(target);
    return answer(caller, &request, body);
}

struct response call_aws(struct caller *caller, const char *operation, struct span body) {
    return call_aws_at(caller, "POST /", operation, body);
}

struct span header_value(const struct response *response, const char *name) {
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    }
    return SPAN_NONE;
}

json_t *body_json(const struct response *response) {
    json_error_t error;

    assert_true(response->body.length > 0);
    assert_int_equal(response->body.data[response->body.length - 1], '\n');
    json_t *json = json_loadb(response->body.data, response->body.length, JSON_ALLOW_NUL, &error);
    if (json == NULL)
        fail_msg("%s in: %.*s", error.text, SPAN_ARGS(buffer_span(&response->body)));
    return json;
}

json_t *call_json_status(struct caller *caller, const char *request, int status) {
    struct response response = call(caller, request);

    if (response.status != status)
        fail_msg("%s: %d instead of %d: %.*s", request, response.status, status,
                 SPAN_ARGS(buffer_span(&response.body)));
    json_t *json = body_json(&response);
    response_clear(&response);
    return json;
}

int64_t call_import(struct caller *caller, struct span body) {
    const struct sending sending = {.body = body};
    struct response response = call_sending(caller, "POST /v1/imports", &sending);

    if (response.status != 201)
        fail_msg("%d: %.*s", response.status, SPAN_ARGS(buffer_span(&response.body)));
    json_t *receipt = body_json(&response);
    int64_t id = json_integer_value(json_object_get(receipt, "id"));
    json_decref(receipt);
    response_clear(&response);
    return id;
}
