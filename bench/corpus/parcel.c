#include "bench/corpus/parcel.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/json_text.h"

static const struct {
    const char *name;
    const char *separator;
    const char *tail;
} shapes[] = {
    [PARCEL_RECORDS] = {"records", ",", "]}"}, [PARCEL_ARRAY] = {"array", ",\n  ", "\n]\n"},
    [PARCEL_NDJSON] = {"ndjson", "\n", "\n"},  [PARCEL_EVENTBRIDGE] = {"eventbridge", "\n", "\n"},
    [PARCEL_LOOKUP] = {"lookup", ",", "]}\n"}, [PARCEL_CLOUDWATCH] = {"cloudwatch", ",", "]}"},
};

bool parcel_find(struct span name, enum parcel_shape *out) {
    for (size_t i = 0; i < ARRAY_LENGTH(shapes); i++) {
        if (span_equal(name, span_of(shapes[i].name))) {
            *out = (enum parcel_shape)i;
            return true;
        }
    }
    return false;
}

static void head_of_log_group(struct span account, struct buffer *out) {
    buffer_append(out, SPAN("{\"messageType\":\"DATA_MESSAGE\",\"owner\":"));
    json_text_string(out, account);
    buffer_append(out, SPAN(",\"logGroup\":\"CloudTrail/logs\",\"logStream\":\""));
    buffer_append(out, account);
    buffer_append(out, SPAN("_CloudTrail_us-east-1\",\"subscriptionFilters\":[\"to-audit\"],"
                            "\"logEvents\":["));
}

void parcel_head(enum parcel_shape shape, struct span account, struct buffer *out) {
    if (shape == PARCEL_RECORDS)
        buffer_append(out, SPAN("{\"Records\":["));
    else if (shape == PARCEL_ARRAY)
        buffer_append(out, SPAN("[\n  "));
    else if (shape == PARCEL_LOOKUP)
        buffer_append(out, SPAN("{\"Events\":["));
    else if (shape == PARCEL_CLOUDWATCH)
        head_of_log_group(account, out);
}

void parcel_separator(enum parcel_shape shape, struct buffer *out) {
    buffer_append_text(out, shapes[shape].separator);
}

void parcel_tail(enum parcel_shape shape, struct buffer *out) {
    buffer_append_text(out, shapes[shape].tail);
}

static void to_eventbridge(struct span record, const struct corpus_facts *facts,
                           struct buffer *out) {
    bool sign_in = span_equal(facts->event_type, SPAN("AwsConsoleSignIn"));
    bool of_service = span_equal(facts->event_type, SPAN("AwsServiceEvent"));
    bool insight = span_equal(facts->event_type, SPAN("AwsCloudTrailInsight"));

    buffer_append_byte(out, '{');
    json_text_string_member(out, "version", SPAN("0"));
    json_text_string_member(out, "id", facts->event_id);
    json_text_string_member(out, "detail-type",
                            sign_in      ? SPAN("AWS Console Sign In via CloudTrail")
                            : of_service ? SPAN("AWS Service Event via CloudTrail")
                            : insight    ? SPAN("AWS Insight via CloudTrail")
                                         : SPAN("AWS API Call via CloudTrail"));
    json_text_name(out, "source");
    buffer_append(out, SPAN("\"aws."));
    buffer_append(out, insight ? SPAN("cloudtrail") : facts->service);
    buffer_append_byte(out, '"');
    json_text_string_member(out, "account", facts->account);
    json_text_time_member(out, "time", facts->time_ms);
    json_text_string_member(out, "region", facts->region);
    buffer_append(out, SPAN(",\"resources\":[],\"detail\":"));
    buffer_append(out, record);
    buffer_append_byte(out, '}');
}

static void to_lookup(struct span record, const struct corpus_facts *facts, struct buffer *out) {
    buffer_append_byte(out, '{');
    json_text_string_member(out, "EventId", facts->event_id);
    if (facts->action.data != NULL)
        json_text_string_member(out, "EventName", facts->action);
    json_text_string_member(out, "ReadOnly", facts->read_only ? SPAN("true") : SPAN("false"));
    if (facts->access_key.data != NULL)
        json_text_string_member(out, "AccessKeyId", facts->access_key);
    json_text_time_member(out, "EventTime", facts->time_ms);
    if (facts->service.data != NULL) {
        json_text_name(out, "EventSource");
        buffer_append_byte(out, '"');
        buffer_append(out, facts->service);
        buffer_append(out, SPAN(".amazonaws.com\""));
    }
    if (facts->user_name.data != NULL)
        json_text_string_member(out, "Username", facts->user_name);
    buffer_append(out, SPAN(",\"Resources\":[]"));
    json_text_string_member(out, "CloudTrailEvent", record);
    buffer_append_byte(out, '}');
}

/* The ids of log events are long decimal numbers. */
static void to_cloudwatch(struct span record, const struct corpus_facts *facts,
                          struct buffer *out) {
    buffer_append_format(out, "{\"id\":\"38%018" PRIu64 "%020" PRIu64 "\"",
                         (uint64_t)facts->time_ms, hash_bytes(facts->event_id, 0));
    json_text_integer_member(out, "timestamp", facts->time_ms);
    json_text_string_member(out, "message", record);
    buffer_append_byte(out, '}');
}

void parcel_item(enum parcel_shape shape, struct span record, const struct corpus_facts *facts,
                 struct buffer *out) {
    if (shape == PARCEL_EVENTBRIDGE)
        to_eventbridge(record, facts, out);
    else if (shape == PARCEL_LOOKUP)
        to_lookup(record, facts, out);
    else if (shape == PARCEL_CLOUDWATCH)
        to_cloudwatch(record, facts, out);
    else
        buffer_append(out, record);
}
