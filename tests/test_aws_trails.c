/* CloudTrail's operations about trails, for those that are followed. */
#include "tests/rows.h"

#include "tests/support_call.h"
#include "tests/support_collect.h"
#include "tests/support_patience.h"

#define ARN       "arn:aws:cloudtrail:us-east-1:000000000000:trail/"
#define DELIVERED INT64_C(1714554000) /* 2024-05-01T09:00:00Z, as the file's name says */
#define FILE_NAME                                                                                  \
    "AWSLogs/o-abc/111111111111/CloudTrail/us-east-1/2024/05/01/"                                  \
    "111111111111_CloudTrail_us-east-1_20240501T0900Z_aaaaaaaaaaaaaaaa.json"
#define DIGEST_NAME                                                                                \
    "AWSLogs/o-abc/111111111111/CloudTrail-Digest/us-east-1/2024/05/01/"                           \
    "111111111111_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T093000Z.json.gz"

struct following {
    struct collecting collecting;
    struct caller caller; /* its service alone */
};

static void follow(struct following *following, const char *prefix) {
    struct trail_view view;
    struct err err;
    bool is_new;

    if (!collector_follow(following->collecting.collector, SPAN("bucket"), span_of(prefix), 0,
                          &following->collecting.arena, &view, &is_new, &err))
        fail_msg("%s", err.text);
}

static void wait_delivered(struct following *following, int64_t id) {
    struct trail_view view = {0};
    struct err err;

    for (struct patience patience = {0}; view.delivered_ms != DELIVERED * 1000;) {
        patience_nap(&patience, "a delivery");
        assert_true(collector_get_trail(following->collecting.collector, id,
                                        &following->collecting.arena, &view, &err));
    }
}

/* A bucket with a file of an organization. */
static void open_bucket(struct following *following) {
    *following = (struct following){0};
    collecting_open(&following->collecting, 4);
    following->caller.service.store = following->collecting.scratch.store;
    following->caller.service.collector = following->collecting.collector;
    fake_s3_put(following->collecting.s3, "bucket", "" FILE_NAME, log_file(1));
}

/* Trail 1 has that file; trail 2 has none, below a prefix; trail 3 is of an organization by its
 * prefix. */
static void open_following(struct following *following) {
    open_bucket(following);
    follow(following, "");
    follow(following, "logs/of/all");
    follow(following, "before/AWSLogs/o-abc/");
    wait_delivered(following, 1);
}

static void close_following(struct following *following) {
    collecting_close(&following->collecting);
}

/* ---- answers ---- */

#define TRAIL(id, of_organization, more)                                                           \
    "{\"Name\":\"trail-" id "\",\"S3BucketName\":\"bucket\"," more                                 \
    "\"IncludeGlobalServiceEvents\":true,\"IsMultiRegionTrail\":true,"                             \
    "\"HomeRegion\":\"us-east-1\",\"TrailARN\":\"" ARN "trail-" id                                 \
    "\",\"LogFileValidationEnabled\":false,\"HasCustomEventSelectors\":false,"                     \
    "\"HasInsightSelectors\":false,"                                                               \
    "\"IsOrganizationTrail\":" of_organization "}"
#define TRAIL_1 TRAIL("1", "true", "")
#define TRAIL_2 TRAIL("2", "false", "\"S3KeyPrefix\":\"logs/of/all\",")
#define TRAIL_3 TRAIL("3", "true", "\"S3KeyPrefix\":\"before\",")

#define ITEM(id)                                                                                   \
    "{\"TrailARN\":\"" ARN "trail-" id "\",\"Name\":\"trail-" id                                   \
    "\",\"HomeRegion\":\"us-east-"                                                                 \
    "1\"}"

static const struct answer_row {
    const char *name;
    const char *operation;
    const char *input;
    const char *expected;
} answers[] = {
    {"all trails", "DescribeTrails", "{}", "{\"trailList\":[" TRAIL_1 "," TRAIL_2 "," TRAIL_3 "]}"},
    {"an empty list of names is none", "DescribeTrails",
     "{\"trailNameList\":[],\"includeShadowTrails\":false}",
     "{\"trailList\":[" TRAIL_1 "," TRAIL_2 "," TRAIL_3 "]}"},
    {"some trails", "DescribeTrails",
     "{\"trailNameList\":[\"trail-3\",\"" ARN "trail-1\",\"trail-4\",\"\"]}",
     "{\"trailList\":[" TRAIL_1 "," TRAIL_3 "]}"},
    {"no trail of these", "DescribeTrails", "{\"trailNameList\":[\"main\"]}", "{\"trailList\":[]}"},
    {"a trail by name", "GetTrail", "{\"Name\":\"trail-2\"}", "{\"Trail\":" TRAIL_2 "}"},
    {"a trail by ARN", "GetTrail", "{\"Name\":\"" ARN "trail-1\"}", "{\"Trail\":" TRAIL_1 "}"},
    {"a list", "ListTrails", "{}", "{\"Trails\":[" ITEM("1") "," ITEM("2") "," ITEM("3") "]}"},
    {"selectors", "GetEventSelectors", "{\"TrailName\":\"trail-1\"}",
     "{\"TrailARN\":\"" ARN "trail-1\",\"EventSelectors\":[{\"ReadWriteType\":\"All\","
     "\"IncludeManagementEvents\":true,\"DataResources\":[],"
     "\"ExcludeManagementEventSources\":[]}]}"},
    {"tags", "ListTags", "{\"ResourceIdList\":[\"" ARN "trail-2\",\"trail-1\"]}",
     "{\"ResourceTagList\":[{\"ResourceId\":\"" ARN "trail-2\",\"TagsList\":[]},"
     "{\"ResourceId\":\"trail-1\",\"TagsList\":[]}]}"},
};

static void test_answers(void **state) {
    struct following following;

    (void)state;
    open_following(&following);
    for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
        struct response response =
            call_aws(&following.caller, answers[i].operation, span_of(answers[i].input));
        struct span body = span_trim(buffer_span(&response.body));
        if (response.status != 200 || !span_equal(body, span_of(answers[i].expected)))
            fail_msg("%s: %.*s", answers[i].name, SPAN_ARGS(body));
        response_clear(&response);
    }
    close_following(&following);
}

static void test_status(void **state) {
    struct following following;

    (void)state;
    open_following(&following);
    struct response response =
        call_aws(&following.caller, "GetTrailStatus", SPAN("{\"Name\":\"trail-1\"}"));
    json_t *status = body_json(&response);
    assert_true(json_is_true(json_object_get(status, "IsLogging")));
    assert_int_equal(json_integer_value(json_object_get(status, "LatestDeliveryTime")), DELIVERED);
    assert_true(json_is_number(json_object_get(status, "StartLoggingTime")));
    assert_null(json_object_get(status, "LatestDeliveryError"));
    json_decref(status);
    response_clear(&response);
    response = call_aws(&following.caller, "GetTrailStatus", SPAN("{\"Name\":\"trail-2\"}"));
    status = body_json(&response);
    assert_null(json_object_get(status, "LatestDeliveryTime"));
    json_decref(status);
    response_clear(&response);
    close_following(&following);
}

static bool shown_as_validated(struct following *following) {
    struct response response =
        call_aws(&following->caller, "GetTrail", SPAN("{\"Name\":\"trail-1\"}"));
    json_t *answer = body_json(&response);
    json_t *trail = json_object_get(answer, "Trail");
    bool validated = json_is_true(json_object_get(trail, "LogFileValidationEnabled"));

    json_decref(answer);
    response_clear(&response);
    return validated;
}

/* A trail that has digests beside its log files, which the first look at its folders finds. */
static void test_digests(void **state) {
    struct following following;

    (void)state;
    open_bucket(&following);
    fake_s3_put(following.collecting.s3, "bucket", DIGEST_NAME, SPAN("{}"));
    follow(&following, "");
    for (struct patience patience = {0}; !shown_as_validated(&following);)
        patience_nap(&patience, "the digests to be found");
    close_following(&following);
}

/* ---- what is refused ---- */

static const struct bad_row {
    const char *name;
    const char *operation;
    const char *input;
    const char *type;
} refused[] = {
    {"no name", "GetTrail", "{}", "InvalidTrailNameException"},
    {"an empty name", "GetTrail", "{\"Name\":\"\"}", "InvalidTrailNameException"},
    {"a name that is no text", "GetTrail", "{\"Name\":1}", "SerializationException"},
    {"a name that nobody has", "GetTrail", "{\"Name\":\"main\"}", "TrailNotFoundException"},
    {"no number", "GetTrail", "{\"Name\":\"trail-\"}", "TrailNotFoundException"},
    {"a trail that is not followed", "GetTrail", "{\"Name\":\"trail-9\"}",
     "TrailNotFoundException"},
    {"an ARN of somebody's", "GetTrail",
     "{\"Name\":\"arn:aws:cloudtrail:eu-west-1:111122223333:trail/trail-1\"}",
     "TrailNotFoundException"},
    {"its status", "GetTrailStatus", "{\"Name\":\"trail-9\"}", "TrailNotFoundException"},
    {"its selectors", "GetEventSelectors", "{\"TrailName\":\"trail-9\"}", "TrailNotFoundException"},
    {"Insights", "GetInsightSelectors", "{\"TrailName\":\"trail-9\"}", "TrailNotFoundException"},
    {"names that are no list", "DescribeTrails", "{\"trailNameList\":\"x\"}",
     "SerializationException"},
    {"names that are no texts", "DescribeTrails", "{\"trailNameList\":[1]}",
     "SerializationException"},
    {"shadows that are no flag", "DescribeTrails", "{\"includeShadowTrails\":\"true\"}",
     "SerializationException"},
    {"a second page of trails", "ListTrails", "{\"NextToken\":\"x\"}", "InvalidNextTokenException"},
    {"tags of nothing", "ListTags", "{}", "ValidationException"},
    {"tags of a trail that is not followed", "ListTags", "{\"ResourceIdList\":[\"trail-9\"]}",
     "ResourceNotFoundException"},
    {"tags of what is no text", "ListTags", "{\"ResourceIdList\":[1]}", "SerializationException"},
    {"tags of too many", "ListTags",
     "{\"ResourceIdList\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\","
     "\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"18\",\"19\",\"20\",\"21\"]}",
     "ValidationException"},
};

static void test_refused(void **state) {
    const struct bad_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    struct response response = call_aws(&caller, row->operation, span_of(row->input));
    assert_int_equal(response.status, 400);
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"), span_of(row->type)));
    response_clear(&response);
    caller_close(&caller);
}

/* Of a trail that there is, Insights are not enabled. */
static void test_insights(void **state) {
    struct following following;

    (void)state;
    open_following(&following);
    struct response response =
        call_aws(&following.caller, "GetInsightSelectors", SPAN("{\"TrailName\":\"trail-1\"}"));
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"),
                           SPAN("InsightNotEnabledException")));
    response_clear(&response);
    close_following(&following);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_refused, refused), TEST(test_answers),  TEST(test_status),
        TEST(test_digests),          TEST(test_insights),
    };

    return rows_run("aws_trails", all, ARRAY_LENGTH(all));
}
