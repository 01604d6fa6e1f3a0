/* A message of SNS: JSON -> its members, and the text that its signature is of. */
#include <jansson.h>

#include "aws/json_span.h"
#include "aws/sns.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/utc.h"

#define SIGNATURE_BYTES 1024 /* of RSA with 8192 bits */

/* The members of a message: which of its types have it, and how long it may be. */
static const struct member {
    const char *name;
    size_t place;
    size_t maximum;
    bool confirmations_only;
    bool optional;
} members[] = {
    {"Type", offsetof(struct sns_message, type_text), 64, false, false},
    {"MessageId", offsetof(struct sns_message, id), 256, false, false},
    {"TopicArn", offsetof(struct sns_message, topic), LIMIT_SNS_TEXT_BYTES, false, false},
    {"Message", offsetof(struct sns_message, message), LIMIT_NOTICE_BYTES, false, false},
    {"Subject", offsetof(struct sns_message, subject), LIMIT_SNS_TEXT_BYTES, false, true},
    {"Timestamp", offsetof(struct sns_message, timestamp), UTC_TEXT_BYTES, false, false},
    {"SigningCertURL", offsetof(struct sns_message, certificate_url), LIMIT_SNS_TEXT_BYTES, false,
     false},
    {"SubscribeURL", offsetof(struct sns_message, subscribe_url), LIMIT_SNS_TEXT_BYTES, true,
     false},
    {"Token", offsetof(struct sns_message, token), LIMIT_SNS_TEXT_BYTES, true, false},
};

static const struct {
    struct span text;
    enum sns_type type;
} types[] = {
    {SPAN("Notification"), SNS_NOTIFICATION},
    {SPAN("SubscriptionConfirmation"), SNS_SUBSCRIPTION},
    {SPAN("UnsubscribeConfirmation"), SNS_UNSUBSCRIPTION},
};

static bool read_member(const json_t *object, const struct member *member, struct arena *arena,
                        struct sns_message *message, struct err *err) {
    struct span text = json_member_span(object, member->name);

    if (text.length > member->maximum)
        return err_set(err, ERR_INVALID, "the SNS message's %s has more than %zu bytes",
                       member->name, member->maximum);
    if (text.data == NULL && !member->optional)
        return err_set(err, ERR_INVALID,
                       "this is no message of SNS: it has no %s (a topic's raw message delivery is "
                       "not signed: turn it off)",
                       member->name);
    *(struct span *)((char *)message + member->place) = arena_copy(arena, text);
    return true;
}

static bool read_type(const json_t *object, enum sns_type *out, struct err *err) {
    struct span text = json_member_span(object, "Type");

    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        if (span_equal(text, types[i].text)) {
            *out = types[i].type;
            return true;
        }
    }
    return err_set(err, ERR_INVALID,
                   "this is no message of SNS: its Type is not Notification, "
                   "SubscriptionConfirmation or UnsubscribeConfirmation (a topic's raw message "
                   "delivery is not signed: turn it off)");
}

static bool read_members(const json_t *object, struct arena *arena, struct sns_message *message,
                         struct err *err) {
    bool confirmation = message->type != SNS_NOTIFICATION;

    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        if (members[i].confirmations_only && !confirmation)
            continue;
        if (!read_member(object, &members[i], arena, message, err))
            return false;
    }
    return true;
}

static bool read_signature(const json_t *object, struct arena *arena, struct sns_message *message,
                           struct err *err) {
    struct span text = json_member_span(object, "Signature");
    struct span version = json_member_span(object, "SignatureVersion");
    struct buffer CLEANUP(buffer_clear) bytes;
    struct base64_stream stream;

    buffer_init(&bytes, SIGNATURE_BYTES);
    if (!span_equal(version, SPAN("1")) && !span_equal(version, SPAN("2")))
        return err_set(err, ERR_INVALID, "the SNS message's SignatureVersion is not 1 or 2");
    message->signature_version = version.data[0] - '0';
    base64_stream_begin(&stream);
    if (text.length == 0 || text.length > 2 * SIGNATURE_BYTES ||
        !base64_stream_add(&stream, text, &bytes) || !base64_stream_end(&stream) ||
        bytes.overflowed)
        return err_set(err, ERR_INVALID, "the SNS message's Signature is not base64");
    message->signature = arena_copy(arena, buffer_span(&bytes));
    return true;
}

static bool read_object(const json_t *object, struct arena *arena, struct sns_message *message,
                        struct err *err) {
    if (!read_type(object, &message->type, err) || !read_members(object, arena, message, err) ||
        !read_signature(object, arena, message, err))
        return false;
    if (!utc_parse(message->timestamp, &message->sent_ms))
        return err_set(err, ERR_INVALID, "the SNS message's Timestamp is no time");
    return true;
}

bool sns_message_read(struct span body, struct arena *arena, struct sns_message *out,
                      struct err *err) {
    struct sns_message message = {.subject = SPAN_NONE};
    json_error_t error;

    if (body.length > LIMIT_NOTICE_BYTES)
        return err_set(err, ERR_TOO_LARGE, "a message of SNS has at most %lld bytes",
                       (long long)LIMIT_NOTICE_BYTES);
    json_auto_t *object = json_loadb(body.data, body.length, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        return err_set(err, ERR_INVALID, "this is no message of SNS: no JSON: %s", error.text);
    if (!read_object(object, arena, &message, err))
        return false;
    *out = message;
    return true;
}

static void sign_member(struct buffer *text, const char *name, struct span value) {
    if (value.data == NULL)
        return;
    buffer_append_text(text, name);
    buffer_append_byte(text, '\n');
    buffer_append(text, value);
    buffer_append_byte(text, '\n');
}

/* In the order of the alphabet; a confirmation's subject is not among them. */
struct span sns_string_to_sign(const struct sns_message *message, struct arena *arena) {
    bool confirmation = message->type != SNS_NOTIFICATION;
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    sign_member(&text, "Message", message->message);
    sign_member(&text, "MessageId", message->id);
    if (!confirmation)
        sign_member(&text, "Subject", message->subject);
    if (confirmation)
        sign_member(&text, "SubscribeURL", message->subscribe_url);
    sign_member(&text, "Timestamp", message->timestamp);
    if (confirmation)
        sign_member(&text, "Token", message->token);
    sign_member(&text, "TopicArn", message->topic);
    sign_member(&text, "Type", message->type_text);
    return arena_copy(arena, buffer_span(&text));
}
