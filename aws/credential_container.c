/* ECS, Fargate, Lambda's kin and EKS Pod Identity:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
#include <string.h>

#include "aws/credential_http.h"
#include "aws/credential_json.h"
#include "aws/small_file.h"
#include "base/address.h"
#include "base/limits.h"

#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI     "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN_FILE   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define TOKEN        "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define MOST_MS      INT64_C(2000)
#define ATTEMPTS     3

static struct span up_to(struct span text, const char *stops) {
    size_t length = 0;

    while (length < text.length && strchr(stops, text.data[length]) == NULL)
        length++;
    return (struct span){text.data, length};
}

/* Behind http:// and before port and path; an IPv6 address without its brackets. */
static struct span host_of(struct span url) {
    struct span host = up_to(span_skip(url, strlen("http://")), "/?#");

    if (host.length > 0 && host.data[0] == '[')
        return up_to(span_skip(host, 1), "]");
    return up_to(host, ":");
}

/* Credentials travel over plain http only to the machine itself and to the addresses of ECS and
 * EKS. */
static bool may_be_plain(struct span host) {
    static const char *const networks[] = {"127.0.0.0/8", "::1/128", "169.254.170.2/32",
                                           "169.254.170.23/32", "fd00:ec2::23/128"};
    struct address address;
    struct network network;

    if (span_equal(host, SPAN("localhost")))
        return true;
    if (!address_parse(host, &address))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(networks); i++) {
        if (network_parse(span_of(networks[i]), &network) && network_holds(&network, &address))
            return true;
    }
    return false;
}

static bool find_url(const struct credential_search *search, struct span relative, struct span full,
                     struct span *out, struct err *err) {
    if (relative.data != NULL) {
        *out = arena_format(search->arena, "http://169.254.170.2%s%.*s",
                            relative.data[0] == '/' ? "" : "/", SPAN_ARGS(relative));
        return true;
    }
    bool plain = span_starts_with(full, SPAN("http://"));
    if (!plain && !span_starts_with(full, SPAN("https://")))
        return err_set(err, ERR_REMOTE, FULL_URI " must begin with http:// or https://");
    if (memchr(full.data, '@', full.length) != NULL || (plain && !may_be_plain(host_of(full))))
        return err_set(err, ERR_REMOTE,
                       FULL_URI
                       ": without https only this machine's own addresses, "
                       "169.254.170.2, 169.254.170.23 and fd00:ec2::23 are asked");
    *out = full;
    return true;
}

/* The file is read each time: what stands in it is changed from outside. */
static bool find_token(const struct credential_search *search, struct span *out, struct err *err) {
    struct span path = aws_settings_value(search->settings, TOKEN_FILE, NULL);

    *out = aws_settings_value(search->settings, TOKEN, NULL);
    if (path.data != NULL) {
        if (!small_file_read(path, LIMIT_TOKEN_FILE_BYTES, search->arena, out, err))
            return err_add(err, TOKEN_FILE);
        *out = span_trim(*out);
    }
    for (size_t i = 0; i < out->length; i++) {
        if (out->data[i] < ' ' || out->data[i] > '~')
            return err_set(err, ERR_REMOTE, "%s holds a line end or a byte that no token has",
                           path.data != NULL ? TOKEN_FILE : TOKEN);
    }
    return true;
}

static bool ask(const struct credential_search *search, struct span url, struct credentials *out,
                struct err *err) {
    struct http_field fields[2] = {{SPAN("Accept"), SPAN("application/json")}};
    struct credential_question question = {
        .method = "GET",
        .url = url,
        .fields = fields,
        .field_count = 1,
        .proxy = span_starts_with(url, SPAN("https://")),
        .most_ms = MOST_MS,
        .attempts = ATTEMPTS,
    };
    struct transport_answer answer;
    struct span token;

    if (!find_token(search, &token, err))
        return false;
    if (token.length > 0)
        fields[question.field_count++] = (struct http_field){SPAN("Authorization"), token};
    if (!credential_ask(search, &question, &answer, err))
        return false;
    if (answer.status != 200)
        return credential_refused(&answer, err);
    return credential_json_read(answer.body, "Token", search->arena, out, err);
}

enum way_result credentials_from_container(const struct credential_search *search,
                                           struct credentials *out, struct err *err) {
    struct span relative = aws_settings_value(search->settings, RELATIVE_URI, NULL);
    struct span full = aws_settings_value(search->settings, FULL_URI, NULL);
    struct span url = SPAN_NONE;

    if (relative.data == NULL && full.data == NULL) {
        (void)err_set(err, ERR_REMOTE, "no AWS_CONTAINER_CREDENTIALS_*_URI is set");
        return WAY_NOT_HERE;
    }
    if (!find_url(search, relative, full, &url, err))
        return WAY_FAILED;
    if (!ask(search, url, out, err)) {
        if (err->kind == ERR_INVALID || err->kind == ERR_NOT_FOUND)
            err->kind = ERR_REMOTE;
        (void)err_add(err, "container");
        return WAY_FAILED;
    }
    out->origin = "container";
    return WAY_FOUND;
}
