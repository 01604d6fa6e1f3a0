#include "tests/rows.h"

#include "aws/sns.h"
#include "base/buffer.h"

#define TOPIC  "arn:aws:sns:eu-west-1:111122223333:logs"
#define CHINA  "arn:aws-cn:sns:cn-north-1:111122223333:logs"
#define EUROPE "arn:aws-eusc:sns:eusc-de-east-1:111122223333:logs"
#define GOV    "arn:aws-us-gov:sns:us-gov-east-1:111122223333:logs"
#define OURS   "https://sns.eu-west-1.amazonaws.com/"

static const struct url_row {
    const char *name;
    const char *topic;
    const char *url;
    const char *says; /* NULL: taken */
} certificates[] = {
    {"as they are", TOPIC, OURS "SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
     NULL},
    {"in China", CHINA, "https://sns.cn-north-1.amazonaws.com.cn/a.pem", NULL},
    {"in GovCloud", GOV, "https://sns.us-gov-east-1.amazonaws.com/a.pem", NULL},
    {"in the Sovereign Cloud", EUROPE, "https://sns.eusc-de-east-1.amazonaws.eu/a.pem", NULL},
    {"another region than the topic's", TOPIC, "https://sns.us-east-1.amazonaws.com/a.pem",
     "does not begin with https://sns.eu-west-1.amazonaws.com/"},
    {"another service", TOPIC, "https://s3.eu-west-1.amazonaws.com/a.pem", "does not begin"},
    {"a bucket that is called so", TOPIC,
     "https://sns.eu-west-1.amazonaws.com.s3.amazonaws.com/a.pem", "does not begin"},
    {"a host that ends so", TOPIC, "https://evil.sns.eu-west-1.amazonaws.com/a.pem",
     "does not begin"},
    {"a host that begins so", TOPIC, "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
     "does not begin"},
    {"China's host for a topic elsewhere", TOPIC, "https://sns.eu-west-1.amazonaws.com.cn/a.pem",
     "does not begin"},
    {"a user's name", TOPIC, "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
     "does not begin"},
    {"a user's name before it", TOPIC, "https://u@sns.eu-west-1.amazonaws.com/a.pem",
     "does not begin"},
    {"a port", TOPIC, "https://sns.eu-west-1.amazonaws.com:8443/a.pem", "does not begin"},
    {"http", TOPIC, "http://sns.eu-west-1.amazonaws.com/a.pem", "does not begin"},
    {"a file of this machine", TOPIC, "file:///etc/ssl/a.pem", "does not begin"},
    {"no host", TOPIC, "https:///a.pem", "does not begin"},
    {"nothing", TOPIC, "", "does not begin"},
    {"another kind of file", TOPIC, OURS "a.cer", ".pem"},
    {"a query", TOPIC, OURS "?a.pem", "not of a file"},
    {"a query behind it", TOPIC, OURS "a.pem?b", "not of a file"},
    {"a fragment", TOPIC, OURS "#a.pem", "not of a file"},
    {"a way out", TOPIC, OURS "a/../b.pem", "not of a file"},
    {"a line end", TOPIC, OURS "a\r\n.pem", "not of a file"},
    {"an escape", TOPIC, OURS "%61.pem", "not of a file"},
    {"a topic of another service", "arn:aws:sqs:eu-west-1:1:q", OURS "a.pem", "TopicArn"},
    {"a topic of no partition that we know", "arn:evil:sns:eu-west-1:1:q", OURS "a.pem",
     "TopicArn"},
    {"a topic whose region is a host", "arn:aws:sns:evil.example/:1:t",
     "https://sns.evil.example/.amazonaws.com/a.pem", "TopicArn"},
    {"a topic without a region", "arn:aws:sns::1:t", "https://sns..amazonaws.com/a.pem",
     "TopicArn"},
    {"no topic", "", OURS "a.pem", "TopicArn"},
};

static const struct url_row subscriptions[] = {
    {"as they are", TOPIC, OURS "?Action=ConfirmSubscription&TopicArn=" TOPIC "&Token=2336", NULL},
    {"in China", CHINA,
     "https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription&Token=1", NULL},
    {"something else", TOPIC, OURS "?Action=Publish&TopicArn=" TOPIC, "something else"},
    {"no question", TOPIC, OURS, "something else"},
    {"another path", TOPIC, OURS "a?Action=ConfirmSubscription&Token=1", "something else"},
    {"another region", TOPIC,
     "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=1", "does not begin"},
    {"http", TOPIC, "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1",
     "does not begin"},
    {"somebody else's host", TOPIC, "https://evil.example/?Action=ConfirmSubscription&Token=1",
     "does not begin"},
    {"a line end", TOPIC, OURS "?Action=ConfirmSubscription&\r\nHost: evil", "no URL"},
    {"a fragment", TOPIC, OURS "?Action=ConfirmSubscription&#", "no URL"},
    {"high bytes", TOPIC, OURS "?Action=ConfirmSubscription&\xc3\xa4", "no URL"},
};

static void check(const struct url_row *row,
                  bool (*look)(struct span url, struct span topic, struct err *err)) {
    struct err err = {0};

    assert_int_equal(look(span_of(row->url), span_of(row->topic), &err), row->says == NULL);
    if (row->says == NULL)
        return;
    assert_int_equal(err.kind, ERR_FORBIDDEN);
    if (strstr(err.text, row->says) == NULL)
        fail_msg("says: %s", err.text);
}

static void test_certificate_url(void **state) {
    check(*state, sns_check_certificate_url);
}

static void test_subscribe_url(void **state) {
    check(*state, sns_check_subscribe_url);
}

static const struct names_row {
    const char *name;
    const char *topic;
    const char *expected;
} names[] = {
    {"of an older region or a newer one", TOPIC,
     "sns.amazonaws.com sns.eu-west-1.amazonaws.com sns-signing.eu-west-1.amazonaws.com "
     "sns-eu-west-1.amazonaws.com "},
    {"of China", CHINA,
     "sns.amazonaws.com.cn sns.cn-north-1.amazonaws.com.cn "
     "sns-signing.cn-north-1.amazonaws.com.cn sns-cn-north-1.amazonaws.com.cn "},
    {"of GovCloud", GOV,
     "sns.amazonaws.com sns.us-gov-east-1.amazonaws.com sns-signing.us-gov-east-1.amazonaws.com "
     "sns-us-gov-east-1.amazonaws.com sns-us-gov-west-1.amazonaws.com "},
    {"of no topic", "arn:aws:s3:::b", ""},
};

static void test_certificate_names(void **state) {
    const struct names_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) text;
    const char *found[SNS_CERTIFICATE_NAMES];

    buffer_init(&text, 0);
    size_t count = sns_certificate_names(span_of(row->topic), &arena, found);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, "%s ", found[i]);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, row->expected);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_certificate_url, certificates),
        ROWS(test_subscribe_url, subscriptions),
        ROWS(test_certificate_names, names),
    };

    return rows_run("sns_hosts", all, ARRAY_LENGTH(all));
}
