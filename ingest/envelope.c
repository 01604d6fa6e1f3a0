#include "ingest/envelope.h"

#include <stddef.h>

#include "ingest/scanner.h"

/* The members that tell what an object is. */
enum member {
    DETAIL,
    DETAIL_TYPE,
    SOURCE,
    ACCOUNT,
    CLOUDTRAIL_EVENT,
    MESSAGE,
    TIMESTAMP,
    AWSLOGS,
    EVENT_SOURCE,
    DIGEST_OBJECT,
    DIGEST_START,
    SERVICE,
    EVENT,
    TYPE,
    TOPIC_ARN,
    S3_BUCKET,
    S3_OBJECT_KEY,
    HASH_SIGNATURE,
    QUERY_COMPLETE_TIME,
    MEMBER_COUNT,
};

static const char *const member_names[MEMBER_COUNT] = {
    [DETAIL] = "detail",
    [DETAIL_TYPE] = "detail-type",
    [SOURCE] = "source",
    [ACCOUNT] = "account",
    [CLOUDTRAIL_EVENT] = "CloudTrailEvent",
    [MESSAGE] = "message",
    [TIMESTAMP] = "timestamp",
    [AWSLOGS] = "awslogs",
    [EVENT_SOURCE] = "eventSource",
    [DIGEST_OBJECT] = "digestS3Object",
    [DIGEST_START] = "digestStartTime",
    [SERVICE] = "Service",
    [EVENT] = "Event",
    [TYPE] = "Type",
    [TOPIC_ARN] = "TopicArn",
    [S3_BUCKET] = "s3Bucket",
    [S3_OBJECT_KEY] = "s3ObjectKey",
    [HASH_SIGNATURE] = "hashSignature",
    [QUERY_COMPLETE_TIME] = "queryCompleteTime",
};

struct members {
    struct span value[MEMBER_COUNT]; /* as JSON; SPAN_NONE when absent */
    struct arena *arena;
};

static struct members pick_members(struct span object, struct arena *arena) {
    struct members members = {.arena = arena};
    struct scan_cursor cursor = scan_enter(object);
    struct span name;
    struct span value;

    while (scan_next_member(&cursor, arena, &name, &value)) {
        for (size_t i = 0; i < MEMBER_COUNT; i++) {
            if (span_equal(name, span_of(member_names[i])))
                members.value[i] = value;
        }
    }
    return members;
}

/* The member's text; SPAN_NONE when it is absent or no string. */
static struct span text_of(const struct members *members, enum member member) {
    struct span text;

    if (members->value[member].data == NULL ||
        !scan_string(members->value[member], members->arena, &text))
        return SPAN_NONE;
    return text;
}

/* Known by two members, of which each, when a text is given, must begin with that. */
static const struct stranger {
    const char *kind;
    const char *reason;
    struct {
        enum member member;
        const char *begins;
    } signs[2];
} strangers[] = {
    {"digest",
     "a CloudTrail digest file, not an event",
     {{DIGEST_OBJECT, NULL}, {DIGEST_START, NULL}}},
    {"lake_signature",
     "the signature file of a CloudTrail Lake query, not an event",
     {{HASH_SIGNATURE, NULL}, {QUERY_COMPLETE_TIME, NULL}}},
    {"s3_test_message",
     "an S3 test message, not an event",
     {{SERVICE, "Amazon S3"}, {EVENT, "s3:TestEvent"}}},
    {"s3_event_notification",
     "an S3 event notification, not a CloudTrail event",
     {{EVENT_SOURCE, "aws:s3"}, {EVENT_SOURCE, NULL}}},
    {"s3_event_notification",
     "an S3 event notification, not a CloudTrail event",
     {{SOURCE, "aws.s3"}, {DETAIL_TYPE, "Object "}}},
    {"sns_message", "an SNS message, not an event", {{TYPE, NULL}, {TOPIC_ARN, NULL}}},
    {"sns_message",
     "CloudTrail's notice of a new log file, not an event",
     {{S3_BUCKET, NULL}, {S3_OBJECT_KEY, NULL}}},
};

static bool bears(const struct members *members, enum member member, const char *begins) {
    if (begins == NULL)
        return members->value[member].data != NULL;
    return span_starts_with(text_of(members, member), span_of(begins));
}

static bool find_stranger(const struct members *members, struct envelope *out) {
    for (size_t i = 0; i < ARRAY_LENGTH(strangers); i++) {
        const struct stranger *stranger = &strangers[i];
        if (bears(members, stranger->signs[0].member, stranger->signs[0].begins) &&
            bears(members, stranger->signs[1].member, stranger->signs[1].begins)) {
            *out = (struct envelope){
                .type = ENVELOPE_STRANGER, .kind = stranger->kind, .reason = stranger->reason};
            return true;
        }
    }
    return false;
}

/* "EventBridge events from AWS services": detail is the record as it is. */
static bool open_eventbridge(const struct members *members, struct envelope *out) {
    struct span detail = members->value[DETAIL];

    if (members->value[DETAIL_TYPE].data == NULL || !span_starts_with(detail, SPAN("{")))
        return false;
    *out = (struct envelope){.type = ENVELOPE_RECORD,
                             .kind = "eventbridge",
                             .member = member_names[DETAIL],
                             .content = detail,
                             .account = text_of(members, ACCOUNT)};
    return true;
}

/* An event in the answer of LookupEvents. */
static bool open_lookup_event(const struct members *members, struct envelope *out) {
    struct span text = text_of(members, CLOUDTRAIL_EVENT);

    if (text.data == NULL)
        return false;
    *out = (struct envelope){.type = ENVELOPE_TEXT,
                             .kind = "lookup_events",
                             .member = member_names[CLOUDTRAIL_EVENT],
                             .content = text};
    return true;
}

/* A log event of CloudWatch Logs: {"id","timestamp","message"}. */
static bool open_log_event(const struct members *members, struct envelope *out) {
    struct span text = text_of(members, MESSAGE);

    if (text.data == NULL || members->value[TIMESTAMP].data == NULL)
        return false;
    *out = (struct envelope){.type = ENVELOPE_TEXT,
                             .kind = "cloudwatch_logs",
                             .member = member_names[MESSAGE],
                             .content = text};
    if (span_starts_with(text, SPAN("CWL CONTROL MESSAGE")))
        out->type = ENVELOPE_CONTROL;
    return true;
}

/* What a subscription filter hands to a Lambda function: {"awslogs":{"data":"H4sI..."}}. */
static bool open_lambda_event(const struct members *members, struct envelope *out) {
    struct span data;
    struct span text;

    if (!scan_member(members->value[AWSLOGS], SPAN("data"), members->arena, &data) ||
        !scan_string(data, members->arena, &text))
        return false;
    *out = (struct envelope){.type = ENVELOPE_PACKED,
                             .kind = "cloudwatch_logs",
                             .member = "awslogs.data",
                             .content = text};
    return true;
}

/* First match wins: the strangers include an EventBridge event about an S3 object. */
static bool (*const openers[])(const struct members *, struct envelope *) = {
    find_stranger, open_eventbridge, open_lookup_event, open_log_event, open_lambda_event,
};

struct envelope envelope_open(struct span object, struct arena *arena) {
    struct envelope envelope = {.type = ENVELOPE_UNKNOWN, .kind = ""};

    if (!span_starts_with(object, SPAN("{")))
        return envelope;
    struct members members = pick_members(object, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(openers); i++) {
        if (openers[i](&members, &envelope))
            break;
    }
    return envelope;
}
