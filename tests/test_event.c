/* GET /v1/events/{event_id}. */
#include "tests/rows.h"

#include "tests/support_call.h"
#include "tests/support_samples.h"

static const struct event_row {
    const char *name;
    const char *request;
    int status;
    const char *expected; /* what `event_id` or `detail` is */
} events[] = {
    {"an event", "GET /v1/events/e1", 200, "e1"},
    {"its summary", "GET /v1/events/e2?view=summary", 200, "e2"},
    {"an id with escapes", "GET /v1/events/a%2Fb%20+%25", 200, "a/b +%"},
    {"an unknown id", "GET /v1/events/e9", 404, "there is no event \"e9\""},
    {"a star is no pattern", "GET /v1/events/e*", 404, "there is no event \"e*\""},
    {"half an id", "GET /v1/events/e", 404, "there is no event \"e\""},
    {"an id with NUL behind", "GET /v1/events/e1%00", 404, "there is no event \"e1\""},
    {"a bad escape", "GET /v1/events/e%1", 400,
     "event_id: has a bad escape: behind % must stand two hexadecimal digits"},
    {"a view that one event has not", "GET /v1/events/e1?view=records", 400,
     "view: must be full or summary"},
    {"a filter", "GET /v1/events/e1?account=1", 400, "account: is no parameter here; use view"},
    {"no id", "GET /v1/events/", 404, "there is nothing here; see /openapi.yaml"},
    {"more behind the id", "GET /v1/events/e1/x", 404, "there is nothing here; see /openapi.yaml"},
};

static void test_event(void **state) {
    const struct event_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    call_import(&caller, sample_log);
    call_import(&caller, SPAN("{\"eventID\":\"a/b +%\",\"eventTime\":\"2026-10-01T08:00:00Z\"}"));
    json_t *json = call_json_status(&caller, row->request, row->status);
    const char *name = row->status == 200 ? "event_id" : "detail";
    assert_string_equal(json_string_value(json_object_get(json, name)), row->expected);
    json_decref(json);
    caller_close(&caller);
}

static void test_record_is_verbatim(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    call_import(&caller, sample_log);
    struct response response = call(&caller, "GET /v1/events/e1");
    struct span body = buffer_span(&response.body);
    assert_true(span_ends_with(body, SPAN("}\n")));
    body.length -= 2;
    assert_true(span_ends_with(body, sample_record));
    body.length -= sample_record.length;
    assert_true(span_ends_with(body, SPAN(",\"record\":")));
    response_clear(&response);
    caller_close(&caller);
}

/* Two accounts' logs may hold an event of one id; the newest is shown. */
static void test_newest_of_one_id(void **state) {
    struct caller caller;

    (void)state;
    caller_open(&caller);
    call_import(&caller, SPAN("[{\"eventID\":\"x\",\"recipientAccountId\":\"1\","
                              "\"eventTime\":\"2026-10-01T08:00:00Z\"},"
                              "{\"eventID\":\"x\",\"recipientAccountId\":\"2\","
                              "\"eventTime\":\"2026-10-01T08:00:01Z\"},"
                              "{\"eventID\":\"x\",\"recipientAccountId\":\"3\","
                              "\"eventTime\":\"2026-10-01T07:00:00Z\"}]"));
    json_t *json = call_json_status(&caller, "GET /v1/events/x", 200);
    assert_string_equal(json_string_value(json_object_get(json, "account")), "2");
    json_decref(json);
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_event, events),
        TEST(test_record_is_verbatim),
        TEST(test_newest_of_one_id),
    };

    return rows_run("event", all, ARRAY_LENGTH(all));
}
