/* POST /v1/imports/s3, and imports of many files as GET and DELETE show them. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_s3_service.h"

static json_t *post(struct s3_service *service, const char *body, int status, char *location) {
    return s3_service_post(service, "/v1/imports/s3", body, status, location);
}

static const struct fault_row {
    const char *name;
    const char *body;
    const char *parameter; /* NULL: none is named */
    const char *reason;    /* how it begins; of the detail, if no parameter is named */
} faulty[] = {
    {"nothing", "", NULL, "the body is neither {\"uri\": \"s3://...\"} nor a notification: "},
    {"an empty object", "{}", "uri", "is missing"},
    {"a member of another", "{\"url\":\"s3://bucket/a\"}", NULL,
     "the body is neither {\"uri\": \"s3://...\"} nor a notification: "},
    {"an unknown member", "{\"uri\":\"s3://bucket/a\",\"region\":\"x\"}", "region",
     "is no parameter here; did you mean regions?"},
    {"a URL", "{\"uri\":\"https://bucket.s3.amazonaws.com/a\"}", "uri", "must be s3://"},
    {"a bucket that cannot be", "{\"uri\":\"s3://x/a\"}", "uri", ""},
    {"a number", "{\"uri\":true}", "uri", "must be a text"},
    {"a time for an object", "{\"uri\":\"s3://bucket/a\",\"from\":\"-7d\"}", "from",
     "is for a prefix, and this uri names one object"},
    {"accounts for an object", "{\"uri\":\"s3://bucket/a\",\"accounts\":[\"111122223333\"]}",
     "accounts", "is for a prefix"},
    {"a version of a prefix", "{\"uri\":\"s3://bucket/a/\",\"version_id\":\"v\"}", "version_id",
     "is for one object"},
    {"an empty version", "{\"uri\":\"s3://bucket/a\",\"version_id\":\"\"}", "version_id",
     "must not be empty"},
    {"no time", "{\"uri\":\"s3://bucket/\",\"to\":\"soon\"}", "to", "is no time"},
    {"the end before the beginning",
     "{\"uri\":\"s3://bucket/\",\"from\":\"2026-11-02\",\"to\":\"2026-11-01\"}", "to",
     "must be after from"},
    {"no account", "{\"uri\":\"s3://bucket/\",\"accounts\":[\"me\"]}", "accounts",
     "must be account numbers of twelve digits"},
    {"no accounts", "{\"uri\":\"s3://bucket/\",\"accounts\":[]}", "accounts",
     "must be a list of texts, at least one"},
    {"no region", "{\"uri\":\"s3://bucket/\",\"regions\":[\"eu west\"]}", "regions",
     "must be regions, such as eu-central-1"},
    {"a log file", "{\"Records\":[{\"eventName\":\"x\",\"eventID\":\"y\"}]}", NULL,
     "the body is neither {\"uri\": \"s3://...\"} nor a notification: this is a log"},
};

static void test_fault(void **state) {
    const struct fault_row *row = *state;
    struct s3_service service;

    s3_service_open(&service);
    json_t *problem = post(&service, row->body, 400, NULL);
    const json_t *errors = json_object_get(problem, "errors");
    const char *reason = json_text_of(problem, "detail");
    assert_int_equal(json_array_size(errors), row->parameter != NULL);
    if (row->parameter != NULL) {
        assert_string_equal(json_text_of(json_array_get(errors, 0), "parameter"), row->parameter);
        reason = json_text_of(json_array_get(errors, 0), "reason");
    }
    assert_memory_equal(reason, row->reason, strlen(row->reason));
    assert_int_equal(fake_s3_all_gets(service.collecting.s3), 0);
    json_decref(problem);
    s3_service_close(&service);
}

static const struct object_row {
    const char *name;
    const char *body; /* names f/0001.json, whatever form it has */
} objects[] = {
    {"by its URI", "{\"uri\":\"s3://bucket/f/0001.json\"}"},
    {"by CloudTrail's message", "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"f/0001.json\"]}"},
    {"by an event of S3",
     "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\",\"s3\":"
     "{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"f%2F0001.json\"}}}]}"},
    {"by an event of EventBridge",
     "{\"source\":\"aws.s3\",\"detail-type\":\"Object Created\",\"detail\":{\"bucket\":"
     "{\"name\":\"bucket\"},\"object\":{\"key\":\"f/0001.json\"}}}"},
    {"in an envelope of SNS",
     "{\"Type\":\"Notification\",\"TopicArn\":\"t\",\"Message\":"
     "\"{\\\"s3Bucket\\\":\\\"bucket\\\",\\\"s3ObjectKey\\\":[\\\"f/0001.json\\\"]}\"}"},
};

static void test_object(void **state) {
    const struct object_row *row = *state;
    struct s3_service service;
    char location[LOCATION_BYTES];

    s3_service_open(&service);
    put_files(service.collecting.s3, "f/", 1, 2);
    json_t *receipt = post(&service, row->body, 201, location);
    assert_string_equal(location, "/v1/imports/1");
    assert_string_equal(json_text_of(receipt, "source"), "s3://bucket/f/0001.json");
    assert_string_equal(json_text_of(receipt, "status"), "done");
    assert_non_null(json_text_of(receipt, "etag"));
    assert_non_null(json_text_of(receipt, "sha256"));
    assert_int_equal(json_number_of(receipt, "inserted"), 1);
    assert_null(json_object_get(receipt, "progress"));
    json_decref(receipt);
    receipt = post(&service, row->body, 200, location);
    assert_string_equal(location, "/v1/imports/1");
    assert_int_equal(json_number_of(receipt, "duplicate_of"), 1);
    assert_int_equal(json_number_of(receipt, "inserted"), 0);
    json_decref(receipt);
    s3_service_close(&service);
}

static const struct refused_row {
    const char *name;
    const char *uri;
    int status;
    const char *detail; /* a part of it */
} refusals[] = {
    {"a bucket that is not allowed", "s3://other/f/0001.json", 403, "--s3-allow other"},
    {"a prefix that is not allowed", "s3://other/", 403, "s3://other/"},
    {"an object that is not there", "s3://bucket/none", 422, "s3://bucket/none: NoSuchKey"},
    {"a file that is broken", "s3://bucket/broken.json", 422, "s3://bucket/broken.json"},
};

static void test_refused(void **state) {
    const struct refused_row *row = *state;
    struct s3_service service;
    char body[100];

    s3_service_open(&service);
    fake_s3_put(service.collecting.s3, "bucket", "broken.json", SPAN("{\"Records\":[{]}"));
    snprintf(body, sizeof(body), "{\"uri\":\"%s\"}", row->uri);
    json_t *problem = post(&service, body, row->status, NULL);
    assert_non_null(strstr(json_text_of(problem, "detail"), row->detail));
    json_decref(problem);
    json_t *list = call_json_status(&service.caller, "GET /v1/imports", 200);
    assert_int_equal(json_array_size(json_object_get(list, "imports")), 0);
    json_decref(list);
    s3_service_close(&service);
}

static void test_a_message_about_nothing(void **state) {
    struct s3_service service;

    (void)state;
    s3_service_open(&service);
    json_t *answer = post(&service, "{\"Event\":\"s3:TestEvent\"}", 200, NULL);
    assert_string_equal(json_text_of(answer, "ignored"), "S3's test message");
    json_decref(answer);
    answer = post(&service, "CloudTrail validation message.", 200, NULL);
    assert_string_equal(json_text_of(answer, "ignored"), "CloudTrail's test message");
    json_decref(answer);
    s3_service_close(&service);
}

static void test_a_body_that_is_too_large(void **state) {
    struct s3_service service;
    char *body = memory_new((1 << 20) + 2, 1);

    (void)state;
    memset(body, ' ', (1 << 20) + 1);
    s3_service_open(&service);
    json_decref(post(&service, body, 413, NULL));
    s3_service_close(&service);
    free(body);
}

/* Ends when the import does; its receipt. */
static json_t *wait_for(struct s3_service *service, const char *location) {
    char request[80];

    wait_over(&service->collecting, strtoll(strrchr(location, '/') + 1, NULL, 10));
    snprintf(request, sizeof(request), "GET %s", location);
    return call_json_status(&service->caller, request, 200);
}

static void test_a_prefix(void **state) {
    struct s3_service service;
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    put_files(service.collecting.s3, "f/", 1, 6);
    put_files(service.collecting.s3, "g/", 6, 7);
    fake_s3_put(service.collecting.s3, "bucket", "f/0009.json", SPAN("{\"Records\":[{]}"));
    json_t *begun = post(&service, "{\"uri\":\"s3://bucket/f/\"}", 202, location);
    assert_string_equal(location, "/v1/imports/1");
    assert_string_equal(json_text_of(begun, "kind"), "prefix");
    assert_true(json_is_null(json_object_get(begun, "sha256")));
    json_decref(begun);

    json_t *receipt = wait_for(&service, location);
    const json_t *progress = json_object_get(receipt, "progress");
    assert_string_equal(json_text_of(receipt, "status"), "done");
    assert_string_equal(json_text_of(receipt, "source"), "s3://bucket/f/");
    assert_int_equal(json_number_of(receipt, "records"), 5);
    assert_int_equal(json_number_of(receipt, "inserted"), 5);
    assert_int_equal(json_number_of(progress, "files_listed"), 6);
    assert_int_equal(json_number_of(progress, "files_done"), 5);
    assert_int_equal(json_number_of(progress, "files_failed"), 1);
    assert_int_equal(json_number_of(receipt, "bytes"), json_number_of(progress, "bytes_listed"));
    assert_true(json_is_true(json_object_get(progress, "all_listed")));
    assert_true(json_is_null(json_object_get(progress, "eta_seconds")));
    assert_true(json_number_of(progress, "events_per_second") > 0);
    assert_string_equal(json_text_of(receipt, "failed"), "/v1/imports?parent=1&status=failed");
    json_decref(receipt);
    s3_service_close(&service);
}

static void test_what_failed_and_what_did_not(void **state) {
    struct s3_service service;
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    put_files(service.collecting.s3, "f/", 1, 4);
    fake_s3_put(service.collecting.s3, "bucket", "f/0009.json", SPAN("{\"Records\":[{]}"));
    json_decref(post(&service, "{\"uri\":\"s3://bucket/f/\"}", 202, location));
    json_decref(wait_for(&service, location));
    json_t *list = call_json_status(&service.caller, "GET /v1/imports?parent=1&status=failed", 200);
    const json_t *failed = json_object_get(list, "imports");
    assert_int_equal(json_array_size(failed), 1);
    assert_string_equal(json_text_of(json_array_get(failed, 0), "source"),
                        "s3://bucket/f/0009.json");
    assert_int_equal(json_number_of(json_array_get(failed, 0), "parent"), 1);
    assert_non_null(strstr(json_text_of(json_array_get(failed, 0), "error"), "byte"));
    assert_true(json_is_null(json_object_get(json_array_get(failed, 0), "kind")));
    json_decref(list);
    list = call_json_status(&service.caller, "GET /v1/imports?parent=1&status=done", 200);
    assert_int_equal(json_array_size(json_object_get(list, "imports")), 3);
    json_decref(list);
    list = call_json_status(&service.caller,
                            "GET /v1/imports?parent=1&status=queued&status=skipped", 200);
    assert_int_equal(json_array_size(json_object_get(list, "imports")), 0);
    json_decref(list);
    s3_service_close(&service);
}

static void test_what_is_no_file_of_another(void **state) {
    struct s3_service service;
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    put_files(service.collecting.s3, "f/", 1, 4);
    json_decref(post(&service, "{\"uri\":\"s3://bucket/f/\"}", 202, location));
    json_decref(wait_for(&service, location));
    fake_s3_put(service.collecting.s3, "bucket", "alone.json", SPAN("{\"Records\":[7]}"));
    json_t *alone = post(&service, "{\"uri\":\"s3://bucket/alone.json\"}", 201, NULL);
    json_t *list = call_json_status(&service.caller, "GET /v1/imports?parent=none", 200);
    const json_t *imports = json_object_get(list, "imports");
    assert_int_equal(json_array_size(imports), 2);
    assert_int_equal(json_number_of(json_array_get(imports, 0), "id"), json_number_of(alone, "id"));
    assert_int_equal(json_number_of(json_array_get(imports, 1), "id"), 1);
    json_decref(list);
    json_decref(alone);
    s3_service_close(&service);
}

/* A cursor of one parent's files says nothing about another's. */
static void test_a_cursor_belongs_to_its_parent(void **state) {
    struct s3_service service;
    char request[300];
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    put_files(service.collecting.s3, "f/", 1, 4);
    json_decref(post(&service, "{\"uri\":\"s3://bucket/f/\"}", 202, location));
    json_decref(wait_for(&service, location));
    json_t *page = call_json_status(&service.caller, "GET /v1/imports?parent=1&limit=1", 200);
    const char *cursor = json_text_of(page, "next_cursor");
    snprintf(request, sizeof(request), "GET /v1/imports?parent=2&limit=1&cursor=%s", cursor);
    json_decref(call_json_status(&service.caller, request, 400));
    snprintf(request, sizeof(request), "GET /v1/imports?parent=1&limit=5&cursor=%s", cursor);
    json_t *rest = call_json_status(&service.caller, request, 200);
    assert_int_equal(json_array_size(json_object_get(rest, "imports")), 2);
    json_decref(rest);
    json_decref(page);
    s3_service_close(&service);
}

static void test_cancelling(void **state) {
    struct s3_service service;
    struct stall stall = {.part = "f/0002", .gate = gate_new()};
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    stall.s3 = service.collecting.s3;
    put_files(service.collecting.s3, "f/", 1, 4);
    fake_s3_fault(service.collecting.s3, stall_some, &stall);
    json_decref(post(&service, "{\"uri\":\"s3://bucket/f/\"}", 202, location));
    wait_ended_files(&service.collecting, 1, 2);
    json_t *running = call_json_status(&service.caller, "GET /v1/imports/1", 200);
    assert_string_equal(json_text_of(running, "status"), "running");
    assert_int_equal(json_number_of(running, "inserted"), 2);
    json_decref(running);
    json_t *list = call_json_status(&service.caller, "GET /v1/imports?status=running", 200);
    const json_t *first = json_array_get(json_object_get(list, "imports"), 0);
    assert_int_equal(json_number_of(first, "inserted"), 2);
    json_decref(list);
    json_t *cancelled = call_json_status(&service.caller, "DELETE /v1/imports/1", 200);
    assert_string_equal(json_text_of(cancelled, "status"), "cancelled");
    assert_int_equal(json_number_of(cancelled, "inserted"), 2);
    json_decref(cancelled);
    json_t *problem = call_json_status(&service.caller, "DELETE /v1/imports/1", 409);
    assert_non_null(strstr(json_text_of(problem, "detail"), "import 1 has ended"));
    json_decref(problem);
    s3_service_close(&service);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_fault, faulty),
        ROWS(test_object, objects),
        ROWS(test_refused, refusals),
        TEST(test_a_message_about_nothing),
        TEST(test_a_body_that_is_too_large),
        TEST(test_a_prefix),
        TEST(test_what_failed_and_what_did_not),
        TEST(test_what_is_no_file_of_another),
        TEST(test_a_cursor_belongs_to_its_parent),
        TEST(test_cancelling),
    };

    return rows_run("import_s3", all, ARRAY_LENGTH(all));
}
