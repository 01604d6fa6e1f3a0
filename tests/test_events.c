/* GET /v1/events over the samples: filters, times and views. Pages: test_paging.c. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_call.h"
#include "tests/support_samples.h"

static const struct list_row {
    const char *name;
    const char *query;
    const char *expected; /* ids; oldest first, since e4 and e5 have one time */
} lists[] = {
    {"all", "", "e1 e2 e3 e4 e5 e6"},
    {"an account", "account=444455556666", "e3"},
    {"a region", "region=eu-central-1", "e1 e3"},
    {"a region pattern, negated", "region.not=us-*", "e1 e3 e6"},
    {"a service in short", "service=ram", "e1"},
    {"a service", "service=s3.amazonaws.com", "e2"},
    {"an action", "action=RotateKey", "e3"},
    {"an action of its service", "action=kms:RotateKey", "e3"},
    {"an action of another service", "action=ram:RotateKey", ""},
    {"all actions of a service", "action=ram:*", "e1"},
    {"actions that begin so", "action=*o*le*", "e4 e5"},
    {"a principal by name", "principal=alice", "e1"},
    {"a principal by ARN", "principal=arn:aws:iam::111122223333:root", "e4"},
    {"a principal by session", "principal=run-7", "e2"},
    {"a principal by issuer", "principal=arn:aws:iam::444455556666:role/deploy", "e2"},
    {"principals by pattern, negated", "principal.not=*deploy*&principal.not=alice", "e3 e4 e5 e6"},
    {"a kind", "principal_kind=aws_service", "e3 e5"},
    {"the unknown kind", "principal_kind=unknown", "e6"},
    {"the caller's account", "principal_account=444455556666", "e2 e3"},
    {"an access key", "access_key=ASIA*", "e2"},
    {"an address", "source_ip=192.0.2.10", "e1"},
    {"an address written otherwise", "source_ip=2001:0db8:0::0001", "e2"},
    {"a network", "source_ip=192.0.2.0/25", "e1 e4"},
    {"an IPv6 network", "source_ip=2001:db8::/32", "e2"},
    {"a name as source", "source_ip=AWS+Internal", "e3"},
    {"a pattern of sources", "source_ip=*.amazonaws.com", "e5"},
    {"not a network", "source_ip.not=192.0.2.0/24&source_ip.not=2001:db8::/32", "e3 e5 e6"},
    {"a user agent with a slash written as an escape", "user_agent=aws-cli/2.15.0", "e1"},
    {"a user agent with quotes", "user_agent=[%22Boto3%22]", "e2"},
    {"an error", "error_code=AccessDenied", "e2"},
    {"any error", "error_code=*", "e2"},
    {"no error", "error_code=none", "e1 e3 e4 e5 e6"},
    {"not no error", "error_code.not=none", "e2"},
    {"a resource by ARN", "resource=arn:aws:s3:::team-bucket", "e2"},
    {"a resource by name", "resource=team-bucket", "e2"},
    {"no such resource", "resource.not=team-bucket", "e1 e3 e4 e5 e6"},
    {"read only", "read_only=true", "e2 e5"},
    {"not read only", "read_only=false", "e1 e4"},
    {"read only or silent", "read_only.not=false", "e2 e3 e5 e6"},
    {"an event type", "event_type=AwsConsoleSignIn", "e4"},
    {"a category", "event_category=Data", "e2"},
    {"events by id", "event_id=e1&event_id=e6&event_id=e9", "e1 e6"},
    {"all but one", "event_id.not=e1", "e2 e3 e4 e5 e6"},
    {"the import", "import=1", "e1 e2 e3 e4 e5 e6"},
    {"another import", "import=2", ""},
    {"not the import", "import.not=1", ""},
    {"several filters", "region=us-east-1&read_only=true&source_ip=*.amazonaws.com", "e5"},
    {"from is inclusive", "from=2026-10-01T08:03:00Z", "e4 e5 e6"},
    {"to is exclusive", "to=2026-10-01T08:03:00Z", "e1 e2 e3"},
    {"milliseconds count", "from=2026-10-01T08:01:00.250Z&to=2026-10-01T08:01:00.251Z", "e2"},
    {"a millisecond too late", "from=2026-10-01T08:01:00.251Z&to=2026-10-01T08:02:00Z", ""},
    {"an offset whose plus was not encoded", "to=2026-10-01T10:01:00+02:00", "e1"},
    {"a date", "from=2026-10-02", ""},
    {"epoch seconds", "from=1790841840", "e6"},
    {"long ago", "to=-900w", ""},
    {"NUL in a value", "principal=alice%00", ""},
    {"quotes and SQL in a value", "principal=%27%20OR%201=1%20--", ""},
    {"a star that is a star", "principal=%5C*", ""},
};

static void test_list(void **state) {
    const struct list_row *row = *state;
    char request[500];
    struct caller caller;

    open_with_samples(&caller);
    snprintf(request, sizeof(request), "GET /v1/events?order=asc&%s", row->query);
    json_t *page = call_json_status(&caller, request, 200);
    expect_ids(page, row->expected);
    assert_true(json_is_null(json_object_get(page, "next_cursor")));
    json_decref(page);
    caller_close(&caller);
}

/* ---- what one event looks like ---- */

static const char *const e1_summary =
    "{\"event_id\":\"e1\",\"event_time\":\"2026-10-01T08:00:00Z\",\"account\":\"111122223333\","
    "\"region\":\"eu-central-1\",\"service\":\"ram.amazonaws.com\","
    "\"action\":\"CreateResourceShare\",\"read_only\":false,"
    "\"principal\":{\"kind\":\"iam_user\",\"name\":\"alice\","
    "\"arn\":\"arn:aws:iam::111122223333:user/alice\",\"account\":\"111122223333\","
    "\"access_key\":\"AKIAEXAMPLE\",\"session\":null,\"issuer\":null,\"via\":null},"
    "\"source_ip\":\"192.0.2.10\",\"user_agent\":\"aws-cli/2.15.0\",\"error_code\":null,"
    "\"error_message\":null,\"resources\":[],\"import\":1";

static void expect_body(struct caller *caller, const char *request, struct span expected) {
    struct response response = call(caller, request);

    assert_int_equal(response.status, 200);
    if (!span_equal(buffer_span(&response.body), expected))
        fail_msg("%.*s\ninstead of\n%.*s", SPAN_ARGS(buffer_span(&response.body)),
                 SPAN_ARGS(expected));
    response_clear(&response);
}

static void test_views(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct caller caller;

    (void)state;
    open_with_samples(&caller);
    expect_body(&caller, "GET /v1/events?event_id=e1&view=summary",
                arena_format(&arena, "{\"events\":[%s}],\"next_cursor\":null}\n", e1_summary));
    expect_body(&caller, "GET /v1/events?event_id=e1",
                arena_format(&arena, "{\"events\":[%s,\"record\":%.*s}],\"next_cursor\":null}\n",
                             e1_summary, SPAN_ARGS(sample_record)));
    expect_body(&caller, "GET /v1/events?event_id=e1&view=full&format=json",
                arena_format(&arena, "{\"events\":[%s,\"record\":%.*s}],\"next_cursor\":null}\n",
                             e1_summary, SPAN_ARGS(sample_record)));
    expect_body(&caller, "GET /v1/events?event_id=e1&view=records",
                arena_format(&arena, "{\"Records\":[%.*s]}\n", SPAN_ARGS(sample_record)));
    expect_body(&caller, "GET /v1/events?event_id=e9&view=records", SPAN("{\"Records\":[]}\n"));
    expect_body(&caller, "GET /v1/events?event_id=e9",
                SPAN("{\"events\":[],\"next_cursor\":null}\n"));
    caller_close(&caller);
}

/* What `view=records` answers is a log file, which holds the same events. */
static void test_records_are_a_log_file(void **state) {
    struct caller caller;

    (void)state;
    open_with_samples(&caller);
    struct response response = call(&caller, "GET /v1/events?view=records");
    const struct sending sending = {.body = buffer_span(&response.body)};
    struct response answer = call_sending(&caller, "POST /v1/imports", &sending);
    json_t *receipt = body_json(&answer);
    assert_int_equal(answer.status, 201);
    assert_int_equal(json_integer_value(json_object_get(receipt, "duplicates")), 6);
    assert_int_equal(json_integer_value(json_object_get(receipt, "inserted")), 0);
    json_decref(receipt);
    response_clear(&answer);
    response_clear(&response);
    caller_close(&caller);
}

/* ---- what is refused ---- */

static const struct bad_row {
    const char *name;
    const char *query;
    const char *parameter;
    const char *reason; /* a part of it */
} refused[] = {
    {"an unknown parameter", "acount=1", "acount", "did you mean account"},
    {"limit 0", "limit=0", "limit", "1 to 1000"},
    {"an unknown order", "order=newest", "order", "desc, asc or arrival"},
    {"an unknown view", "view=all", "view", "full, summary or records"},
    {"an unknown format", "format=xml", "format", "must be json"},
    {"a bad date", "from=2026-13-01", "from", "is no time"},
    {"from behind to", "from=2026-10-02&to=2026-10-01", "from", "must be before"},
    {"from equal to", "from=now&to=now", "from", "must be before"},
    {"to the beginning of time", "to=0", "to", "must be after 1970"},
    {"a bad network", "source_ip=10.0.0.0/99", "source_ip", "is no network"},
    {"a broken cursor", "cursor=AAAA", "cursor", "is damaged"},
    {"an empty cursor", "cursor=", "cursor", "must not be empty"},
    {"a bad escape", "account=%4", "account", "bad escape"},
};

static void test_refused(void **state) {
    const struct bad_row *row = *state;
    char request[200];
    struct caller caller;

    caller_open(&caller);
    snprintf(request, sizeof(request), "GET /v1/events?%s", row->query);
    json_t *problem = call_json_status(&caller, request, 400);
    json_t *errors = json_object_get(problem, "errors");
    json_t *error = json_array_get(errors, 0);
    assert_int_equal(json_array_size(errors), 1);
    assert_string_equal(json_string_value(json_object_get(error, "parameter")), row->parameter);
    assert_non_null(strstr(json_string_value(json_object_get(error, "reason")), row->reason));
    json_decref(problem);
    caller_close(&caller);
}

/* A search through many blocks is for a worker, and so is a large page; what the index answers with
 * few events is not. */
static void test_long_searches_need_a_worker(void **state) {
    struct buffer CLEANUP(buffer_clear) body = {0};
    struct caller caller;

    (void)state;
    for (int i = 0; i < 6 * 16384; i++)
        buffer_append_format(&body,
                             "{\"eventID\":\"%d\",\"eventTime\":\"2026-10-01T%02d:%02d:%02dZ\","
                             "\"eventName\":\"A%d\"}\n",
                             i, i / 3600 % 24, i / 60 % 60, i % 60, i / 10000);
    caller_open(&caller);
    assert_int_equal(call_import(&caller, buffer_span(&body)), 1);
    json_decref(call_json_status(&caller, "GET /v1/events?limit=1", 200));
    assert_false(caller.last_on_worker);
    json_decref(call_json_status(&caller, "GET /v1/events?event_id=7", 200));
    assert_false(caller.last_on_worker);
    json_decref(call_json_status(&caller, "GET /v1/events?limit=101&view=summary", 200));
    assert_true(caller.last_on_worker);
    json_decref(call_json_status(&caller, "GET /v1/events?action=*x*", 200));
    assert_true(caller.last_on_worker);
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_list, lists),
        TEST(test_views),
        TEST(test_records_are_a_log_file),
        ROWS(test_refused, refused),
        TEST(test_long_searches_need_a_worker),
    };

    return rows_run("events", all, ARRAY_LENGTH(all));
}
