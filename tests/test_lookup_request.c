/* What LookupEvents refuses, and by which name clients know it. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/limits.h"
#include "tests/support_call.h"

#define ATTRIBUTE(key, value) "{\"AttributeKey\":\"" key "\",\"AttributeValue\":\"" value "\"}"
#define ATTRIBUTES(list)      "{\"LookupAttributes\":[" list "]}"
#define INSIGHT(list)         "{\"EventCategory\":\"insight\",\"LookupAttributes\":[" list "]}"
#define FOUR(item)            item "," item "," item "," item

static const struct bad_row {
    const char *name;
    const char *input;
    const char *type;
    const char *message; /* a part of it */
} refused[] = {
    {"no JSON", "{", "SerializationException", "JSON object"},
    {"a list", "[]", "SerializationException", "JSON object"},
    {"a member twice", "{\"MaxResults\":1,\"MaxResults\":2}", "SerializationException",
     "duplicate"},
    {"a number that is too large", "{\"MaxResults\":99999999999999999999}",
     "SerializationException", "too big"},
    {"an unknown member", "{\"MaxResult\":1}", "ValidationException",
     "takes no member MaxResult; it takes LookupAttributes, StartTime"},
    {"a member in another case", "{\"maxResults\":1}", "ValidationException",
     "no member maxResults"},
    {"MaxResults 0", "{\"MaxResults\":0}", "InvalidMaxResultsException", "1 to 50"},
    {"MaxResults 51", "{\"MaxResults\":51}", "InvalidMaxResultsException", "1 to 50"},
    {"MaxResults below zero", "{\"MaxResults\":-1}", "InvalidMaxResultsException", "1 to 50"},
    {"MaxResults as a text", "{\"MaxResults\":\"5\"}", "SerializationException", "MaxResults"},
    {"half an event", "{\"MaxResults\":1.5}", "SerializationException", "whole number"},
    {"another category", "{\"EventCategory\":\"data\"}", "InvalidEventCategoryException",
     "must be insight"},
    {"a category in another case", "{\"EventCategory\":\"Insight\"}",
     "InvalidEventCategoryException", "must be insight"},
    {"a category that is no text", "{\"EventCategory\":1}", "SerializationException",
     "EventCategory"},
    {"a start behind the end", "{\"StartTime\":2,\"EndTime\":1}", "InvalidTimeRangeException",
     "is after EndTime"},
    {"a start a millisecond behind the end", "{\"StartTime\":1.001,\"EndTime\":1}",
     "InvalidTimeRangeException", "is after EndTime"},
    {"milliseconds", "{\"StartTime\":1790841602000}", "InvalidTimeRangeException", "in seconds"},
    {"far too large", "{\"EndTime\":1e300}", "InvalidTimeRangeException", "out of range"},
    {"far too small", "{\"StartTime\":-1e300}", "InvalidTimeRangeException", "out of range"},
    {"an end before 1970", "{\"EndTime\":-1}", "InvalidTimeRangeException", "before 1970"},
    {"a text that is no time", "{\"StartTime\":\"yesterday\"}", "InvalidTimeRangeException",
     "is no time"},
    {"a time that is none", "{\"StartTime\":true}", "SerializationException", "StartTime"},
    {"attributes that are no list", "{\"LookupAttributes\":{}}", "SerializationException",
     "a list"},
    {"an attribute that is no object", ATTRIBUTES("1"), "SerializationException", "AttributeKey"},
    {"an attribute that is null", ATTRIBUTES("null"), "SerializationException", "AttributeKey"},
    {"an attribute without a value", ATTRIBUTES("{\"AttributeKey\":\"EventId\"}"),
     "InvalidLookupAttributesException", "must have an AttributeKey and an AttributeValue"},
    {"an attribute without a key", ATTRIBUTES("{\"AttributeValue\":\"x\"}"),
     "InvalidLookupAttributesException", "must have an AttributeKey and an AttributeValue"},
    {"a value that is null", ATTRIBUTES("{\"AttributeKey\":\"EventId\",\"AttributeValue\":null}"),
     "InvalidLookupAttributesException", "must have an AttributeKey and an AttributeValue"},
    {"a key that is no text", ATTRIBUTES("{\"AttributeKey\":1,\"AttributeValue\":\"x\"}"),
     "SerializationException", "AttributeKey must be a text"},
    {"a value that is no text",
     ATTRIBUTES("{\"AttributeKey\":\"ReadOnly\",\"AttributeValue\":true}"),
     "SerializationException", "AttributeValue"},
    {"more in an attribute",
     ATTRIBUTES("{\"AttributeKey\":\"EventId\",\"AttributeValue\":\"x\",\"Not\":true}"),
     "ValidationException", "nothing else"},
    {"an unknown key", ATTRIBUTES(ATTRIBUTE("UserName", "x")), "InvalidLookupAttributesException",
     "\"UserName\" is not one of EventId, EventName, ReadOnly, Username"},
    {"a key in another case", ATTRIBUTES(ATTRIBUTE("eventId", "x")),
     "InvalidLookupAttributesException", "is not one of"},
    {"an empty key", ATTRIBUTES(ATTRIBUTE("", "x")), "InvalidLookupAttributesException",
     "is not one of"},
    {"an empty value", ATTRIBUTES(ATTRIBUTE("EventId", "")), "InvalidLookupAttributesException",
     "1 to 2000"},
    {"neither true nor false", ATTRIBUTES(ATTRIBUTE("ReadOnly", "True")),
     "InvalidLookupAttributesException", "ReadOnly must be true or false"},
    {"no network", ATTRIBUTES(ATTRIBUTE("SourceIPAddress", "10.0.0.0/40")),
     "InvalidLookupAttributesException", "SourceIPAddress is no network"},
    {"no address", ATTRIBUTES(ATTRIBUTE("SourceIPAddress", "10.0.0")),
     "InvalidLookupAttributesException", "SourceIPAddress is no address"},
    {"a second attribute that is bad",
     ATTRIBUTES(ATTRIBUTE("ReadOnly", "true") "," ATTRIBUTE("x", "y")),
     "InvalidLookupAttributesException", "is not one of"},
    {"too many attributes",
     ATTRIBUTES(FOUR(FOUR(ATTRIBUTE("EventId", "x"))) "," ATTRIBUTE("EventId", "x")),
     "InvalidLookupAttributesException", "these are 17"},
    {"a user of Insights", INSIGHT(ATTRIBUTE("Username", "x")), "InvalidLookupAttributesException",
     "those of Insights: EventId, EventName, EventSource, AccountId, Region"},
    {"a resource of Insights", INSIGHT(ATTRIBUTE("ResourceName", "x")),
     "InvalidLookupAttributesException", "those of Insights"},
    {"a broken token", "{\"NextToken\":\"AAAA\"}", "InvalidNextTokenException", "as it was given"},
    {"an empty token", "{\"NextToken\":\"\"}", "InvalidNextTokenException", "as it was given"},
    {"a token that is no text", "{\"NextToken\":1}", "SerializationException", "NextToken"},
};

static void expect_failure(struct caller *caller, struct span input, const char *type,
                           const char *message) {
    struct response response = call_aws(caller, "LookupEvents", input);
    json_t *failure = body_json(&response);

    assert_int_equal(response.status, 400);
    assert_string_equal(json_string_value(json_object_get(failure, "__type")), type);
    assert_true(span_equal(header_value(&response, "x-amzn-ErrorType"), span_of(type)));
    if (strstr(json_string_value(json_object_get(failure, "message")), message) == NULL)
        fail_msg("%s", json_string_value(json_object_get(failure, "message")));
    json_decref(failure);
    response_clear(&response);
}

static void test_refused(void **state) {
    const struct bad_row *row = *state;
    struct caller caller;

    caller_open(&caller);
    expect_failure(&caller, span_of(row->input), row->type, row->message);
    caller_close(&caller);
}

/* ---- how long a value may be ---- */

static const struct length_row {
    const char *name;
    const char *character;
    size_t most; /* of them */
} lengths[] = {
    {"letters", "x", 2000},     {"underscores", "_", 1000},
    {"spaces", " ", 1000},      {"commas", ",", 1000},
    {"line ends", "\\n", 1000}, {"characters of four bytes", "\xf0\x9f\x98\x80", 2000},
};

static struct span value_of(const struct length_row *row, size_t count, struct buffer *out) {
    out->length = 0;
    buffer_append_text(out,
                       "{\"LookupAttributes\":[{\"AttributeKey\":\"Username\","
                       "\"AttributeValue\":\"");
    for (size_t i = 0; i < count; i++)
        buffer_append_text(out, row->character);
    buffer_append_text(out, "\"}]}");
    return buffer_span(out);
}

static void test_length(void **state) {
    const struct length_row *row = *state;
    struct buffer CLEANUP(buffer_clear) input = {0};
    struct caller caller;

    caller_open(&caller);
    struct response response = call_aws(&caller, "LookupEvents", value_of(row, row->most, &input));
    assert_int_equal(response.status, 200);
    response_clear(&response);
    expect_failure(&caller, value_of(row, row->most + 1, &input),
                   "InvalidLookupAttributesException", "1 to 2000 characters");
    caller_close(&caller);
}

/* Sentences show no more than the beginning of what came from outside. */
static void test_long_names(void **state) {
    struct buffer CLEANUP(buffer_clear) input = {0};
    struct caller caller;

    (void)state;
    caller_open(&caller);
    buffer_append_text(&input, "{\"");
    for (int i = 0; i < 10000; i++)
        buffer_append_text(&input, "\xc3\xa9");
    buffer_append_text(&input, "\":1}");
    expect_failure(&caller, buffer_span(&input), "ValidationException",
                   "it takes LookupAttributes");
    caller_close(&caller);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_refused, refused),
        ROWS(test_length, lengths),
        TEST(test_long_names),
    };

    return rows_run("lookup_request", all, ARRAY_LENGTH(all));
}
