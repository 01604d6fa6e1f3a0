#include "ingest/record_fields.h"

#include "tests/rows.h"
#include "tests/support_pick.h"

static const struct value_row values[] = {
    {"region", "\"awsRegion\":\"us-east-1\"", ATTRIBUTE_REGION, "us-east-1"},
    {"service", "\"eventSource\":\"ram.amazonaws.com\"", ATTRIBUTE_SERVICE, "ram.amazonaws.com"},
    {"action", "\"eventName\":\"ListResources\"", ATTRIBUTE_ACTION, "ListResources"},
    {"source address", "\"sourceIPAddress\":\"AWS Internal\"", ATTRIBUTE_SOURCE_IP, "AWS Internal"},
    {"source address as written", "\"sourceIPAddress\":\"10.0.0.07\"", ATTRIBUTE_SOURCE_IP,
     "10.0.0.07"},
    {"user agent", "\"userAgent\":\"[\\\"Boto3\\\"]\"", ATTRIBUTE_USER_AGENT, "[\"Boto3\"]"},
    {"error code", "\"errorCode\":\"AccessDenied\"", ATTRIBUTE_ERROR_CODE, "AccessDenied"},
    {"no error code out of a failed sign-in",
     "\"errorMessage\":\"Failed authentication\",\"responseElements\":{\"ConsoleLogin\":"
     "\"Failure\"}",
     ATTRIBUTE_ERROR_CODE, NULL},
    {"event type", "\"eventType\":\"AwsApiCall\"", ATTRIBUTE_EVENT_TYPE, "AwsApiCall"},
    {"event category", "\"eventCategory\":\"Data\"", ATTRIBUTE_EVENT_CATEGORY, "Data"},
    {"arn", "\"userIdentity\":{\"arn\":\"a\"}", ATTRIBUTE_PRINCIPAL_ARN, "a"},
    {"access key", "\"userIdentity\":{\"accessKeyId\":\"AKIA\"}", ATTRIBUTE_ACCESS_KEY, "AKIA"},
    {"no identity", "\"userIdentity\":null", ATTRIBUTE_PRINCIPAL_KIND, "unknown"},

    {"account: the recipient's",
     "\"recipientAccountId\":\"1\",\"recipientAccountID\":\"2\",\"userIdentity\":{\"accountId\":"
     "\"3\"}",
     ATTRIBUTE_ACCOUNT, "1"},
    {"account: the other spelling",
     "\"recipientAccountID\":\"2\",\"userIdentity\":{\"accountId\":\"3\"}", ATTRIBUTE_ACCOUNT, "2"},
    {"account: the caller's, from before version 1.02", "\"userIdentity\":{\"accountId\":\"3\"}",
     ATTRIBUTE_ACCOUNT, "3"},
    {"account: an empty one is none",
     "\"recipientAccountId\":\"\",\"userIdentity\":{\"accountId\":\"3\"}", ATTRIBUTE_ACCOUNT, "3"},
    {"account: none", "\"userIdentity\":{}", ATTRIBUTE_ACCOUNT, NULL},

    {"read only: true", "\"readOnly\":true", ATTRIBUTE_READ_ONLY, "true"},
    {"read only: false", "\"readOnly\":false", ATTRIBUTE_READ_ONLY, "false"},
    {"read only: a string", "\"readOnly\":\"true\"", ATTRIBUTE_READ_ONLY, "true"},
    {"read only: a string with an escape", "\"readOnly\":\"f\\u0061lse\"", ATTRIBUTE_READ_ONLY,
     "false"},
    {"read only: not that string", "\"readOnly\":\"True\"", ATTRIBUTE_READ_ONLY, NULL},
    {"read only: no number", "\"readOnly\":1", ATTRIBUTE_READ_ONLY, NULL},
    {"read only: null", "\"readOnly\":null", ATTRIBUTE_READ_ONLY, NULL},
    {"read only: not guessed", "\"eventName\":\"GetObject\"", ATTRIBUTE_READ_ONLY, NULL},

    {"insight: its action", "\"insightDetails\":{\"eventName\":\"x\",\"eventSource\":\"y\"}",
     ATTRIBUTE_ACTION, "x"},
    {"insight: its service", "\"insightDetails\":{\"eventName\":\"x\",\"eventSource\":\"y\"}",
     ATTRIBUTE_SERVICE, "y"},
    {"insight: the record's own action counts",
     "\"insightDetails\":{\"eventName\":\"x\"},\"eventName\":\"z\"", ATTRIBUTE_ACTION, "z"},

    {"type that is no string", "\"userIdentity\":{\"type\":7,\"invokedBy\":\"x\"}",
     ATTRIBUTE_PRINCIPAL_KIND, "aws_service"},
    {"assumed root: true",
     "\"userIdentity\":{\"type\":\"Root\",\"sessionContext\":{\"assumedRoot\":true}}",
     ATTRIBUTE_PRINCIPAL_KIND, "root_session"},
    {"assumed root: a string",
     "\"userIdentity\":{\"type\":\"Root\",\"sessionContext\":{\"assumedRoot\":\"true\"}}",
     ATTRIBUTE_PRINCIPAL_KIND, "root_session"},
    {"assumed root: false",
     "\"userIdentity\":{\"type\":\"Root\",\"sessionContext\":{\"assumedRoot\":false}}",
     ATTRIBUTE_PRINCIPAL_KIND, "root"},
    {"session attributes make a session",
     "\"userIdentity\":{\"type\":\"IAMUser\",\"sessionContext\":{\"attributes\":{\"a\":1}}}",
     ATTRIBUTE_PRINCIPAL_KIND, "user_session"},
    {"empty session attributes make none",
     "\"userIdentity\":{\"type\":\"IAMUser\",\"sessionContext\":{\"attributes\":{ }}}",
     ATTRIBUTE_PRINCIPAL_KIND, "iam_user"},
    {"session attributes that are no object",
     "\"userIdentity\":{\"type\":\"IAMUser\",\"sessionContext\":{\"attributes\":[1]}}",
     ATTRIBUTE_PRINCIPAL_KIND, "iam_user"},
    {"on behalf of",
     "\"userIdentity\":{\"type\":\"IdentityCenterUser\",\"onBehalfOf\":{\"userId\":"
     "\"u\"}}",
     ATTRIBUTE_PRINCIPAL_NAME, "u"},
    {"provider's account", "\"userIdentity\":{\"type\":\"SAMLUser\"},\"recipientAccountID\":\"2\"",
     ATTRIBUTE_PRINCIPAL_ACCOUNT, "2"},
};

/* What find_next of the walk relies on. */
static void expect_names(const struct level *level) {
    for (size_t i = 0; i < level->count; i++) {
        struct span written = level->fields[i].written;
        assert_true(written.length <= FIELD_WRITTEN_MAX);
        assert_int_equal(written.data[0], '"');
        assert_memory_equal(written.data + written.length - 2, "\":", 3);
        if (level->fields[i].level != NULL)
            expect_names(level->fields[i].level);
    }
}

static void test_names(void **state) {
    (void)state;
    expect_names(&record_level);
    expect_names(&resource_level);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_value, values),
        TEST(test_names),
    };

    return rows_run("record_fields", all, ARRAY_LENGTH(all));
}
