#include "bench/corpus/parcel.h"

#include <jansson.h>

#include "tests/rows.h"

#define RECORD "{\"eventID\":\"e-1\",\"eventName\":\"List\\u00e9 \\\"x\\\"\"}"
#define BRIDGED                                                                                    \
    "{\"version\":\"0\",\"id\":\"e-1\",\"detail-type\":\"AWS API Call via CloudTrail\","           \
    "\"source\":\"aws.ram\",\"account\":\"111122223333\",\"time\":\"2026-10-02T00:00:00Z\","       \
    "\"region\":\"us-east-1\",\"resources\":[],\"detail\":" RECORD "}"
#define LOOKED_UP                                                                                  \
    "{\"EventId\":\"e-1\",\"EventName\":\"ListResources\",\"ReadOnly\":\"true\","                  \
    "\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"EventTime\":\"2026-10-02T00:00:00Z\","             \
    "\"EventSource\":\"ram.amazonaws.com\",\"Username\":\"admin\",\"Resources\":[],"               \
    "\"CloudTrailEvent\":\"{\\\"eventID\\\":\\\"e-1\\\",\\\"eventName\\\":"                        \
    "\\\"List\\\\u00e9 \\\\\\\"x\\\\\\\"\\\"}\"}"

static struct corpus_facts facts_of_call(void) {
    return (struct corpus_facts){
        .time_ms = INT64_C(1790899200000),
        .event_id = SPAN("e-1"),
        .account = SPAN("111122223333"),
        .region = SPAN("us-east-1"),
        .service = SPAN("ram"),
        .action = SPAN("ListResources"),
        .event_type = SPAN("AwsApiCall"),
        .user_name = SPAN("admin"),
        .access_key = SPAN("AKIAIOSFODNN7EXAMPLE"),
        .read_only = true,
    };
}

/* Two records in a parcel, with a NUL behind. */
static void write_two(enum parcel_shape shape, struct buffer *out) {
    struct corpus_facts facts = facts_of_call();

    parcel_head(shape, SPAN("111122223333"), out);
    parcel_item(shape, SPAN(RECORD), &facts, out);
    parcel_separator(shape, out);
    parcel_item(shape, SPAN(RECORD), &facts, out);
    parcel_tail(shape, out);
    buffer_append_byte(out, '\0');
}

static const struct shape_row {
    const char *name;
    const char *text;
} shapes[] = {
    {"records", "{\"Records\":[" RECORD "," RECORD "]}"},
    {"array", "[\n  " RECORD ",\n  " RECORD "\n]\n"},
    {"ndjson", RECORD "\n" RECORD "\n"},
    {"eventbridge", BRIDGED "\n" BRIDGED "\n"},
    {"lookup", "{\"Events\":[" LOOKED_UP "," LOOKED_UP "]}\n"},
};

static void test_shape(void **state) {
    const struct shape_row *row = *state;
    enum parcel_shape shape;
    struct buffer text = {0};

    assert_true(parcel_find(span_of(row->name), &shape));
    write_two(shape, &text);
    assert_string_equal(text.data, row->text);
    buffer_clear(&text);
}

static void test_cloudwatch(void **state) {
    struct buffer text = {0};
    enum parcel_shape shape;
    const char *type;
    const char *owner;
    const char *id;
    const char *message;
    json_int_t timestamp;

    (void)state;
    assert_true(parcel_find(SPAN("cloudwatch"), &shape));
    write_two(shape, &text);
    json_t *document = json_loads(text.data, 0, NULL);
    assert_non_null(document);
    assert_int_equal(json_array_size(json_object_get(document, "logEvents")), 2);
    assert_int_equal(json_unpack(document, "{s:s, s:s, s:[{s:s, s:I, s:s}]}", "messageType", &type,
                                 "owner", &owner, "logEvents", "id", &id, "timestamp", &timestamp,
                                 "message", &message),
                     0);
    assert_string_equal(type, "DATA_MESSAGE");
    assert_string_equal(owner, "111122223333");
    assert_int_equal(strspn(id, "0123456789"), strlen(id));
    assert_int_equal(timestamp, INT64_C(1790899200000));
    assert_string_equal(message, RECORD);
    json_decref(document);
    buffer_clear(&text);
}

static const struct type_row {
    const char *name;
    const char *event_type;
    const char *text;
} types[] = {
    {"a sign-in", "AwsConsoleSignIn", "\"detail-type\":\"AWS Console Sign In via CloudTrail\""},
    {"a service event", "AwsServiceEvent", "\"detail-type\":\"AWS Service Event via CloudTrail\""},
    {"an Insight", "AwsCloudTrailInsight", "\"detail-type\":\"AWS Insight via CloudTrail\""},
};

static void test_detail_type(void **state) {
    const struct type_row *row = *state;
    struct corpus_facts facts = facts_of_call();
    struct buffer text = {0};

    facts.event_type = span_of(row->event_type);
    parcel_item(PARCEL_EVENTBRIDGE, SPAN(RECORD), &facts, &text);
    assert_non_null(memmem(text.data, text.length, row->text, strlen(row->text)));
    buffer_clear(&text);
}

static void test_lookup_leaves_out_what_is_unknown(void **state) {
    struct corpus_facts facts = facts_of_call();
    struct buffer text = {0};

    (void)state;
    facts.access_key = SPAN_NONE;
    facts.user_name = SPAN_NONE;
    parcel_item(PARCEL_LOOKUP, SPAN(RECORD), &facts, &text);
    assert_null(memmem(text.data, text.length, "AccessKeyId", 11));
    assert_null(memmem(text.data, text.length, "Username", 8));
    buffer_clear(&text);
}

static void test_an_unknown_shape_is_not_found(void **state) {
    enum parcel_shape shape = PARCEL_LOOKUP;

    (void)state;
    assert_false(parcel_find(SPAN("csv"), &shape));
    assert_false(parcel_find(SPAN(""), &shape));
    assert_int_equal(shape, PARCEL_LOOKUP);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_shape, shapes),
        TEST(test_cloudwatch),
        ROWS(test_detail_type, types),
        TEST(test_lookup_leaves_out_what_is_unknown),
        TEST(test_an_unknown_shape_is_not_found),
    };

    return rows_run("parcel", all, ARRAY_LENGTH(all));
}
