#include "ingest/record_walk.h"

#include "tests/rows.h"
#include "tests/support_pick.h"

static const struct value_row names[] = {
    {"name deeper down", "\"requestParameters\":{\"eventName\":\"x\"}", ATTRIBUTE_ACTION, NULL},
    {"name in other case", "\"eventname\":\"x\"", ATTRIBUTE_ACTION, NULL},
    {"name that goes on", "\"eventName2\":\"x\"", ATTRIBUTE_ACTION, NULL},
    {"name cut short", "\"eventNam\":\"x\"", ATTRIBUTE_ACTION, NULL},
};

static const struct value_row texts[] = {
    {"number as text", "\"recipientAccountId\":123456789012", ATTRIBUTE_ACCOUNT, "123456789012"},
    {"number as it is written", "\"errorCode\":-1.50E+1", ATTRIBUTE_ERROR_CODE, "-1.50E+1"},
    {"true is no text", "\"eventName\":true", ATTRIBUTE_ACTION, NULL},
    {"false is no text", "\"eventName\":false", ATTRIBUTE_ACTION, NULL},
    {"null is no text", "\"eventName\":null", ATTRIBUTE_ACTION, NULL},
    {"an array is no text", "\"eventName\":[\"x\"]", ATTRIBUTE_ACTION, NULL},
    {"an object is no text", "\"eventName\":{\"eventName\":\"x\"}", ATTRIBUTE_ACTION, NULL},
    {"an empty string is none", "\"eventName\":\"\"", ATTRIBUTE_ACTION, NULL},
    {"a blank is a text", "\"eventName\":\" \"", ATTRIBUTE_ACTION, " "},

    {"escapes in a value", "\"userAgent\":\"a\\/\\u00e9\\ud83d\\ude00\"", ATTRIBUTE_USER_AGENT,
     "a/\xc3\xa9\xf0\x9f\x98\x80"},
    {"lone surrogate in a value", "\"userAgent\":\"\\udc00\"", ATTRIBUTE_USER_AGENT,
     "\xef\xbf\xbd"},
    {"escapes in a name", "\"event\\u004eame\":\"x\"", ATTRIBUTE_ACTION, "x"},
    {"escapes in a name deeper down", "\"userIdentity\":{\"\\u0061rn\":\"x\"}",
     ATTRIBUTE_PRINCIPAL_ARN, "x"},
    {"an escaped quote ends no name", "\"eventName\\\"\":\"x\"", ATTRIBUTE_ACTION, NULL},
    {"blanks around a colon", "\"eventName\" \n:\t\"x\"", ATTRIBUTE_ACTION, "x"},

    {"twice: the last one", "\"eventName\":\"x\",\"eventName\":\"y\"", ATTRIBUTE_ACTION, "y"},
    {"twice: the last one, null", "\"eventName\":\"x\",\"eventName\":null", ATTRIBUTE_ACTION, NULL},
    {"twice: the last one, empty", "\"eventName\":\"x\",\"eventName\":\"\"", ATTRIBUTE_ACTION,
     NULL},
    {"twice: the first one with escapes", "\"eventName\":\"\\u0078\",\"eventName\":\"y\\\\\"",
     ATTRIBUTE_ACTION, "y\\"},
    {"twice: the last one without escapes", "\"eventName\":\"\\u0078\",\"eventName\":\"yy\"",
     ATTRIBUTE_ACTION, "yy"},
    {"twice: the name once with an escape", "\"eventName\":\"x\",\"\\u0065ventName\":\"y\"",
     ATTRIBUTE_ACTION, "y"},
    {"object twice: the first is forgotten",
     "\"userIdentity\":{\"type\":\"Root\",\"arn\":\"a\"},\"userIdentity\":{\"type\":\"Root\"}",
     ATTRIBUTE_PRINCIPAL_ARN, NULL},
    {"object, then null", "\"userIdentity\":{\"arn\":\"a\"},\"userIdentity\":null",
     ATTRIBUTE_PRINCIPAL_ARN, NULL},
    {"object, then a string", "\"userIdentity\":{\"arn\":\"a\"},\"userIdentity\":\"arn\"",
     ATTRIBUTE_PRINCIPAL_ARN, NULL},
    {"null, then the object", "\"userIdentity\":null,\"userIdentity\":{\"arn\":\"a\"}",
     ATTRIBUTE_PRINCIPAL_ARN, "a"},
    {"object twice, with one inside",
     "\"userIdentity\":{\"sessionContext\":{\"sessionIssuer\":{\"arn\":\"a\"}}},"
     "\"userIdentity\":{\"sessionContext\":{}}",
     ATTRIBUTE_ISSUER, NULL},
    {"inner object twice",
     "\"userIdentity\":{\"arn\":\"b\",\"sessionContext\":{\"sessionIssuer\":{\"arn\":\"a\"}},"
     "\"sessionContext\":{}}",
     ATTRIBUTE_PRINCIPAL_ARN, "b"},
};

int main(void) {
    const struct rows all[] = {
        ROWS(test_value, names),
        ROWS(test_value, texts),
    };

    return rows_run("record_walk", all, ARRAY_LENGTH(all));
}
