#include "tests/rows.h"

#include "handlers/event_json.h"

#define TIME "\"eventTime\":\"2026-10-01T08:00:00Z\""

#define NOBODY                                                                                     \
    "\"principal\":{\"kind\":\"unknown\",\"name\":null,\"arn\":null,\"account\":null,"             \
    "\"access_key\":null,\"session\":null,\"issuer\":null,\"via\":null},"

static const struct event_row {
    const char *name;
    struct span record;
    struct span account;  /* as the store kept it */
    const char *expected; /* the summary */
} events[] = {
    {"nothing but a time", SPAN("{" TIME "}"), SPAN_NONE,
     "{\"event_id\":null,\"event_time\":\"2026-10-01T08:00:00Z\",\"account\":null,"
     "\"region\":null,\"service\":null,\"action\":null,\"read_only\":null," NOBODY
     "\"source_ip\":null,\"user_agent\":null,\"error_code\":null,\"error_message\":null,"
     "\"resources\":[],\"import\":7}"},
    {"the account of the file's name", SPAN("{" TIME ",\"readOnly\":true}"), SPAN("111122223333"),
     "{\"event_id\":null,\"event_time\":\"2026-10-01T08:00:00Z\",\"account\":\"111122223333\","
     "\"region\":null,\"service\":null,\"action\":null,\"read_only\":true," NOBODY
     "\"source_ip\":null,\"user_agent\":null,\"error_code\":null,\"error_message\":null,"
     "\"resources\":[],\"import\":7}"},
    {"what it was, and where from",
     SPAN("{\"eventTime\":\"2026-10-01T08:00:00.5Z\",\"eventID\":\"a\\\"b\\u0000\","
          "\"awsRegion\":\"r\",\"eventSource\":\"s\",\"eventName\":\"a\",\"readOnly\":false,"
          "\"sourceIPAddress\":\"i\",\"userAgent\":\"u\",\"errorCode\":\"c\","
          "\"errorMessage\":\"\\u00e4\\n\"}"),
     SPAN("1"),
     "{\"event_id\":\"a\\\"b\\u0000\",\"event_time\":\"2026-10-01T08:00:00.500Z\","
     "\"account\":\"1\",\"region\":\"r\",\"service\":\"s\",\"action\":\"a\",\"read_only\":false," //
     NOBODY "\"source_ip\":\"i\",\"user_agent\":\"u\",\"error_code\":\"c\","
     "\"error_message\":\"\xc3\xa4\\n\",\"resources\":[],\"import\":7}"},
    {"resources",
     SPAN("{" TIME ",\"resources\":[{\"ARN\":\"arn:a\",\"accountId\":\"1\",\"type\":\"t\"},"
          "{\"ARNPrefix\":\"arn:b/\",\"type\":\"t\"},{\"type\":\"t\"}]}"),
     SPAN_NONE,
     "{\"event_id\":null,\"event_time\":\"2026-10-01T08:00:00Z\",\"account\":null,"
     "\"region\":null,\"service\":null,\"action\":null,\"read_only\":null," NOBODY
     "\"source_ip\":null,\"user_agent\":null,\"error_code\":null,\"error_message\":null,"
     "\"resources\":[{\"arn\":\"arn:a\",\"type\":\"t\",\"account\":\"1\"},"
     "{\"arn_prefix\":\"arn:b/\",\"type\":\"t\",\"account\":null},"
     "{\"arn\":null,\"type\":\"t\",\"account\":null}],\"import\":7}"},
};

static void expect_json(const struct event_row *row, enum event_view view, struct span expected) {
    const struct found found = {{7, 0, 0}, row->account, row->record};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) out = {0};
    struct err err = {0};

    assert_true(event_json_write(&found, view, &arena, &out, &err));
    if (!span_equal(buffer_span(&out), expected))
        fail_msg("%.*s\ninstead of\n%.*s", SPAN_ARGS(buffer_span(&out)), SPAN_ARGS(expected));
}

static void test_summary(void **state) {
    const struct event_row *row = *state;

    expect_json(row, VIEW_SUMMARY, span_of(row->expected));
}

/* The summary goes on with the record's own bytes. */
static void test_full(void **state) {
    const struct event_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    int summary = (int)strlen(row->expected) - 1;

    expect_json(row, VIEW_FULL,
                arena_format(&arena, "%.*s,\"record\":%.*s}", summary, row->expected,
                             SPAN_ARGS(row->record)));
}

static void test_record(void **state) {
    const struct event_row *row = *state;

    expect_json(row, VIEW_RECORDS, row->record);
}

/* It was taken in once, so if it cannot be read now the failure is ours. */
static void test_unreadable_record(void **state) {
    const struct found found = {{7, 0, 0}, SPAN_NONE, SPAN("{\"eventTime\":1}")};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) out = {0};
    struct err err = {0};

    (void)state;
    assert_false(event_json_write(&found, VIEW_SUMMARY, &arena, &out, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "import 7"));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_summary, events),
        ROWS(test_full, events),
        ROWS(test_record, events),
        TEST(test_unreadable_record),
    };

    return rows_run("event_json", all, ARRAY_LENGTH(all));
}
