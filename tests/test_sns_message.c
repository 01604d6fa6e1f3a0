#include "tests/rows.h"

#include "aws/sns.h"
#include "base/limits.h"

#define HEAD  "\"MessageId\":\"m\",\"TopicArn\":\"arn:aws:sns:eu-west-1:1:t\","
#define TIMES "\"Timestamp\":\"2026-11-22T08:00:00.123Z\","
#define TAIL                                                                                       \
    "\"SignatureVersion\":\"1\",\"Signature\":\"AAEC\",\"SigningCertURL\":\"https://sns.x/"        \
    "a.pem\"}"
#define CONFIRM "\"SubscribeURL\":\"https://sns.x/?a\",\"Token\":\"t1\","

static const struct good_row {
    const char *name;
    const char *body;
    const char *string_to_sign;
    enum sns_type type;
} good[] = {
    {"a notification", "{\"Type\":\"Notification\"," HEAD "\"Message\":\"hello\"," TIMES TAIL,
     "Message\nhello\nMessageId\nm\nTimestamp\n2026-11-22T08:00:00.123Z\n"
     "TopicArn\narn:aws:sns:eu-west-1:1:t\nType\nNotification\n",
     SNS_NOTIFICATION},
    {"one with a subject",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\",\"Subject\":\"s\"," TIMES TAIL,
     "Message\n\nMessageId\nm\nSubject\ns\nTimestamp\n2026-11-22T08:00:00.123Z\n"
     "TopicArn\narn:aws:sns:eu-west-1:1:t\nType\nNotification\n",
     SNS_NOTIFICATION},
    {"escapes are signed as what they mean",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"a\\n\\\"\\u00e4\\/\\\\\"," TIMES TAIL,
     "Message\na\n\"\xc3\xa4/\\\nMessageId\nm\nTimestamp\n2026-11-22T08:00:00.123Z\n"
     "TopicArn\narn:aws:sns:eu-west-1:1:t\nType\nNotification\n",
     SNS_NOTIFICATION},
    {"a subscription",
     "{\"Type\":\"SubscriptionConfirmation\"," HEAD "\"Message\":\"hello\"," CONFIRM TIMES TAIL,
     "Message\nhello\nMessageId\nm\nSubscribeURL\nhttps://sns.x/?a\n"
     "Timestamp\n2026-11-22T08:00:00.123Z\nToken\nt1\n"
     "TopicArn\narn:aws:sns:eu-west-1:1:t\nType\nSubscriptionConfirmation\n",
     SNS_SUBSCRIPTION},
    {"a subscription that is over, whose subject is not signed",
     "{\"Type\":\"UnsubscribeConfirmation\"," HEAD
     "\"Message\":\"bye\",\"Subject\":\"s\"," CONFIRM TIMES TAIL,
     "Message\nbye\nMessageId\nm\nSubscribeURL\nhttps://sns.x/?a\n"
     "Timestamp\n2026-11-22T08:00:00.123Z\nToken\nt1\n"
     "TopicArn\narn:aws:sns:eu-west-1:1:t\nType\nUnsubscribeConfirmation\n",
     SNS_UNSUBSCRIPTION},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_message message;
    struct err err;

    if (!sns_message_read(span_of(row->body), &arena, &message, &err))
        fail_msg("%s", err.text);
    assert_int_equal(message.type, row->type);
    assert_int_equal(message.sent_ms, INT64_C(1795334400123));
    assert_int_equal(message.signature_version, 1);
    assert_true(span_equal(message.signature, SPAN("\0\1\2")));
    struct span text = sns_string_to_sign(&message, &arena);
    if (!span_equal(text, span_of(row->string_to_sign)))
        fail_msg("%.*s", SPAN_ARGS(text));
}

static const struct bad_row {
    const char *name;
    const char *body;
    const char *says;
} bad[] = {
    {"nothing", "", "no JSON"},
    {"no JSON", "hello", "no JSON"},
    {"a list", "[]", "its Type is not"},
    {"raw delivery", "{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}", "turn it off"},
    {"another type", "{\"Type\":\"Hello\"," HEAD "\"Message\":\"\"," TIMES TAIL, "its Type"},
    {"a member twice",
     "{\"Type\":\"Notification\",\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES TAIL,
     "duplicate"},
    {"no message", "{\"Type\":\"Notification\"," HEAD TIMES TAIL, "no Message"},
    {"a message that is no text", "{\"Type\":\"Notification\"," HEAD "\"Message\":{}," TIMES TAIL,
     "no Message"},
    {"no topic", "{\"Type\":\"Notification\",\"MessageId\":\"m\",\"Message\":\"\"," TIMES TAIL,
     "no TopicArn"},
    {"no time", "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TAIL, "no Timestamp"},
    {"a time that is none",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\",\"Timestamp\":\"now\"," TAIL,
     "Timestamp is no time"},
    {"a confirmation without its token",
     "{\"Type\":\"SubscriptionConfirmation\"," HEAD
     "\"Message\":\"\",\"SubscribeURL\":\"https://sns.x/\"," TIMES TAIL,
     "no Token"},
    {"a confirmation without its URL",
     "{\"Type\":\"SubscriptionConfirmation\"," HEAD "\"Message\":\"\",\"Token\":\"t\"," TIMES TAIL,
     "no SubscribeURL"},
    {"no signature",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES
     "\"SignatureVersion\":\"1\",\"SigningCertURL\":\"u\"}",
     "Signature is not base64"},
    {"a signature that is no base64",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES
     "\"SignatureVersion\":\"1\",\"Signature\":\"?\",\"SigningCertURL\":\"u\"}",
     "Signature is not base64"},
    {"a version of the future",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES
     "\"SignatureVersion\":\"3\",\"Signature\":\"AAEC\",\"SigningCertURL\":\"u\"}",
     "SignatureVersion"},
    {"a version that is a number",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES
     "\"SignatureVersion\":1,\"Signature\":\"AAEC\",\"SigningCertURL\":\"u\"}",
     "SignatureVersion"},
    {"no certificate",
     "{\"Type\":\"Notification\"," HEAD "\"Message\":\"\"," TIMES
     "\"SignatureVersion\":\"1\",\"Signature\":\"AAEC\"}",
     "no SigningCertURL"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_message message;
    struct err err;

    assert_false(sns_message_read(span_of(row->body), &arena, &message, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    if (strstr(err.text, row->says) == NULL)
        fail_msg("says: %s", err.text);
}

static void test_too_long(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_message message;
    struct err err;

    (void)state;
    struct span long_id = arena_format(&arena,
                                       "{\"Type\":\"Notification\",\"MessageId\":\"%0300d\","
                                       "\"TopicArn\":\"t\",\"Message\":\"\"," TIMES TAIL,
                                       1);
    assert_false(sns_message_read(long_id, &arena, &message, &err));
    assert_non_null(strstr(err.text, "MessageId has more than 256 bytes"));

    struct span long_body = arena_format(&arena, "%0*d", (int)LIMIT_NOTICE_BYTES + 1, 1);
    assert_false(sns_message_read(long_body, &arena, &message, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        TEST(test_too_long),
    };

    return rows_run("sns_message", all, ARRAY_LENGTH(all));
}
