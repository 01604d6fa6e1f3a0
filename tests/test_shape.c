#include "tests/rows.h"

#include "tests/packing.h"
#include "tests/shapes.h"

#define TEN "0123456789"

/* What L stands for, in a CloudWatch Logs document, in gzip, in base64, in an event for Lambda. */
#define L "{\"eventTime\":\"2023-07-10\",\"eventName\":\"L\"} of 333333333333"
#define LAMBDA(first)                                                                              \
    "{\"awslogs\":{\"data\":\"" first                                                              \
    "4sIAAAAAAACA03KvQqAMBAD4HfJXKHVQejuJk5unkPBowj+YYsOpe/uCQ5mC"                                 \
    "vmSsN8bn7CofoHCsvvm4i0G2CFhnuRhZI7zyiG69YA1CtKD8yyWCPzee3GCJ"                                 \
    "ZS6rApdF0YT1Ied+7AlZOQxP29x6YN+AAAA\"}}"

static const struct shape_row {
    const char *name;
    const char *text;
    const char *kind;
    const char *transcript;
} shapes[] = {
    {"Records", "{\"Records\":[" A "," B "]}", "records", "+" A "\n+" B "\n"},
    {"Records with white space", " \r\n{ \"Records\" :\t[ " A " , " B " ] } \n", "records",
     "+" A "\n+" B "\n"},
    {"no Records", "{\"Records\":[]}", "records", ""},
    {"members before and behind", "{\"a\":{\"b\":[1]},\"Records\":[" A "],\"c\":\"\\u0041\"}",
     "records", "+" A "\n"},
    {"a name written with an escape", "{\"Re\\u0063ords\":[" A "]}", "records", "+" A "\n"},
    {"bare array", "[" A "," B "]", "array", "+" A "\n+" B "\n"},
    {"empty array", "[]", "array", ""},
    {"lines", A "\n" B "\n", "ndjson", "+" A "\n+" B "\n"},
    {"values with nothing between", A B A, "ndjson", "+" A "\n+" B "\n+" A "\n"},
    {"one record", A, "record", "+" A "\n"},
    {"an event of nothing but a time", "{" TIME "}", "record", "+{" TIME "}\n"},
    {"two files in one", "{\"Records\":[" A "]}\n{\"Records\":[" B "]}", "records",
     "+" A "\n+" B "\n"},
    {"different shapes in one", "{\"Records\":[" A "]}[" B "]", "ndjson", "+" A "\n+" B "\n"},

    {"LookupEvents", "{\"Events\":[" LOOKUP_EVENT(A_TEXT) "],\"NextToken\":\"x\"}", "lookup_events",
     "+" A "\n"},
    {"no Events", "{\"Events\":[]}", "lookup_events", ""},
    {"one event of LookupEvents", LOOKUP_EVENT(A_TEXT), "lookup_events", "+" A "\n"},
    {"white space around the text",
     LOOKUP_EVENT("\" "
                  "{"
                  "\\\"eventTime\\\":\\\"2023-07-10\\\"} \\n\""),
     "lookup_events", "+{\"eventTime\":\"2023-07-10\"}\n"},

    {"EventBridge", EVENTBRIDGE(A), "eventbridge", "+" A " of 111111111111\n"},
    {"EventBridge in lines", EVENTBRIDGE(A) "\n" EVENTBRIDGE(B), "eventbridge",
     "+" A " of 111111111111\n+" B " of 111111111111\n"},
    {"EventBridge in an array", "[" EVENTBRIDGE(C) "]", "eventbridge", "+" C " of 111111111111\n"},
    {"an envelope that was given a time",
     "{\"@timestamp\":\"2023-07-10T11:42:31Z\","
     "\"detail-type\":\"x\",\"detail\":" A "}",
     "eventbridge", "+" A "\n"},
    {"an envelope beside a record", A "\n" EVENTBRIDGE(A), "ndjson",
     "+" A "\n+" A " of 111111111111\n"},

    {"CloudWatch Logs",
     "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"333333333333\",\"logEvents\":[" LOG_EVENT(
         A_TEXT) "]}",
     "cloudwatch_logs", "+" A " of 333333333333\n"},
    {"the owner is of its own document",
     "{\"owner\":\"333333333333\",\"logEvents\":[]}{\"logEvents\":[" LOG_EVENT(A_TEXT) "]}",
     "cloudwatch_logs", "+" A "\n"},
    {"the answer of FilterLogEvents",
     "{\"events\":[" LOG_EVENT(A_TEXT) "],\"searchedLogStreams\":[]}", "cloudwatch_logs",
     "+" A "\n"},
    {"an owner that is no account",
     "{\"owner\":\"" TEN TEN TEN TEN TEN TEN TEN "\",\"logEvents\":[" LOG_EVENT(A_TEXT) "]}",
     "cloudwatch_logs", "+" A "\n"},
    {"one log event", LOG_EVENT(A_TEXT), "cloudwatch_logs", "+" A "\n"},
    {"a control message before data",
     "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[" LOG_EVENT(
         "\"x\"") "]}"
                  "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[" LOG_EVENT(A_TEXT) "]}",
     "cloudwatch_logs", "+" A "\n"},
    {"a control message among events",
     "{\"logEvents\":[" LOG_EVENT("\"CWL CONTROL MESSAGE: x\"") "," LOG_EVENT(A_TEXT) "]}",
     "cloudwatch_logs", "+" A "\n"},
    {"what a Lambda function is given", LAMBDA("H"), "cloudwatch_logs", "+" L "\n"},
    {"the same with an escape, and something behind", "[" LAMBDA("\\u0048") "," A "]", "array",
     "+" L "\n+" A "\n"},
};

/* Files of something else. */
static const struct stranger_row {
    const char *name;
    const char *text;
    const char *kind;
} strangers[] = {
    {"a digest file", DIGEST "\n", "digest"},
    {"the signature of a Lake query", "{\"hashSignature\":\"1\",\"queryCompleteTime\":\"2\"}",
     "lake_signature"},
    {"an S3 test message", TEST_NOTE, "s3_test_message"},
    {"an S3 event notification", "{\"Records\":[" S3_NOTICE "]}", "s3_event_notification"},
    {"one of many", "{\"Records\":[" S3_NOTICE "," S3_NOTICE "]}", "s3_event_notification"},
    {"EventBridge about an S3 object",
     "{\"detail-type\":\"Object Created\",\"source\":\"aws.s3\",\"detail\":{\"bucket\":{}}}",
     "s3_event_notification"},
    {"an SNS message", SNS, "sns_message"},
    {"CloudTrail's notice", "{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}", "sns_message"},
    {"a control message of CloudWatch Logs",
     "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[" LOG_EVENT("\"x\"") "]}",
     "cloudwatch_control_message"},
    {"the kind of the first counts", DIGEST SNS, "digest"},
};

/* Valid JSON that is no event. */
static const struct shape_row rejects[] = {
    {"a number", "42", "record", "-0@0 not an object: 42\n"},
    {"null", " null", "record", "-0@1 not an object: null\n"},
    {"an object of nothing", "{}", "record", "-0@0 eventTime is missing: {}\n"},
    {"among good ones", "{\"Records\":[" A ",1," NO "," B "]}", "records",
     "+" A "\n-1@65 not an object: 1\n-2@67 eventTime is missing: " NO "\n+" B "\n"},
    {"an array in an array", "[[" A "]]", "array", "-0@1 not an object: [" A "]\n"},
    {"Records that are no array", "{\"Records\":{}}", "record",
     "-0@0 eventTime is missing: {\"Records\":{}}\n"},
    {"a line", A "\n\"x\"\n" B, "ndjson", "+" A "\n-1@53 not an object: \"x\"\n+" B "\n"},
    {"EventBridge without an event", EVENTBRIDGE(NO), "eventbridge",
     "-0@0 detail: eventTime is missing: " EVENTBRIDGE(NO) "\n"},
    {"LookupEvents with text that is cut off", LOOKUP_EVENT("\"{\""), "lookup_events",
     "-0@0 CloudTrailEvent: the JSON is cut off: " LOOKUP_EVENT("\"{\"") "\n"},
    {"LookupEvents with no text", LOOKUP_EVENT("\"\""), "lookup_events",
     "-0@0 CloudTrailEvent: the JSON is cut off: " LOOKUP_EVENT("\"\"") "\n"},
    {"LookupEvents with two records in one text", LOOKUP_EVENT("\"{} {}\""), "lookup_events",
     "-0@0 CloudTrailEvent: there is something behind the JSON: " LOOKUP_EVENT("\"{} {}\"") "\n"},
    {"a log event of no JSON", LOG_EVENT("\"[x\""), "cloudwatch_logs",
     "-0@0 message: a value must stand here: " LOG_EVENT("\"[x\"") "\n"},
    {"a Lambda event of no gzip", "{\"awslogs\":{\"data\":\"x\"}}", "record",
     "-0@0 awslogs.data: not base64 of gzip: {\"awslogs\":{\"data\":\"x\"}}\n"},
    {"strangers before an event", "{\"Records\":[" S3_NOTICE "," A "]}", "records",
     "-0@12" S3_REASON S3_NOTICE "\n+" A "\n"},
    {"strangers behind an event", "{\"Records\":[" A "," S3_NOTICE "]}", "records",
     "+" A "\n-1@65" S3_REASON S3_NOTICE "\n"},
    {"strangers before no event", "[" DIGEST ",1]", "array",
     "-0@1 a CloudTrail digest file, not an event: " DIGEST "\n-1@49 not an object: 1\n"},
};

static void test_shape(void **state) {
    const struct shape_row *row = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        transcript_init(&transcript, 0);
        if (!walk_drips(span_of(row->text), drips[i], &transcript, &result, &err))
            fail_msg("%s", err.text);
        assert_string_equal(transcript_text(&transcript), row->transcript);
        assert_string_equal(result.kind, row->kind);
        assert_false(result.stranger);
    }
}

static void test_stranger(void **state) {
    const struct stranger_row *row = *state;
    CLEANUP(transcript_clear) struct transcript transcript;
    struct shape_result result = {0};
    struct err err = {0};

    transcript_init(&transcript, 0);
    assert_true(walk_drips(span_of(row->text), 10, &transcript, &result, &err));
    assert_int_equal(transcript.text.length, 0);
    assert_string_equal(result.kind, row->kind);
    assert_true(result.stranger);
}

static void test_shape_at_edge(void **state) {
    const struct shape_row *row = *state;
    CLEANUP(buffer_clear) struct buffer padded = {0};

    append_blanks(&padded, TEXT_PIECE_BYTES);
    buffer_append_text(&padded, row->text);
    for (size_t cut = 0; cut <= strlen(row->text); cut++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        assert_true(walk_behind_blanks(buffer_span(&padded), cut, &transcript, &result, &err));
        assert_string_equal(transcript_text(&transcript), row->transcript);
        assert_string_equal(result.kind, row->kind);
    }
}

/* {"awslogs":{"data":...}} of a text. */
static void append_lambda(struct buffer *out, struct span text) {
    CLEANUP(buffer_clear) struct buffer packed = {0};

    gzip_append(&packed, text);
    buffer_append_text(out, "{\"awslogs\":{\"data\":\"");
    base64_append(out, buffer_span(&packed), false);
    buffer_append_text(out, "\"}}");
}

/* A Lambda event inside another is not opened: a file could grow a thousandfold with each. */
static void test_packed_twice(void **state) {
    CLEANUP(transcript_clear) struct transcript transcript;
    CLEANUP(buffer_clear) struct buffer inner = {0};
    CLEANUP(buffer_clear) struct buffer outer = {0};
    CLEANUP(arena_clear) struct arena arena = {0};
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    append_lambda(&inner, SPAN(A));
    append_lambda(&outer, arena_format(&arena, "%s\n%.*s", B, SPAN_ARGS(buffer_span(&inner))));
    transcript_init(&transcript, 0);
    assert_true(walk_drips(buffer_span(&outer), 100, &transcript, &result, &err));
    struct span expected =
        arena_format(&arena, "+%s\n-1@0 awslogs.data: packed more than once: %.*s\n", B,
                     SPAN_ARGS(buffer_span(&inner)));
    assert_string_equal(transcript_text(&transcript), expected.data);
}

/* All that is packed in a file counts together. */
static void test_packed_budget(void **state) {
    static const char text[] = A "\n" A;
    CLEANUP(buffer_clear) struct buffer body = {0};

    (void)state;
    append_lambda(&body, span_of(text));
    append_lambda(&body, span_of(text));
    for (int64_t missing = 0; missing <= 1; missing++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct inflate_budget budget = {.limit = 2 * (int64_t)strlen(text) - missing};
        struct span_reader reader;
        struct shape_result result = {0};
        struct err err = {0};
        span_reader_init(&reader, buffer_span(&body));
        transcript_init(&transcript, 0);
        struct shape_input input = {.text = &reader.reader, .budget = &budget};
        bool good = shape_walk(&input, &transcript.sink, &result, &err);
        assert_int_equal(good, missing == 0);
        if (!good)
            assert_non_null(strstr(err.text, "max-inflated"));
    }
}

static void test_packed_failing_sink(void **state) {
    CLEANUP(transcript_clear) struct transcript transcript;
    CLEANUP(buffer_clear) struct buffer body = {0};
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    append_lambda(&body, SPAN(A));
    transcript_init(&transcript, 0);
    transcript.fail_at = 1;
    assert_false(walk_drips(buffer_span(&body), 100, &transcript, &result, &err));
    assert_string_equal(err.text, "the disk is full");
    assert_int_equal(err.offset, ERR_NO_POSITION);
}

/* A byte order mark stands at the very beginning only, and counts in offsets. */
static const struct shape_row marks[] = {
    {"a byte order mark", "\xEF\xBB\xBF" A, "record", "+" A "\n"},
    {"a byte order mark counts", "\xEF\xBB\xBF[1]", "array", "-0@4 not an object: 1\n"},
};

static void test_mark_alone(void **state) {
    CLEANUP(transcript_clear) struct transcript transcript;
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    transcript_init(&transcript, 0);
    assert_false(walk_drips(SPAN("\xEF\xBB\xBF"), 1, &transcript, &result, &err));
    assert_string_equal(err.text, "the body is empty");
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_shape, shapes),
        ROWS(test_shape, marks),
        TEST(test_mark_alone),
        TEST(test_packed_twice),
        TEST(test_packed_budget),
        TEST(test_packed_failing_sink),
        ROWS(test_shape, rejects),
        ROWS(test_stranger, strangers),
        ROWS(test_shape_at_edge, shapes),
        ROWS(test_shape_at_edge, rejects),
    };

    return rows_run("shape", all, ARRAY_LENGTH(all));
}
