#include "aws/endpoint.h"

#include <string.h>

#include "aws/host_label.h"

/* Partitions of AWS that are worlds of their own. IAM User Guide, "Amazon Resource Names". */
static const struct {
    const char *region; /* begins with */
    const char *domain;
} partitions[] = {
    {"cn-", "amazonaws.com.cn"},    {"us-iso-", "c2s.ic.gov"},      {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"eusc-", "amazonaws.eu"},
    {"", "amazonaws.com"},
};

static const char *domain_of(struct span region) {
    size_t i = 0;

    while (!span_starts_with(region, span_of(partitions[i].region)))
        i++;
    return partitions[i].domain;
}

/* ---- AWS's own ---- */

/* S3's dual-stack names stay in the old domain; those of other services end in api.aws. */
static struct span own_host(const struct endpoint_question *question, struct arena *arena) {
    const struct aws_settings *settings = question->settings;
    bool is_s3 = strcmp(question->service, "s3") == 0;
    bool new_domain = settings->dualstack && !is_s3;

    return arena_format(arena, "%s%s%s.%.*s.%s", question->service, settings->fips ? "-fips" : "",
                        settings->dualstack && is_s3 ? ".dualstack" : "",
                        SPAN_ARGS(question->region),
                        new_domain ? "api.aws" : domain_of(question->region));
}

/* A certificate for *.s3.eu-west-1.amazonaws.com is none for a name with more dots. */
static bool may_be_a_host(const struct endpoint_question *question) {
    return question->settings->addressing != ADDRESSING_PATH && is_host_label(question->bucket);
}

static void own_endpoint(const struct endpoint_question *question, struct arena *arena,
                         struct endpoint *out) {
    struct span host = own_host(question, arena);

    out->path = question->path;
    if (question->bucket.data != NULL && may_be_a_host(question))
        host = arena_format(arena, "%.*s.%.*s", SPAN_ARGS(question->bucket), SPAN_ARGS(host));
    else if (question->bucket.data != NULL)
        out->path = arena_format(arena, "/%.*s%.*s", SPAN_ARGS(question->bucket),
                                 SPAN_ARGS(question->path));
    out->host = host;
    out->origin = arena_format(arena, "https://%.*s", SPAN_ARGS(host));
}

/* ---- one that is told ---- */

struct told {
    struct span scheme; /* with `://` */
    struct span host;   /* with its port */
    struct span path;   /* begins with a slash, or empty; ends in none */
};

static bool is_host_byte(char c) {
    return is_host_label_byte(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '_' ||
           c == '[' || c == ']';
}

/* Nothing that could end the host early (a slash, `@`, `?`) or stand in for another one. */
static bool is_host(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (!is_host_byte(text.data[i]))
            return false;
    }
    return text.length > 0 && text.length <= 255 + 6 && text.data[0] != ':';
}

static bool is_plain_path(struct span path) {
    for (size_t i = 0; i < path.length; i++) {
        if (path.data[i] <= ' ' || path.data[i] >= 0x7f || path.data[i] == '?' ||
            path.data[i] == '#')
            return false;
    }
    return true;
}

/* The scheme's own port is not told in Host, which is what is signed. */
static struct span without_own_port(struct span scheme, struct span host) {
    struct span port = span_equal(scheme, SPAN("http://")) ? SPAN(":80") : SPAN(":443");

    if (span_ends_with(host, port))
        host.length -= port.length;
    return host;
}

static bool read_url(struct span url, struct told *out) {
    static const struct span schemes[] = {SPAN("https://"), SPAN("http://")};
    size_t i = 0;

    while (i < ARRAY_LENGTH(schemes) && !span_starts_with(url, schemes[i]))
        i++;
    if (i == ARRAY_LENGTH(schemes))
        return false;
    struct span rest = span_skip(url, schemes[i].length);
    size_t host = 0;
    while (host < rest.length && rest.data[host] != '/')
        host++;
    out->scheme = schemes[i];
    out->host = without_own_port(schemes[i], (struct span){rest.data, host});
    out->path = span_skip(rest, host);
    while (span_ends_with(out->path, SPAN("/")))
        out->path.length--;
    return is_host(out->host) && is_plain_path(out->path);
}

static bool is_address(struct span host) {
    struct span name = host;
    struct span port;

    if (host.data[0] == '[')
        return true;
    (void)!span_cut(host, ':', &name, &port);
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] != '.' && (name.data[i] < '0' || name.data[i] > '9'))
            return false;
    }
    return true;
}

/* Servers other than AWS know the path style all of them, names below their own only some. */
static bool bucket_before_host(const struct endpoint_question *question, struct span host) {
    return question->settings->addressing == ADDRESSING_VIRTUAL && !is_address(host) &&
           is_host_label(question->bucket);
}

static void told_endpoint(const struct endpoint_question *question, const struct told *told,
                          struct arena *arena, struct endpoint *out) {
    struct span host = told->host;
    struct span bucket = question->bucket;

    if (bucket.data == NULL) {
        out->path =
            arena_format(arena, "%.*s%.*s", SPAN_ARGS(told->path), SPAN_ARGS(question->path));
    } else if (bucket_before_host(question, host)) {
        host = arena_format(arena, "%.*s.%.*s", SPAN_ARGS(bucket), SPAN_ARGS(host));
        out->path =
            arena_format(arena, "%.*s%.*s", SPAN_ARGS(told->path), SPAN_ARGS(question->path));
    } else {
        out->path = arena_format(arena, "%.*s/%.*s%.*s", SPAN_ARGS(told->path), SPAN_ARGS(bucket),
                                 SPAN_ARGS(question->path));
    }
    out->host = host;
    out->origin = arena_format(arena, "%.*s%.*s", SPAN_ARGS(told->scheme), SPAN_ARGS(host));
}

bool endpoint_find(const struct endpoint_question *question, struct arena *arena,
                   struct endpoint *out, struct err *err) {
    struct span url = question->url.data != NULL
                          ? question->url
                          : aws_settings_endpoint(question->settings, question->service);
    struct told told;

    if (!is_host_label(question->region))
        return err_set(err, ERR_INVALID, "\"%.*s\" is no name of a region",
                       SPAN_ARGS(span_head(question->region, 80)));
    if (url.data == NULL) {
        own_endpoint(question, arena, out);
        return true;
    }
    if (!read_url(url, &told))
        return err_set(
            err, ERR_INVALID,
            "the endpoint URL of %s (AWS_ENDPOINT_URL..., endpoint_url) is none: it must "
            "be http:// or https://, a host, perhaps a port and a path, and no password",
            question->service);
    told_endpoint(question, &told, arena, out);
    return true;
}
