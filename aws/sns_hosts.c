/* Which hosts are those of SNS in the region and partition of a topic: nothing that a message names
 * is asked of any other. */
#include <stdio.h>
#include <string.h>

#include "aws/host_label.h"
#include "aws/sns.h"

/* Where the regions of a partition have their hosts. */
static const struct {
    struct span partition;
    struct span suffix;
} suffixes[] = {
    {SPAN("aws"), SPAN("amazonaws.com")},
    {SPAN("aws-us-gov"), SPAN("amazonaws.com")},
    {SPAN("aws-cn"), SPAN("amazonaws.com.cn")},
    {SPAN("aws-eusc"), SPAN("amazonaws.eu")},
};

/* What an ARN says of the topic: `arn:aws:sns:eu-west-1:111122223333:name`. */
struct home {
    struct span region;
    struct span suffix;
};

static bool home_of(struct span topic, struct home *out) {
    struct span prefix;
    struct span partition;
    struct span service;
    struct span region;

    if (!span_cut(topic, ':', &prefix, &topic) || !span_cut(topic, ':', &partition, &topic) ||
        !span_cut(topic, ':', &service, &topic) || !span_cut(topic, ':', &region, &topic) ||
        !span_equal(prefix, SPAN("arn")) || !span_equal(service, SPAN("sns")) ||
        !is_host_label(region))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
        if (span_equal(partition, suffixes[i].partition)) {
            *out = (struct home){region, suffixes[i].suffix};
            return true;
        }
    }
    return false;
}

/* What stands behind the host, which must be exactly the topic's. */
static bool cut_host(struct span url, const struct home *home, struct span *out_rest) {
    const struct span parts[] = {SPAN("https://sns."), home->region, SPAN("."), home->suffix,
                                 SPAN("/")};

    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!span_starts_with(url, parts[i]))
            return false;
        url = span_skip(url, parts[i].length);
    }
    *out_rest = url;
    return true;
}

static bool check_host(const char *what, struct span url, struct span topic, struct span *out_rest,
                       struct err *err) {
    struct home home;

    if (!home_of(topic, &home))
        return err_set(err, ERR_FORBIDDEN, "the SNS message's TopicArn is none of a topic");
    if (!cut_host(url, &home, out_rest))
        return err_set(err, ERR_FORBIDDEN,
                       "the SNS message's %s does not begin with "
                       "https://sns.%.*s.%.*s/",
                       what, SPAN_ARGS(home.region), SPAN_ARGS(home.suffix));
    return true;
}

static bool is_name_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
}

/* A file in the first folder: what is fetched can be nothing but a certificate. */
bool sns_check_certificate_url(struct span url, struct span topic, struct err *err) {
    struct span name;

    if (!check_host("SigningCertURL", url, topic, &name, err))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        if (!is_name_byte(name.data[i]))
            return err_set(err, ERR_FORBIDDEN, "the SNS message's SigningCertURL is not of a file");
    }
    if (!span_ends_with(name, SPAN(".pem")))
        return err_set(err, ERR_FORBIDDEN,
                       "the SNS message's SigningCertURL does not end with .pem");
    return true;
}

bool sns_check_subscribe_url(struct span url, struct span topic, struct err *err) {
    struct span rest;

    if (!check_host("SubscribeURL", url, topic, &rest, err))
        return false;
    if (!span_starts_with(rest, SPAN("?Action=ConfirmSubscription&")))
        return err_set(
            err, ERR_FORBIDDEN,
            "the SNS message's SubscribeURL asks for something else than a confirmation");
    if (!span_is_visible(rest) || memchr(rest.data, '#', rest.length) != NULL)
        return err_set(err, ERR_FORBIDDEN, "the SNS message's SubscribeURL is no URL");
    return true;
}

/* As they were seen, and as AWS's own SDK for Java 2 expects them: one name for the older regions,
 * one of its own for each newer one, others in China and GovCloud. */
size_t sns_certificate_names(struct span topic, struct arena *arena,
                             const char *out[SNS_CERTIFICATE_NAMES]) {
    struct home home;

    if (!home_of(topic, &home))
        return 0;
    const char *region = arena_format(arena, "%.*s%c", SPAN_ARGS(home.region), '\0').data;
    const char *suffix = arena_format(arena, "%.*s%c", SPAN_ARGS(home.suffix), '\0').data;
    out[0] = arena_format(arena, "sns.%s%c", suffix, '\0').data;
    out[1] = arena_format(arena, "sns.%s.%s%c", region, suffix, '\0').data;
    out[2] = arena_format(arena, "sns-signing.%s.%s%c", region, suffix, '\0').data;
    out[3] = arena_format(arena, "sns-%s.%s%c", region, suffix, '\0').data;
    if (!span_starts_with(home.region, SPAN("us-gov-")))
        return 4;
    out[4] = "sns-us-gov-west-1.amazonaws.com";
    return 5;
}
