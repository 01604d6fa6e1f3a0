/* handlers/trails.c: /v1/trails. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_patience.h"
#include "tests/support_s3_service.h"

#define TRAILS "/v1/trails"
#define FOLDER "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/02/"
#define NAME   FOLDER "111122223333_CloudTrail_eu-west-1_20261102T0920Z_Qm1kfZk2mE3zXx1a.json.gz"

static const struct fault_row {
    const char *name;
    const char *body;
    int status;
    const char *detail; /* how it begins */
} faulty[] = {
    {"nothing", "", 400, "the body must be a JSON object: "},
    {"a list", "[]", 400, "the body must be a JSON object"},
    {"no uri", "{\"from\":\"2026-11-01\"}", 400, "uri: is missing"},
    {"a URL", "{\"uri\":\"https://bucket/\"}", 400, "uri: must be s3://"},
    {"a year of a region",
     "{\"uri\":\"s3://bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/\"}", 400,
     "uri: must end behind an account"},
    {"no time", "{\"uri\":\"s3://bucket\",\"from\":\"x\"}", 400, "from: is no time"},
    {"what only imports have", "{\"uri\":\"s3://bucket\",\"to\":\"now\"}", 400,
     "to: is no parameter here"},
    {"what is not allowed", "{\"uri\":\"s3://other\"}", 403, "s3://other/ is not among"},
};

static void test_fault(void **state) {
    const struct fault_row *row = *state;
    struct s3_service service;

    s3_service_open(&service);
    json_t *problem = s3_service_post(&service, TRAILS, row->body, row->status, NULL);
    const char *detail = json_text_of(problem, "detail");
    if (strncmp(detail, row->detail, strlen(row->detail)) != 0)
        fail_msg("%s", detail);
    json_decref(problem);
    json_t *list = call_json_status(&service.caller, "GET /v1/trails", 200);
    assert_int_equal(json_array_size(json_object_get(list, "trails")), 0);
    json_decref(list);
    s3_service_close(&service);
}

static bool has_come(struct s3_service *service) {
    json_t *trail = call_json_status(&service->caller, "GET /v1/trails/1", 200);
    bool come = strcmp(json_text_of(trail, "status"), "following") == 0 &&
                json_number_of(trail, "files_done") == 1;

    json_decref(trail);
    return come;
}

/* What is told of a trail that is current. */
static void test_a_trail(void **state) {
    struct s3_service service;
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    fake_s3_put(service.collecting.s3, "bucket", NAME, log_file(1));
    fake_s3_put(service.collecting.s3, "bucket",
                "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/02/x.json.gz", SPAN(""));
    fake_s3_put(service.collecting.s3, "bucket", FOLDER "README.txt", SPAN(""));
    json_decref(s3_service_post(&service, TRAILS, "{\"uri\":\"s3://bucket\"}", 201, location));
    assert_string_equal(location, "/v1/trails/1");
    for (struct patience patience = {0}; !has_come(&service);)
        patience_nap(&patience, "a file");
    json_t *trail = call_json_status(&service.caller, "GET /v1/trails/1", 200);
    assert_string_equal(json_text_of(trail, "uri"), "s3://bucket/");
    assert_string_equal(json_text_of(trail, "last_file"), "s3://bucket/" NAME);
    assert_string_equal(json_text_of(trail, "last_delivered_at"), "2026-11-02T09:20:00Z");
    assert_true(json_is_null(json_object_get(trail, "from")));
    assert_true(json_is_null(json_object_get(trail, "error")));
    assert_true(json_is_null(json_object_get(trail, "error_at")));
    assert_true(json_is_false(json_object_get(trail, "configured")));
    assert_int_equal(json_number_of(trail, "places"), 1);
    assert_int_equal(json_number_of(trail, "files_known"), 0);
    assert_int_equal(json_number_of(trail, "files_skipped"), 1);
    assert_int_equal(json_number_of(trail, "files_failed"), 0);
    assert_true(json_number_of(trail, "lag_seconds") > 0);
    assert_int_equal(
        json_number_of(json_object_get(json_object_get(trail, "skipped"), "digest"), "folders"), 1);
    json_decref(trail);
    s3_service_close(&service);
}

static void test_follow_and_unfollow(void **state) {
    struct s3_service service;
    char location[LOCATION_BYTES];

    (void)state;
    s3_service_open(&service);
    json_t *first = s3_service_post(
        &service, TRAILS, "{\"uri\":\"s3://bucket/a/\",\"from\":\"2026-11-01\"}", 201, location);
    assert_string_equal(json_text_of(first, "from"), "2026-11-01T00:00:00Z");
    json_decref(first);
    json_t *again =
        s3_service_post(&service, TRAILS, "{\"uri\":\"s3://bucket/a/\"}", 200, location);
    assert_string_equal(location, "/v1/trails/1");
    assert_string_equal(json_text_of(again, "from"), "2026-11-01T00:00:00Z");
    json_decref(again);
    json_decref(s3_service_post(&service, TRAILS, "{\"uri\":\"s3://bucket/b/\"}", 201, location));
    int64_t second = strtoll(strrchr(location, '/') + 1, NULL, 10);
    assert_true(second > 1);

    struct response gone = call(&service.caller, "DELETE /v1/trails/1");
    assert_int_equal(gone.status, 204);
    assert_int_equal(gone.body.length, 0);
    response_clear(&gone);
    json_decref(call_json_status(&service.caller, "GET /v1/trails/1", 404));
    json_decref(call_json_status(&service.caller, "DELETE /v1/trails/1", 404));
    json_t *list = call_json_status(&service.caller, "GET /v1/trails", 200);
    const json_t *trails = json_object_get(list, "trails");
    assert_int_equal(json_array_size(trails), 1);
    assert_int_equal(json_number_of(json_array_get(trails, 0), "id"), second);
    json_decref(list);
    s3_service_close(&service);
}

static void test_a_configured_trail_stays(void **state) {
    static const char *const follow[] = {"s3://bucket/a/"};
    struct s3_service service;
    struct err err;

    (void)state;
    s3_service_open(&service);
    collecting_stop(&service.collecting);
    struct collector_config config = collecting_config(&service.collecting, 4);
    config.follow = follow;
    config.follow_count = 1;
    assert_true(collector_start(&config, &service.collecting.collector, &err));
    service.caller.service.collector = service.collecting.collector;
    json_t *problem = call_json_status(&service.caller, "DELETE /v1/trails/1", 409);
    assert_non_null(strstr(json_text_of(problem, "detail"), "--follow"));
    json_decref(problem);
    json_t *trail = call_json_status(&service.caller, "GET /v1/trails/1", 200);
    assert_true(json_is_true(json_object_get(trail, "configured")));
    json_decref(trail);
    s3_service_close(&service);
}

static const struct id_row {
    const char *name;
    const char *request;
    int status;
} ids[] = {
    {"none", "GET /v1/trails/7", 404},
    {"0", "GET /v1/trails/0", 400},
    {"a word", "DELETE /v1/trails/x", 400},
    {"a parameter", "GET /v1/trails?limit=1", 400},
};

static void test_id(void **state) {
    const struct id_row *row = *state;
    struct s3_service service;

    s3_service_open(&service);
    json_decref(call_json_status(&service.caller, row->request, row->status));
    s3_service_close(&service);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_fault, faulty),
        ROWS(test_id, ids),
        TEST(test_a_trail),
        TEST(test_follow_and_unfollow),
        TEST(test_a_configured_trail_stays),
    };

    return rows_run("trails_api", all, ARRAY_LENGTH(all));
}
