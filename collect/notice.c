#include "collect/notice.h"

#include <jansson.h>

#include "aws/json_span.h"
#include "base/limits.h"
#include "collect/notice_object.h"

/* S3's event in SNS's envelope in SQS's message in Lambda's event, and what is inside each. */
#define DEEPEST 8

struct reading {
    struct arena *arena;
    struct notice notice;
    int depth;
    struct err *err;
};

static bool read_text(struct reading *reading, struct span text);
static bool read_value(struct reading *reading, const json_t *value);

static bool member_is(const json_t *object, const char *name, struct span text) {
    return span_equal(json_member_span(object, name), text);
}

static bool add(struct reading *reading, const char *what, const struct named_object *named) {
    struct notice *notice = &reading->notice;

    if (!notice_add_object(notice, named, reading->arena, reading->err))
        return false;
    notice->what = notice->count > 0 ? what : "a file that is no log of CloudTrail by its key";
    return true;
}

static bool pass_over(struct reading *reading, const char *what) {
    if (reading->notice.count == 0)
        reading->notice.what = what;
    reading->notice.passed_over++;
    return true;
}

static bool nothing(struct reading *reading, const char *what) {
    if (reading->notice.count == 0)
        reading->notice.what = what;
    return true;
}

static bool read_all(struct reading *reading, const json_t *array) {
    size_t index;
    json_t *element;

    json_array_foreach(array, index, element) {
        if (!read_value(reading, element))
            return false;
    }
    return index > 0 || nothing(reading, "an empty list");
}

/* ---- one function for each shape: is it this one, and what does it name ---- */

static bool is_test(const json_t *value) {
    return member_is(value, "Event", SPAN("s3:TestEvent"));
}

static bool read_test(struct reading *reading, const json_t *value) {
    (void)value;
    return nothing(reading, "S3's test message");
}

static bool is_key_message(const json_t *value) {
    return json_object_get(value, "s3Bucket") != NULL &&
           json_object_get(value, "s3ObjectKey") != NULL;
}

/* CloudTrail's, with a list of keys; AWS Config sends the same two members to topics, beside a
 * messageType, and its files are no logs. */
static bool read_key_message(struct reading *reading, const json_t *value) {
    const json_t *keys = json_object_get(value, "s3ObjectKey");
    struct named_object named = {.bucket = json_object_get(value, "s3Bucket"),
                                 .form = KEY_AS_IT_IS};
    size_t index;

    if (json_object_get(value, "messageType") != NULL)
        return pass_over(reading, "a message of AWS Config");
    if (json_is_array(keys) && json_array_size(keys) == 0)
        return nothing(reading, "CloudTrail's message without a file");
    if (!json_is_array(keys)) {
        named.key = keys;
        return add(reading, "CloudTrail's message", &named);
    }
    json_array_foreach(keys, index, named.key) {
        if (!add(reading, "CloudTrail's message", &named))
            return false;
    }
    return true;
}

static bool is_sns(const json_t *value) {
    return json_is_string(json_object_get(value, "Type")) &&
           json_is_string(json_object_get(value, "Message")) &&
           json_is_string(json_object_get(value, "TopicArn"));
}

static bool read_sns(struct reading *reading, const json_t *value) {
    if (!member_is(value, "Type", SPAN("Notification")))
        return nothing(reading, "SNS's own message about a subscription");
    return read_text(reading, json_member_span(value, "Message"));
}

/* "aws:s3"; servers that speak S3 put their own name before the colon. */
static bool is_s3_event(const json_t *value) {
    return json_is_object(json_object_get(value, "s3")) &&
           span_ends_with(json_member_span(value, "eventSource"), SPAN(":s3"));
}

static bool names_new_object(struct span event_name) {
    if (span_starts_with(event_name, SPAN("s3:")))
        event_name = span_skip(event_name, 3);
    return span_starts_with(event_name, SPAN("ObjectCreated:")) ||
           span_equal(event_name, SPAN("ObjectRestore:Completed"));
}

static bool read_s3_event(struct reading *reading, const json_t *value) {
    const json_t *s3 = json_object_get(value, "s3");
    const json_t *object = json_object_get(s3, "object");
    const struct named_object named = {
        .bucket = json_object_get(json_object_get(s3, "bucket"), "name"),
        .key = json_object_get(object, "key"),
        .etag = json_object_get(object, "eTag"),
        .size = json_object_get(object, "size"),
        .form = KEY_FORM_ENCODED,
    };

    if (!names_new_object(json_member_span(value, "eventName")))
        return pass_over(reading, "an S3 event of another kind than a new object");
    return add(reading, "S3's event notification", &named);
}

static bool is_lambda_sns(const json_t *value) {
    return json_is_object(json_object_get(value, "Sns"));
}

static bool read_lambda_sns(struct reading *reading, const json_t *value) {
    return read_text(reading, json_member_span(json_object_get(value, "Sns"), "Message"));
}

static bool is_lambda_sqs(const json_t *value) {
    return member_is(value, "eventSource", SPAN("aws:sqs")) &&
           json_is_string(json_object_get(value, "body"));
}

static bool read_lambda_sqs(struct reading *reading, const json_t *value) {
    return read_text(reading, json_member_span(value, "body"));
}

static bool is_sqs(const json_t *value) {
    return json_is_string(json_object_get(value, "Body")) &&
           json_is_string(json_object_get(value, "MessageId"));
}

static bool read_sqs(struct reading *reading, const json_t *value) {
    return read_text(reading, json_member_span(value, "Body"));
}

static bool is_record(const json_t *value) {
    return json_is_string(json_object_get(value, "eventName")) &&
           json_is_string(json_object_get(value, "eventID"));
}

static bool read_record(struct reading *reading, const json_t *value) {
    (void)value;
    return err_set(reading->err, ERR_INVALID,
                   "this is a log, not a notification of one: send it to POST /v1/imports");
}

static bool is_eventbridge(const json_t *value) {
    return json_is_string(json_object_get(value, "detail-type")) &&
           json_is_object(json_object_get(value, "detail"));
}

static bool read_eventbridge(struct reading *reading, const json_t *value) {
    const json_t *detail = json_object_get(value, "detail");
    const json_t *object = json_object_get(detail, "object");
    const struct named_object named = {
        .bucket = json_object_get(json_object_get(detail, "bucket"), "name"),
        .key = json_object_get(object, "key"),
        .etag = json_object_get(object, "etag"),
        .size = json_object_get(object, "size"),
        .form = KEY_AS_IT_IS,
    };

    if (is_record(detail))
        return read_record(reading, detail);
    if (!member_is(value, "source", SPAN("aws.s3")))
        return err_set(reading->err, ERR_INVALID,
                       "this is an event of EventBridge, but not one of S3");
    if (!member_is(value, "detail-type", SPAN("Object Created")) &&
        !member_is(value, "detail-type", SPAN("Object Restore Completed")))
        return pass_over(reading, "an S3 event of another kind than a new object");
    return add(reading, "S3's event of EventBridge", &named);
}

static bool is_digest(const json_t *value) {
    return json_is_string(json_object_get(value, "digestS3Object"));
}

static bool read_digest(struct reading *reading, const json_t *value) {
    (void)value;
    return err_set(reading->err, ERR_INVALID,
                   "this is a digest of CloudTrail, not a notification of a log file");
}

static bool is_records(const json_t *value) {
    return json_is_array(json_object_get(value, "Records"));
}

static bool read_records(struct reading *reading, const json_t *value) {
    return read_all(reading, json_object_get(value, "Records"));
}

static bool is_messages(const json_t *value) {
    return json_is_array(json_object_get(value, "Messages"));
}

static bool read_messages(struct reading *reading, const json_t *value) {
    return read_all(reading, json_object_get(value, "Messages"));
}

static bool is_array(const json_t *value) {
    return json_is_array(value);
}

static const struct shape {
    bool (*is)(const json_t *value);
    bool (*read)(struct reading *reading, const json_t *value);
} shapes[] = {
    {is_s3_event, read_s3_event},
    {is_sns, read_sns},
    {is_records, read_records},
    {is_key_message, read_key_message},
    {is_eventbridge, read_eventbridge},
    {is_test, read_test},
    {is_lambda_sqs, read_lambda_sqs},
    {is_lambda_sns, read_lambda_sns},
    {is_sqs, read_sqs},
    {is_messages, read_messages},
    {is_record, read_record},
    {is_digest, read_digest},
    {is_array, read_all},
};

static bool read_shape(struct reading *reading, const json_t *value) {
    for (size_t i = 0; i < ARRAY_LENGTH(shapes); i++) {
        if (shapes[i].is(value))
            return shapes[i].read(reading, value);
    }
    return err_set(reading->err, ERR_INVALID,
                   "this is JSON, but no notification of CloudTrail, S3, SNS, SQS or EventBridge");
}

static bool read_value(struct reading *reading, const json_t *value) {
    if (reading->depth == DEEPEST)
        return err_set(reading->err, ERR_INVALID, "the notification is wrapped too many times");
    reading->depth++;
    bool read = read_shape(reading, value);
    reading->depth--;
    return read;
}

static bool is_packed(struct span text) {
    return span_starts_with(text, SPAN("\x1f\x8b"));
}

/* What CloudTrail sends to a topic when a trail is given one. */
static bool is_validation(struct span text) {
    return span_starts_with(text, SPAN("CloudTrail validation message"));
}

static bool read_text(struct reading *reading, struct span text) {
    json_error_t error;

    text = span_trim(text);
    if (is_validation(text))
        return nothing(reading, "CloudTrail's test message");
    if (is_packed(text))
        return read_record(reading, NULL);
    json_auto_t *value = json_loadb(text.data, text.length, 0, &error);
    if (value == NULL)
        return err_set(reading->err, ERR_INVALID, "the notification is no JSON: %s", error.text);
    return read_value(reading, value);
}

bool notice_read(struct span body, struct arena *arena, struct notice *out, struct err *err) {
    struct reading reading = {.arena = arena, .err = err};

    if (body.length > LIMIT_NOTICE_BYTES)
        return err_set(err, ERR_TOO_LARGE, "a notification has at most %lld bytes",
                       (long long)LIMIT_NOTICE_BYTES);
    reading.notice.objects = arena_new(arena, LIMIT_NOTICE_OBJECTS, sizeof(struct s3_object));
    if (!read_text(&reading, body))
        return false;
    *out = reading.notice;
    return true;
}
