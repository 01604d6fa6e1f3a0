/* What the URL of a queue tells: region and name, and where its server is. */
#include <string.h>

#include "aws/host_label.h"
#include "aws/sqs.h"
#include "base/limits.h"

/* Nothing that could end the host early or stand for another one. */
static bool is_plain(struct span url) {
    for (size_t i = 0; i < url.length; i++) {
        if (strchr("?#@\\", url.data[i]) != NULL)
            return false;
    }
    return span_is_visible(url) && url.length > 0;
}

/* Takes the label in front off; the rest is empty behind the last one. */
static struct span take_label(struct span *host) {
    struct span label = *host;
    struct span rest = {host->data + host->length, 0};

    (void)!span_cut(*host, '.', &label, &rest);
    *host = rest;
    return label;
}

/* `sqs.eu-west-1.amazonaws.com`, `sqs-fips.us-east-1.amazonaws.com`,
 * `vpce-1.sqs.eu-west-1.vpce.amazonaws.com`, `eu-west-1.queue.amazonaws.com`. */
static struct span region_in(struct span host) {
    struct span before = SPAN_NONE;

    while (host.length > 0) {
        struct span label = take_label(&host);
        if (span_equal(label, SPAN("queue")) && before.data != NULL)
            return before;
        if (span_equal(label, SPAN("sqs")) || span_equal(label, SPAN("sqs-fips")))
            return take_label(&host);
        before = label;
    }
    return SPAN_NONE;
}

static bool is_aws(struct span host) {
    return span_ends_with(host, SPAN(".amazonaws.com")) ||
           span_ends_with(host, SPAN(".amazonaws.com.cn")) ||
           span_ends_with(host, SPAN(".amazonaws.eu")) || span_ends_with(host, SPAN(".api.aws"));
}

/* A host that follows from the region alone, which settings may replace by another. */
static bool is_usual(struct span host) {
    struct span first = take_label(&host);
    struct span second = take_label(&host);

    if (span_equal(first, SPAN("queue")) || span_equal(second, SPAN("queue")))
        return true;
    return span_equal(first, SPAN("sqs")) &&
           (span_equal(host, SPAN("amazonaws.com")) || span_equal(host, SPAN("amazonaws.com.cn")) ||
            span_equal(host, SPAN("amazonaws.eu")));
}

static bool cut_scheme(struct span url, struct span *out_rest) {
    if (span_starts_with(url, SPAN("https://")))
        *out_rest = span_skip(url, 8);
    else if (span_starts_with(url, SPAN("http://")))
        *out_rest = span_skip(url, 7);
    else
        return false;
    return true;
}

static void read_host(struct span url, struct span host, struct sqs_queue *out) {
    struct span name = host;
    struct span port;

    (void)!span_cut(host, ':', &name, &port);
    if (is_aws(name))
        out->region = region_in(name);
    if (!is_aws(name) || !is_usual(name) || name.length != host.length)
        out->origin = (struct span){url.data, (size_t)(host.data + host.length - url.data)};
}

bool sqs_queue_parse(struct span url, struct sqs_queue *out, struct err *err) {
    struct sqs_queue queue = {.url = url, .origin = SPAN_NONE, .region = SPAN_NONE};
    struct span rest;
    struct span host;
    struct span path;
    struct span owner;

    if (url.length > LIMIT_SNS_TEXT_BYTES || !is_plain(url) || !cut_scheme(url, &rest) ||
        !span_cut(rest, '/', &host, &path) || host.length == 0 ||
        !span_cut_last(path, '/', &owner, &queue.name) || queue.name.length == 0 ||
        owner.length == 0)
        return err_set(err, ERR_INVALID,
                       "%.*s is no queue's URL, such as "
                       "https://sqs.eu-west-1.amazonaws.com/111122223333/name",
                       SPAN_ARGS(span_head(url, 200)));
    read_host(url, host, &queue);
    if (queue.region.data != NULL && !is_host_label(queue.region))
        return err_set(err, ERR_INVALID, "the URL of queue %.*s names no region",
                       SPAN_ARGS(span_head(queue.name, 100)));
    *out = queue;
    return true;
}
