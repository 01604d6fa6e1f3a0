#include "ingest/record.h"

#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/rows.h"
#include "tests/support_differ.h"
#include "tests/support_mutate.h"
#include "tests/support_pick.h"

/* ---- events and others ---- */

static const struct time_row {
    const char *name;
    const char *record;
    int64_t time_ms;
} times[] = {
    {"eventTime alone makes an event", "{" SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"milliseconds", "{\"eventTime\":\"2023-07-10T12:25:29.123Z\"}", SAMPLE_TIME_MS + 123},
    {"a space for the T", "{\"eventTime\":\"2023-07-10 12:25:29\"}", SAMPLE_TIME_MS},
    {"the short form", "{\"eventTime\":\"20230710T122529Z\"}", SAMPLE_TIME_MS},
    {"escapes in the time", "{\"eventTime\":\"2023-07-10T12:25:29\\u005a\"}", SAMPLE_TIME_MS},
    {"the time that a log shipper left", "{\"@timestamp\":\"2023-07-10T12:25:29.000Z\"}",
     SAMPLE_TIME_MS},
    {"eventTime before the shipper's time",
     "{\"@timestamp\":\"2024-01-01T00:00:00Z\"," SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"eventTime null: the shipper's time",
     "{\"eventTime\":null,\"@timestamp\":\"2023-07-10T12:25:29Z\"}", SAMPLE_TIME_MS},
    {"the last of two times", "{\"eventTime\":\"2024-01-01T00:00:00Z\"," SAMPLE_TIME "}",
     SAMPLE_TIME_MS},
    {"the oldest version", "{\"eventVersion\":\"1.0\"," SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"version 1.11 is no 11", "{\"eventVersion\":\"1.11\"," SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"a version without a minor one", "{\"eventVersion\":\"1\"," SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"a version as a number", "{\"eventVersion\":1.08," SAMPLE_TIME "}", SAMPLE_TIME_MS},
    {"an empty version is none", "{\"eventVersion\":\"\"," SAMPLE_TIME "}", SAMPLE_TIME_MS},
};

static void test_time(void **state) {
    const struct time_row *row = *state;
    struct arena arena = {0};
    struct event event = expect_event(span_of(row->record), &arena);

    assert_int_equal(event.time_ms, row->time_ms);
    arena_clear(&arena);
}

static const struct other_row {
    const char *name;
    const char *value;
    const char *reason;
} others[] = {
    {"an array", "[{" SAMPLE_TIME "}]", "not an object"},
    {"a string", "\"{}\"", "not an object"},
    {"a number", "12", "not an object"},
    {"null", "null", "not an object"},
    {"an empty object", "{}", "eventTime is missing"},
    {"a time deeper down", "{\"userIdentity\":{" SAMPLE_TIME "}}", "eventTime is missing"},
    {"a time that is null", "{\"eventTime\":null}", "eventTime is missing"},
    {"an empty time", "{\"eventTime\":\"\"}", "eventTime is missing"},
    {"a time, then null", "{" SAMPLE_TIME ",\"eventTime\":null}", "eventTime is missing"},
    {"a time that is none", "{\"eventTime\":\"yesterday\"}",
     "eventTime is not a time such as 2023-07-10T12:25:29Z"},
    {"a day that is none", "{\"eventTime\":\"2023-02-29T00:00:00Z\"}",
     "eventTime is not a time such as 2023-07-10T12:25:29Z"},
    {"seconds of an epoch", "{\"eventTime\":1688991929}",
     "eventTime is not a time such as 2023-07-10T12:25:29Z"},
    {"a bad time, and a shipper's", "{\"eventTime\":\"?\",\"@timestamp\":\"2023-07-10T12:25:29Z\"}",
     "eventTime is not a time such as 2023-07-10T12:25:29Z"},
    {"version 2", "{\"eventVersion\":\"2.0\"," SAMPLE_TIME "}", "eventVersion is not 1.x"},
    {"version 10", "{\"eventVersion\":\"10.1\"," SAMPLE_TIME "}", "eventVersion is not 1.x"},
    {"a version in words", "{\"eventVersion\":\"one\"," SAMPLE_TIME "}", "eventVersion is not 1.x"},
    {"an S3 event notification",
     "{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\"," SAMPLE_TIME "}",
     "an S3 event notification, not a CloudTrail event"},
};

static void test_other(void **state) {
    const struct other_row *row = *state;
    struct arena arena = {0};
    struct event event = {.time_ms = -7};
    struct record_result result = record_pick(span_of(row->value), true, &arena, &event);

    assert_int_equal(result.scan.status, SCAN_DONE);
    assert_int_equal(result.scan.end, strlen(row->value));
    assert_false(result.is_event);
    assert_string_equal(result.reason, row->reason);
    assert_int_equal(event.time_ms, -7);
    arena_clear(&arena);
}

static void test_id_and_message(void **state) {
    struct arena arena = {0};
    struct event event = expect_event(
        SPAN("{" SAMPLE_TIME ",\"eventID\":\"e\\u002d1\",\"errorMessage\":\"no \\\"access\\\"\"}"),
        &arena);

    (void)state;
    expect_text(event.event_id, "e-1");
    expect_text(event.error_message, "no \"access\"");
    expect_text(event.value[ATTRIBUTE_RESOURCE], NULL);
    arena_clear(&arena);
}

/* ---- resources ---- */

static const struct resource_row {
    const char *name;
    const char *resources;
    const char *expected; /* ARN|prefix|account|type|name; */
} resource_rows[] = {
    {"none", "null", ""},
    {"no items", "[]", ""},
    {"all of it", "[{\"accountId\":\"1\",\"type\":\"AWS::S3::Bucket\",\"ARN\":\"arn:aws:s3:::b\"}]",
     "arn:aws:s3:::b||1|AWS::S3::Bucket|b;"},
    {"a prefix", "[{\"type\":\"AWS::S3::Object\",\"ARNPrefix\":\"arn:aws:s3:::b/\"}]",
     "|arn:aws:s3:::b/||AWS::S3::Object|;"},
    {"small letters", "[{\"arn\":\"arn:aws:sns:r:1:t\"}]", "arn:aws:sns:r:1:t||||t;"},
    {"both spellings", "[{\"arn\":\"a:b\",\"ARN\":\"c:d\"}]", "c:d||||d;"},
    {"two items, in order", "[{\"ARN\":\"a:b\",\"type\":\"x\"},{\"type\":\"y\"}]",
     "a:b|||x|b;|||y|;"},
    {"a name behind a slash", "[{\"ARN\":\"arn:aws:iam::1:user/path/alice\"}]",
     "arn:aws:iam::1:user/path/alice||||alice;"},
    {"an ARN that ends in a slash", "[{\"ARN\":\"arn:aws:s3:::b/\"}]", "arn:aws:s3:::b/||||;"},
    {"no ARN at all", "[{\"ARN\":\"b\"}]", "b||||;"},
    {"escapes", "[{\"ARN\":\"arn:aws:s3:::b\\/k\\u0065y\"}]", "arn:aws:s3:::b/key||||key;"},
    {"a number for an account", "[{\"accountId\":123456789012}]", "||123456789012||;"},
    {"items that tell nothing", "[null,7,\"ARN\",[],{},{\"x\":1},{\"ARN\":\"\"},{\"type\":\"t\"}]",
     "|||t|;"},
    {"an object is no list", "{\"ARN\":\"a\"}", ""},
    {"the last of two lists", "[{\"ARN\":\"a\"}],\"resources\":[{\"ARN\":\"b\"}]", "b||||;"},
    {"a list, then null", "[{\"ARN\":\"a\"}],\"resources\":null", ""},
    {"an item's member twice", "[{\"ARN\":\"a\",\"ARN\":\"b\"}]", "b||||;"},
    {"blanks", "[ { \"ARN\" : \"a\" } , { \"ARN\" : \"b\" } ]", "a||||;b||||;"},
};

static void append_resource(const struct resource *resource, struct buffer *out) {
    buffer_append_format(out, "%.*s|%.*s|%.*s|%.*s|%.*s;", SPAN_ARGS(resource->arn),
                         SPAN_ARGS(resource->arn_prefix), SPAN_ARGS(resource->account),
                         SPAN_ARGS(resource->type), SPAN_ARGS(resource->name));
}

static void test_resources(void **state) {
    const struct resource_row *row = *state;
    struct arena arena = {0};
    struct span record = arena_format(&arena, "{" SAMPLE_TIME ",\"resources\":%s}", row->resources);
    struct event event = expect_event(record, &arena);
    struct buffer seen;

    buffer_init(&seen, 0);
    buffer_append_text(&seen, "");
    for (size_t i = 0; i < event.resource_count; i++)
        append_resource(&event.resources[i], &seen);
    buffer_append_byte(&seen, '\0');
    assert_string_equal(seen.data, row->expected);
    buffer_clear(&seen);
    arena_clear(&arena);
}

static struct record_result pick_many_resources(size_t count, struct arena *arena,
                                                struct event *event) {
    struct buffer text;

    buffer_init(&text, 0);
    buffer_append_text(&text, "{" SAMPLE_TIME ",\"resources\":[{\"type\":\"t\"}");
    for (size_t i = 1; i < count; i++)
        buffer_append_text(&text, ",{\"type\":\"t\"}");
    buffer_append_text(&text, "]}");
    struct span record = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return record_pick(record, true, arena, event);
}

static void test_limit_of_resources(void **state) {
    struct arena arena = {0};
    struct event event = {0};

    (void)state;
    assert_true(pick_many_resources(LIMIT_RESOURCES_PER_RECORD, &arena, &event).is_event);
    assert_int_equal(event.resource_count, LIMIT_RESOURCES_PER_RECORD);
    struct record_result result =
        pick_many_resources(LIMIT_RESOURCES_PER_RECORD + 1, &arena, &event);
    assert_int_equal(result.scan.status, SCAN_DONE);
    assert_false(result.is_event);
    assert_string_equal(result.reason, "more items in resources than 1000");
    arena_clear(&arena);
}

/* ---- the record's bytes ---- */

static void test_record_is_verbatim(void **state) {
    struct arena arena = {0};
    struct span text = SPAN("{ " SAMPLE_TIME " ,\"n\":1.50,\"s\":\"\\u0041\\/\" } ,{}");
    struct event event = expect_event(text, &arena);

    (void)state;
    assert_ptr_equal(event.record.data, text.data);
    assert_int_equal(event.record.length, text.length - strlen(" ,{}"));
    arena_clear(&arena);
}

static void test_values_without_escapes_are_not_copied(void **state) {
    struct arena arena = {0};
    struct span text = span_of(realistic_records[2]);
    char *copy = memory_copy_text(text.data, text.length);

    (void)state;
    memcpy(strstr(copy, "\\\"x\\\" caf\\u00e9"), "plain text now", strlen("plain text now"));
    expect_event((struct span){copy, text.length}, &arena);
    assert_int_equal(arena.bytes, 0);
    free(copy);
}

/* Wherever it is cut off, a record is not whole; nothing is picked then. */
static void test_cut_off_anywhere(void **state) {
    struct arena arena = {0};
    struct event event = {.time_ms = -7};

    (void)state;
    for (size_t i = 0; i < REALISTIC_RECORDS; i++) {
        struct span whole = span_of(realistic_records[i]);
        for (size_t length = 0; length < whole.length; length++) {
            struct span part = {whole.data, length};
            assert_int_equal(record_pick(part, false, &arena, &event).scan.status, SCAN_MORE);
        }
        expect_event(whole, &arena);
    }
    assert_int_equal(event.time_ms, -7);
    arena_clear(&arena);
}

/* ---- depth ---- */

/* A record whose deepest container is `depth` deep, itself counted. */
static struct span deep_record(size_t depth, struct arena *arena) {
    struct buffer text;

    buffer_init(&text, 0);
    buffer_append_text(&text, "{" SAMPLE_TIME ",\"requestParameters\":");
    for (size_t i = 1; i < depth; i++)
        buffer_append_byte(&text, '[');
    for (size_t i = 1; i < depth; i++)
        buffer_append_byte(&text, ']');
    buffer_append_byte(&text, '}');
    struct span record = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return record;
}

static void test_depth(void **state) {
    struct arena arena = {0};
    struct event event;
    struct span too_deep = deep_record(LIMIT_RECORD_DEPTH + 1, &arena);

    (void)state;
    expect_event(deep_record(LIMIT_RECORD_DEPTH, &arena), &arena);
    struct record_result result = record_pick(too_deep, true, &arena, &event);
    assert_int_equal(result.scan.status, SCAN_BAD);
    assert_string_equal(result.scan.reason, "nested deeper than max record depth 128");
    assert_int_equal(result.scan.end,
                     (size_t)(strchr(too_deep.data, '[') - too_deep.data) + LIMIT_RECORD_DEPTH - 1);
    arena_clear(&arena);
}

/* ---- against jansson ---- */

#define MUTATIONS 8000

static void test_realistic_records_are_events(void **state) {
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < REALISTIC_RECORDS; i++) {
        expect_event(span_of(realistic_records[i]), &arena);
        assert_null(reading_difference(span_of(realistic_records[i])));
    }
    arena_clear(&arena);
}

static void test_spoilt_records_read_as_jansson_reads_them(void **state) {
    struct random random = {.state = 20230710};
    struct buffer text = {0};

    (void)state;
    for (size_t i = 0; i < MUTATIONS; i++) {
        mutate_record(&random, &text);
        const char *difference = reading_difference(buffer_span(&text));
        if (difference != NULL)
            fail_msg("number %zu differs in %s: %.*s", i, difference,
                     SPAN_ARGS(buffer_span(&text)));
    }
    buffer_clear(&text);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_time, times),
        ROWS(test_other, others),
        TEST(test_id_and_message),
        ROWS(test_resources, resource_rows),
        TEST(test_limit_of_resources),
        TEST(test_record_is_verbatim),
        TEST(test_values_without_escapes_are_not_copied),
        TEST(test_cut_off_anywhere),
        TEST(test_depth),
        TEST(test_realistic_records_are_events),
        TEST(test_spoilt_records_read_as_jansson_reads_them),
    };

    return rows_run("record", all, ARRAY_LENGTH(all));
}
