#include "tests/rows.h"

#include "base/buffer.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "collect/notice.h"

#define KEY "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/22/f_20261122T0805Z_a.json.gz"

#define CLOUDTRAIL "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"a/1.gz\",\"a/2.gz\"]}"

/* As S3 sends it, with more members than are looked at. */
#define S3_RECORD(source, name, object)                                                            \
    "{\"eventVersion\":\"2.1\",\"eventSource\":\"" source                                          \
    "\",\"awsRegion\":\"eu-west-1\","                                                              \
    "\"eventTime\":\"2026-11-22T08:05:11.123Z\",\"eventName\":\"" name                             \
    "\",\"userIdentity\":{"                                                                        \
    "\"principalId\":\"AWS:AROAEXAMPLE\"},\"requestParameters\":{\"sourceIPAddress\":"             \
    "\"192.0.2.1\"},\"responseElements\":{\"x-amz-request-id\":\"C3D13FE58DE4C810\"},\"s3\":{"     \
    "\"s3SchemaVersion\":\"1.0\",\"configurationId\":\"new\",\"bucket\":{\"name\":\"logs\","       \
    "\"arn\":\"arn:aws:s3:::logs\"},\"object\":{" object "}}}"
#define S3_EVENT(name, object) "{\"Records\":[" S3_RECORD("aws:s3", name, object) "]}"

#define CREATED                                                                                    \
    S3_EVENT("ObjectCreated:Put",                                                                  \
             "\"key\":\"a/1.gz\",\"size\":1024,\"eTag\":\"d41d8cd9\","                             \
             "\"versionId\":\"v1\",\"sequencer\":\"0055AED6DCD90281E5\"")

#define EVENTBRIDGE(source, type)                                                                  \
    "{\"version\":\"0\",\"id\":\"17793124-05d4-b198-2fde-7ededc63b103\",\"detail-type\":\"" type   \
    "\",\"source\":\"" source                                                                      \
    "\",\"account\":\"111122223333\",\"time\":\"2026-11-22T08:05:11Z\","                           \
    "\"region\":\"eu-west-1\",\"resources\":[\"arn:aws:s3:::logs\"],\"detail\":{\"version\":"      \
    "\"0\",\"bucket\":{\"name\":\"logs\"},\"object\":{\"key\":\"a b+c%20d.gz\",\"size\":5,"        \
    "\"etag\":\"b1946ac9\",\"sequencer\":\"617f08299329d189\"},\"request-id\":\"N4N7GDK58NMKJ12R"  \
    "\",\"requester\":\"123456789012\",\"source-ip-address\":\"192.0.2.1\",\"reason\":"            \
    "\"PutObject\"}}"

#define RECORD                                                                                     \
    "{\"eventVersion\":\"1.08\",\"eventID\":\"e-1\",\"eventName\":\"GetObject\",\"eventSource\":"  \
    "\"s3.amazonaws.com\"}"

#define KEYS_OF_BUCKET(keys) "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[" keys "]}"
#define DIGEST               "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/22/d.json.gz"
#define INNER_LOG                                                                                  \
    "AWSLogs/111122223333/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/22/"                   \
    "111122223333_CloudTrail_eu-west-1_20261122T1200Z_AbCdEfGhIjKlMnOp.json.gz"
#define NO_LOG "a file that is no log of CloudTrail by its key"

/* How it is wrapped before it is read. */
enum wrapping {
    BARE,
    IN_SNS,
    IN_SQS,
    IN_SNS_IN_SQS,
    IN_LAMBDA_SNS,
    IN_LAMBDA_SQS,
};

static void wrap(struct buffer *text, const char *before, const char *behind) {
    struct buffer wrapped;

    buffer_init(&wrapped, 0);
    buffer_append_text(&wrapped, before);
    json_text_string(&wrapped, buffer_span(text));
    buffer_append_text(&wrapped, behind);
    buffer_clear(text);
    *text = wrapped;
}

static void wrap_in_sns(struct buffer *text) {
    wrap(text,
         "{\"Type\":\"Notification\",\"MessageId\":\"m-1\",\"TopicArn\":"
         "\"arn:aws:sns:eu-west-1:111122223333:logs\",\"Subject\":\"new\",\"Message\":",
         ",\"Timestamp\":\"2026-11-22T08:05:12.000Z\",\"SignatureVersion\":\"1\"}");
}

static void wrap_as(enum wrapping wrapping, struct buffer *text) {
    if (wrapping == IN_SNS || wrapping == IN_SNS_IN_SQS)
        wrap_in_sns(text);
    if (wrapping == IN_SQS || wrapping == IN_SNS_IN_SQS)
        wrap(text,
             "{\"Messages\":[{\"MessageId\":\"m-2\",\"ReceiptHandle\":\"h\",\"MD5OfBody\":\"5\","
             "\"Body\":",
             "}]}");
    if (wrapping == IN_LAMBDA_SNS)
        wrap(text,
             "{\"Records\":[{\"EventSource\":\"aws:sns\",\"EventVersion\":\"1.0\",\"Sns\":{"
             "\"Type\":\"Notification\",\"MessageId\":\"m-3\",\"Message\":",
             "}}]}");
    if (wrapping == IN_LAMBDA_SQS)
        wrap(text,
             "{\"Records\":[{\"messageId\":\"m-4\",\"eventSource\":\"aws:sqs\",\"body\":", "}]}");
}

/* "bucket key etag bytes version" of each object, a line each. */
static void describe(const struct notice *notice, struct buffer *out) {
    for (size_t i = 0; i < notice->count; i++) {
        const struct s3_object *object = &notice->objects[i];
        buffer_append(out, object->bucket);
        buffer_append_byte(out, ' ');
        buffer_append(out, object->key);
        buffer_append_byte(out, ' ');
        buffer_append(out, object->etag.data != NULL ? object->etag : SPAN("-"));
        buffer_append_format(out, " %lld", (long long)object->bytes);
        buffer_append_text(out, object->version.data != NULL ? " version\n" : "\n");
    }
}

static const struct good_row {
    const char *name;
    const char *body;
    enum wrapping wrapping;
    const char *what;
    const char *objects;
    size_t passed_over;
} good[] = {
    {"CloudTrail's own", CLOUDTRAIL, BARE, "CloudTrail's message",
     "logs a/1.gz - -1\n"
     "logs a/2.gz - -1\n",
     0},
    {"CloudTrail's own in SNS", CLOUDTRAIL, IN_SNS, "CloudTrail's message",
     "logs a/1.gz - -1\n"
     "logs a/2.gz - -1\n",
     0},
    {"CloudTrail's own, delivered raw to SQS", CLOUDTRAIL, IN_SQS, "CloudTrail's message",
     "logs a/1.gz - -1\nlogs a/2.gz - -1\n", 0},
    {"CloudTrail's own in SNS in SQS", CLOUDTRAIL, IN_SNS_IN_SQS, "CloudTrail's message",
     "logs a/1.gz - -1\nlogs a/2.gz - -1\n", 0},
    {"CloudTrail's own as Lambda has it from SNS", CLOUDTRAIL, IN_LAMBDA_SNS,
     "CloudTrail's message", "logs a/1.gz - -1\nlogs a/2.gz - -1\n", 0},
    {"CloudTrail's own as Lambda has it from SQS", CLOUDTRAIL, IN_LAMBDA_SQS,
     "CloudTrail's message", "logs a/1.gz - -1\nlogs a/2.gz - -1\n", 0},
    {"one key that is no list", "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":\"" KEY "\"}", BARE,
     "CloudTrail's message", "logs " KEY " - -1\n", 0},
    {"CloudTrail's keys are not encoded",
     "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"a b+c%20\\u00e4.gz\"]}", BARE,
     "CloudTrail's message", "logs a b+c%20\xc3\xa4.gz - -1\n", 0},
    {"a key that is named twice", "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"k\",\"k\"]}", BARE,
     "CloudTrail's message", "logs k - -1\n", 0},
    {"an S3 event, whose version is left alone", CREATED, BARE, "S3's event notification",
     "logs a/1.gz d41d8cd9 1024\n", 0},
    {"an S3 event in SNS in SQS", CREATED, IN_SNS_IN_SQS, "S3's event notification",
     "logs a/1.gz d41d8cd9 1024\n", 0},
    {"S3's keys are form-encoded",
     S3_EVENT("ObjectCreated:Put", "\"key\":\"a+b%2Bc%25%C3%A4/d%3D1.gz\""), BARE,
     "S3's event notification", "logs a b+c%\xc3\xa4/d=1.gz - -1\n", 0},
    {"a large object is put together",
     S3_EVENT("ObjectCreated:CompleteMultipartUpload", "\"key\":\"k\",\"eTag\":\"\\\"ab-2\\\"\""),
     BARE, "S3's event notification", "logs k ab-2 -1\n", 0},
    {"an object that can be read again", S3_EVENT("ObjectRestore:Completed", "\"key\":\"k\""), BARE,
     "S3's event notification", "logs k - -1\n", 0},
    {"another server that speaks S3",
     "{\"Records\":[" S3_RECORD("ceph:s3", "s3:ObjectCreated:Put", "\"key\":\"k\"") "]}", BARE,
     "S3's event notification", "logs k - -1\n", 0},
    {"an object that is deleted", S3_EVENT("ObjectRemoved:Delete", "\"key\":\"k\""), BARE,
     "an S3 event of another kind than a new object", "", 1},
    {"one is deleted, one is new",
     "{\"Records\":[" S3_RECORD("aws:s3", "ObjectCreated:Copy", "\"key\":\"new\"") "," S3_RECORD(
         "aws:s3", "ObjectRemoved:Delete", "\"key\":\"old\"") "]}",
     BARE, "S3's event notification", "logs new - -1\n", 1},
    {"one object in two states has no known state",
     "{\"Records\":[" S3_RECORD("aws:s3", "ObjectCreated:Put",
                                "\"key\":\"k\",\"eTag\":\"1\",\"size\":1") "," //
     S3_RECORD("aws:s3", "ObjectCreated:Put", "\"key\":\"k\",\"eTag\":\"2\",\"size\":2") "]}",
     BARE, "S3's event notification", "logs k - -1\n", 0},
    {"EventBridge, whose keys are not encoded", EVENTBRIDGE("aws.s3", "Object Created"), BARE,
     "S3's event of EventBridge", "logs a b+c%20d.gz b1946ac9 5\n", 0},
    {"EventBridge in SNS", EVENTBRIDGE("aws.s3", "Object Created"), IN_SNS,
     "S3's event of EventBridge", "logs a b+c%20d.gz b1946ac9 5\n", 0},
    {"EventBridge in SQS", EVENTBRIDGE("aws.s3", "Object Created"), IN_SQS,
     "S3's event of EventBridge", "logs a b+c%20d.gz b1946ac9 5\n", 0},
    {"EventBridge tells of a deletion", EVENTBRIDGE("aws.s3", "Object Deleted"), BARE,
     "an S3 event of another kind than a new object", "", 1},
    {"a list of messages", "[" CLOUDTRAIL ",{\"s3Bucket\":\"other\",\"s3ObjectKey\":[\"k\"]}]",
     BARE, "CloudTrail's message", "logs a/1.gz - -1\nlogs a/2.gz - -1\nother k - -1\n", 0},
    {"S3's test message",
     "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Time\":\"2026-11-22T08:00:00.000Z\","
     "\"Bucket\":\"logs\",\"RequestId\":\"5582815E1AEA5ADF\",\"HostId\":\"8cLeGAmw\"}",
     IN_SNS, "S3's test message", "", 0},
    {"CloudTrail's test message", "CloudTrail validation message.", IN_SNS,
     "CloudTrail's test message", "", 0},
    {"a test message in SQS", "CloudTrail validation message.\n", IN_SNS_IN_SQS,
     "CloudTrail's test message", "", 0},
    {"AWS Config tells of its own files",
     "{\"s3ObjectKey\":\"AWSLogs/1/Config/x.gz\",\"s3Bucket\":\"logs\",\"recordVersion\":\"1.1\","
     "\"messageType\":\"ConfigurationHistoryDeliveryCompleted\"}",
     IN_SNS, "a message of AWS Config", "", 1},
    {"a digest", KEYS_OF_BUCKET("\"" DIGEST "\""), BARE, NO_LOG, "", 1},
    {"a digest beside a log file", KEYS_OF_BUCKET("\"" DIGEST "\",\"" KEY "\",\"" DIGEST "\""),
     BARE, "CloudTrail's message", "logs " KEY " - -1\n", 2},
    {"a log file beside a digest", KEYS_OF_BUCKET("\"" KEY "\",\"" DIGEST "\""), BARE,
     "CloudTrail's message", "logs " KEY " - -1\n", 1},
    {"a file of Insights holds events",
     KEYS_OF_BUCKET("\"AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2026/11/22/i.json.gz\""),
     BARE, "CloudTrail's message",
     "logs AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2026/11/22/i.json.gz - -1\n", 0},
    {"flow logs in the same bucket",
     S3_EVENT("ObjectCreated:Put",
              "\"key\":\"AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/22/f.log.gz\""),
     IN_SNS_IN_SQS, NO_LOG, "", 1},
    {"a log file of a trail whose prefix is an account's folder",
     S3_EVENT("ObjectCreated:Put", "\"key\":\"" INNER_LOG "\""), IN_SNS_IN_SQS,
     "S3's event notification", "logs " INNER_LOG " - -1\n", 0},
    {"a folder that a console made",
     S3_EVENT("ObjectCreated:Put", "\"key\":\"AWSLogs/111122223333/CloudTrail/\""), IN_SQS, NO_LOG,
     "", 1},
    {"a name that says nothing", S3_EVENT("ObjectCreated:Put", "\"key\":\"a.unknown\""), BARE,
     "S3's event notification", "logs a.unknown - -1\n", 0},
    {"a subscription that waits for its confirmation",
     "{\"Type\":\"SubscriptionConfirmation\",\"Message\":\"You have chosen\",\"TopicArn\":\"a\"}",
     BARE, "SNS's own message about a subscription", "", 0},
    {"no messages at all", "{\"Messages\":[]}", BARE, "an empty list", "", 0},
    {"no keys at all", "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[]}", BARE,
     "CloudTrail's message without a file", "", 0},
    {"white space around it", " \r\n\t" CLOUDTRAIL "\n", BARE, "CloudTrail's message",
     "logs a/1.gz - -1\nlogs a/2.gz - -1\n", 0},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text;
    struct buffer CLEANUP(buffer_clear) objects;
    struct notice notice;
    struct err err = {0};

    buffer_init(&text, 0);
    buffer_init(&objects, 0);
    buffer_append_text(&text, row->body);
    wrap_as(row->wrapping, &text);
    if (!notice_read(buffer_span(&text), &arena, &notice, &err))
        fail_msg("%s", err.text);
    describe(&notice, &objects);
    buffer_append_byte(&objects, '\0');
    assert_string_equal(objects.data, row->objects);
    assert_string_equal(notice.what, row->what);
    assert_int_equal(notice.passed_over, row->passed_over);
}

static const struct bad_row {
    const char *name;
    struct span body;
    const char *says;
} bad[] = {
    {"nothing", SPAN(""), "no JSON"},
    {"a text", SPAN("hello"), "no JSON"},
    {"a message that is no text for us",
     SPAN("{\"Type\":\"Notification\",\"TopicArn\":\"a\",\"Message\":\"hello\"}"), "no JSON"},
    {"JSON that is cut off", SPAN("{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"a"), "no JSON"},
    {"JSON that is something else", SPAN("{\"hello\":\"world\"}"), "no notification of"},
    {"a number", SPAN("[1]"), "no notification of"},
    {"a log file", SPAN("{\"Records\":[" RECORD "]}"), "send it to POST /v1/imports"},
    {"an event", SPAN(RECORD), "send it to POST /v1/imports"},
    {"a packed log file", SPAN("\x1f\x8b\x08\0\0"), "send it to POST /v1/imports"},
    {"an event in EventBridge",
     SPAN(
         "{\"detail-type\":\"AWS API Call via CloudTrail\",\"source\":\"aws.s3\",\"detail\":" RECORD
         "}"),
     "send it to POST /v1/imports"},
    {"an event of another service in EventBridge",
     SPAN("{\"detail-type\":\"Object Created\",\"source\":\"aws.ec2\",\"detail\":{}}"),
     "not one of S3"},
    {"a digest", SPAN("{\"awsAccountId\":\"1\",\"digestS3Object\":\"a\"}"), "a digest"},
    {"no bucket", SPAN("{\"s3Bucket\":\"\",\"s3ObjectKey\":[\"k\"]}"), "no bucket"},
    {"a bucket that is no text", SPAN("{\"s3Bucket\":5,\"s3ObjectKey\":[\"k\"]}"), "no bucket"},
    {"a bucket that would be a path", SPAN("{\"s3Bucket\":\"../x\",\"s3ObjectKey\":[\"k\"]}"),
     "cannot be one"},
    {"a bucket that would be a host",
     SPAN("{\"s3Bucket\":\"evil.example/\",\"s3ObjectKey\":[\"k\"]}"), "cannot be one"},
    {"an empty key", SPAN("{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"\"]}"), "no key"},
    {"a key that is no text", SPAN("{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[null]}"), "no key"},
    {"a key with half an escape", SPAN(S3_EVENT("ObjectCreated:Put", "\"key\":\"a%2\"")),
     "badly encoded: a%2"},
    {"a key with a NUL", SPAN(S3_EVENT("ObjectCreated:Put", "\"key\":\"a%00\"")), "a NUL in it"},
    {"an S3 event without an object", SPAN(S3_EVENT("ObjectCreated:Put", "")), "no key"},
    {"lists in lists in lists", SPAN("[[[[[[[[[" CLOUDTRAIL "]]]]]]]]]"), "too many times"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct notice notice;
    struct err err = {0};

    assert_false(notice_read(row->body, &arena, &notice, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    if (strstr(err.text, row->says) == NULL)
        fail_msg("says: %s", err.text);
}

/* Each `times` times. */
static void keys(struct buffer *out, size_t count, size_t length, size_t times) {
    buffer_init(out, 0);
    buffer_append_text(out, "{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[");
    for (size_t i = 0; i < count * times; i++)
        buffer_append_format(out, "%s\"%0*zu\"", i > 0 ? "," : "", (int)length, i % count);
    buffer_append_text(out, "]}");
}

static const struct limit_row {
    const char *name;
    size_t count;
    size_t length;
    size_t times;
    enum err_kind kind;
} limits[] = {
    {"as many as may be", LIMIT_NOTICE_OBJECTS, 8, 1, ERR_NONE},
    {"half of them twice", LIMIT_NOTICE_OBJECTS / 2, 8, 2, ERR_NONE},
    {"one again and again", 1, 8, LIMIT_NOTICE_OBJECTS + 1, ERR_INVALID},
    {"one too many", LIMIT_NOTICE_OBJECTS + 1, 8, 1, ERR_INVALID},
    {"a key as long as may be", 1, LIMIT_KEY_BYTES, 1, ERR_NONE},
    {"a key one byte too long", 1, LIMIT_KEY_BYTES + 1, 1, ERR_INVALID},
    {"a message that is too long", 1, LIMIT_NOTICE_BYTES, 1, ERR_TOO_LARGE},
};

static void test_limits(void **state) {
    const struct limit_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text;
    struct notice notice;
    struct err err = {0};

    keys(&text, row->count, row->length, row->times);
    assert_int_equal(notice_read(buffer_span(&text), &arena, &notice, &err), row->kind == ERR_NONE);
    assert_int_equal(err.kind, row->kind);
    if (row->kind == ERR_NONE)
        assert_int_equal(notice.count, row->count);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_limits, limits),
    };

    return rows_run("notice", all, ARRAY_LENGTH(all));
}
