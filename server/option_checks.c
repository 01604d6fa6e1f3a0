#include "server/option_checks.h"

#include <string.h>

#include "aws/s3.h"
#include "base/arena.h"
#include "base/limits.h"
#include "collect/key_layout.h"

#define S3_SCHEME SPAN("s3://")

bool check_s3_uri(struct span text, struct err *err) {
    struct span bucket;
    struct span key;

    if (!span_starts_with(text, S3_SCHEME))
        return err_set(err, ERR_INVALID, "must be s3://BUCKET or s3://BUCKET/PREFIX");
    return s3_uri_parse(text, &bucket, &key, err);
}

bool check_s3_place(struct span text, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};

    if (!span_starts_with(text, S3_SCHEME))
        text = arena_join(&arena, S3_SCHEME, text);
    return check_s3_uri(text, err);
}

bool check_queue_url(struct span text, struct err *err) {
    struct span rest = SPAN("");
    struct span host;
    struct span path;

    if (span_starts_with(text, SPAN("https://")))
        rest = span_skip(text, strlen("https://"));
    else if (span_starts_with(text, SPAN("http://")))
        rest = span_skip(text, strlen("http://"));
    if (!span_cut(rest, '/', &host, &path) || host.length == 0 || path.length == 0 ||
        !span_is_visible(text) || text.length > LIMIT_SNS_TEXT_BYTES)
        return err_set(err, ERR_INVALID,
                       "must be a queue's URL, such as "
                       "https://sqs.eu-central-1.amazonaws.com/111122223333/trail");
    return true;
}

bool check_topic_arn(struct span text, struct err *err) {
    struct span rest = text;
    struct span part = SPAN("");
    size_t parts = 0;
    bool is_sns = false;

    while (span_cut(rest, ':', &part, &rest)) {
        is_sns = is_sns || (parts == 2 && span_equal(part, SPAN("sns")));
        parts++;
    }
    if (!span_starts_with(text, SPAN("arn:")) || !is_sns || parts != 5 || rest.length == 0 ||
        !span_is_visible(text) || text.length > LIMIT_SNS_TEXT_BYTES)
        return err_set(err, ERR_INVALID,
                       "must be a topic's ARN, such as "
                       "arn:aws:sns:eu-central-1:111122223333:trail");
    return true;
}

bool check_account(struct span text, struct err *err) {
    return key_is_account(text) ||
           err_set(err, ERR_INVALID, "must be an account's number of twelve digits");
}

bool check_region(struct span text, struct err *err) {
    return key_is_region(text) ||
           err_set(err, ERR_INVALID, "must be a region, such as eu-central-1");
}
