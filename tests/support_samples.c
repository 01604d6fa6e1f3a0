#include "tests/support_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define E1                                                                                         \
    "{ \"eventVersion\":\"1.08\", \"eventID\":\"e1\",  \"eventTime\":\"2026-10-01T08:00:00Z\","    \
    "\"eventSource\":\"ram.amazonaws.com\",\"eventName\":\"CreateResourceShare\","                 \
    "\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":\"192.0.2.10\","                           \
    "\"userAgent\":\"aws-cli\\/2.15.0\",\"readOnly\":false,\"eventType\":\"AwsApiCall\","          \
    "\"eventCategory\":\"Management\",\"recipientAccountId\":\"111122223333\","                    \
    "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"alice\",\"accountId\":"                 \
    "\"111122223333\","                                                                            \
    "\"arn\":\"arn:aws:iam::111122223333:user/alice\",\"accessKeyId\":\"AKIAEXAMPLE\"},"           \
    "\"requestParameters\":{\"name\":\"team-network\",\"n\":1.0} }"

#define E2                                                                                         \
    "{\"eventID\":\"e2\",\"eventTime\":\"2026-10-01T08:01:00.250Z\","                              \
    "\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\","                            \
    "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"2001:db8::1\","                             \
    "\"userAgent\":\"[\\\"Boto3\\\"]\",\"readOnly\":true,\"eventType\":\"AwsApiCall\","            \
    "\"eventCategory\":\"Data\",\"recipientAccountId\":\"111122223333\","                          \
    "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"no \\u00e4ccess\","                         \
    "\"resources\":[{\"ARN\":\"arn:aws:s3:::team-bucket\",\"accountId\":\"111122223333\","         \
    "\"type\":\"AWS::S3::Bucket\"},{\"ARNPrefix\":\"arn:aws:s3:::team-bucket/\","                  \
    "\"type\":\"AWS::S3::Object\"}],"                                                              \
    "\"userIdentity\":{\"type\":\"AssumedRole\",\"accountId\":\"444455556666\","                   \
    "\"arn\":\"arn:aws:sts::444455556666:assumed-role/deploy/run-7\","                             \
    "\"accessKeyId\":\"ASIAEXAMPLE\",\"invokedBy\":\"athena.amazonaws.com\","                      \
    "\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"userName\":\"deploy\","            \
    "\"arn\":\"arn:aws:iam::444455556666:role/deploy\"}}}}"

#define E3                                                                                         \
    "{\"eventID\":\"e3\",\"eventTime\":\"2026-10-01T08:02:00Z\","                                  \
    "\"eventSource\":\"kms.amazonaws.com\",\"eventName\":\"RotateKey\","                           \
    "\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":\"AWS Internal\","                         \
    "\"eventType\":\"AwsServiceEvent\",\"eventCategory\":\"Management\","                          \
    "\"recipientAccountId\":\"444455556666\","                                                     \
    "\"userIdentity\":{\"accountId\":\"444455556666\",\"invokedBy\":\"AWS Internal\"}}"

#define E4                                                                                         \
    "{\"eventID\":\"e4\",\"eventTime\":\"2026-10-01T08:03:00Z\","                                  \
    "\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"ConsoleLogin\","                     \
    "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.99\","                              \
    "\"userAgent\":\"Mozilla/5.0\",\"readOnly\":false,\"eventType\":\"AwsConsoleSignIn\","         \
    "\"eventCategory\":\"Management\",\"recipientAccountId\":\"111122223333\","                    \
    "\"userIdentity\":{\"type\":\"Root\",\"accountId\":\"111122223333\","                          \
    "\"arn\":\"arn:aws:iam::111122223333:root\"}}"

#define E5                                                                                         \
    "{\"eventID\":\"e5\",\"eventTime\":\"2026-10-01T08:03:00Z\","                                  \
    "\"eventSource\":\"sts.amazonaws.com\",\"eventName\":\"AssumeRole\","                          \
    "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"ec2.amazonaws.com\","                       \
    "\"readOnly\":true,\"eventType\":\"AwsApiCall\",\"eventCategory\":\"Management\","             \
    "\"recipientAccountId\":\"111122223333\","                                                     \
    "\"userIdentity\":{\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"}}"

/* As few fields as an event may have. */
#define E6 "{\"eventID\":\"e6\",\"eventTime\":\"2026-10-01T08:04:00Z\"}"

const struct span sample_log = {
    "{\"Records\":[" E1 "," E2 "," E3 "," E4 "," E5 "," E6 "]}",
    sizeof("{\"Records\":[" E1 "," E2 "," E3 "," E4 "," E5 "," E6 "]}") - 1};

const struct span sample_record = {E1, sizeof(E1) - 1};

void open_with_samples(struct caller *caller) {
    caller_open(caller);
    assert_int_equal(call_import(caller, sample_log), 1);
}

void append_ids(const json_t *page, struct buffer *out) {
    json_t *events = json_object_get(page, "events");
    json_t *event;
    size_t i;

    assert_true(json_is_array(events));
    json_array_foreach(events, i, event) {
        const char *id = json_string_value(json_object_get(event, "event_id"));
        buffer_append_text(out, out->length > 0 ? " " : "");
        buffer_append_text(out, id != NULL ? id : "?");
    }
}

void expect_ids(const json_t *page, const char *expected) {
    struct buffer CLEANUP(buffer_clear) ids = {0};

    append_ids(page, &ids);
    buffer_append_byte(&ids, '\0');
    assert_string_equal(ids.data, expected);
}
