#include "aws/instance.h"

#include "aws/credential_http.h"

#define BASE_IPV4    "http://169.254.169.254"
#define BASE_IPV6    "http://[fd00:ec2::254]"
#define TOKEN_LIFE   "21600" /* seconds, the longest there is */
#define MOST_SECONDS 60

static bool read_number(const struct aws_settings *settings, const char *variable, const char *key,
                        int64_t *out, struct err *err) {
    struct span value = aws_settings_value(settings, variable, key);

    *out = 1;
    if (value.data == NULL || (span_to_integer(value, out) && *out >= 1 && *out <= MOST_SECONDS))
        return true;
    return err_set(err, ERR_REMOTE, "%s or %s: must be a whole number, 1 to %d", variable, key,
                   MOST_SECONDS);
}

static bool find_base(const struct aws_settings *settings, struct span *out, struct err *err) {
    struct span told = aws_settings_value(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                          "ec2_metadata_service_endpoint");
    struct span mode = aws_settings_value(settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                          "ec2_metadata_service_endpoint_mode");

    if (told.data != NULL && !span_starts_with(told, SPAN("http://")) &&
        !span_starts_with(told, SPAN("https://")))
        return err_set(err, ERR_REMOTE,
                       "AWS_EC2_METADATA_SERVICE_ENDPOINT must begin with http:// or https://");
    while (span_ends_with(told, SPAN("/")))
        told.length--;
    bool newer = span_equal(mode, SPAN("ipv6")) || span_equal(mode, SPAN("IPv6"));
    *out = told.data != NULL ? told : newer ? SPAN(BASE_IPV6) : SPAN(BASE_IPV4);
    return true;
}

static bool ask(const struct instance *instance, const char *method, struct span path,
                const struct http_field *field, struct transport_answer *out, struct err *err) {
    struct arena *arena = instance->search->arena;
    const struct credential_question question = {
        .method = method,
        .url = arena_format(arena, "%.*s%.*s", SPAN_ARGS(instance->base), SPAN_ARGS(path)),
        .fields = field,
        .field_count = field != NULL ? 1 : 0,
        .most_ms = instance->most_ms,
        .attempts = instance->attempts,
    };

    return credential_ask(instance->search, &question, out, err);
}

enum way_result instance_refused(const struct instance *instance,
                                 const struct transport_answer *answer, struct err *err) {
    (void)credential_refused(answer, err);
    (void)err_add(err, "%.*s", SPAN_ARGS(instance->base));
    if (err->kind == ERR_BUSY) {
        (void)err_add(err, "EC2 instance metadata");
        return WAY_FAILED;
    }
    return WAY_NOT_HERE;
}

/* A container one hop away never gets the answer to its PUT, and old stand-ins do not know it. */
static enum way_result without_token(const struct instance *instance, bool forbidden,
                                     struct err *err) {
    if (!forbidden)
        return WAY_FOUND;
    (void)err_set(err, ERR_REMOTE,
                  "%.*s gave no session token and AWS_EC2_METADATA_V1_DISABLED is true",
                  SPAN_ARGS(instance->base));
    return WAY_NOT_HERE;
}

static enum way_result fetch_token(struct instance *instance, bool first_forbidden,
                                   struct err *err) {
    const struct http_field life = {SPAN("x-aws-ec2-metadata-token-ttl-seconds"), SPAN(TOKEN_LIFE)};
    struct transport_answer answer;
    struct err why = {0};

    if (!ask(instance, "PUT", SPAN("/latest/api/token"), &life, &answer, &why)) {
        *err = why;
        if (why.kind != ERR_BUSY) {
            (void)err_add(err, "EC2 instance metadata");
            return WAY_FAILED;
        }
        return without_token(instance, first_forbidden, err);
    }
    if (answer.status == 200) {
        instance->token = span_trim(answer.body);
        return WAY_FOUND;
    }
    if (answer.status == 403 || answer.status == 404 || answer.status == 405)
        return without_token(instance, first_forbidden, err);
    return instance_refused(instance, &answer, err);
}

enum way_result instance_open(const struct credential_search *search, struct instance *out,
                              struct err *err) {
    const struct aws_settings *settings = search->settings;
    struct instance instance = {.search = search};
    bool off;
    bool first_forbidden;
    int64_t seconds;

    if (!aws_settings_flag(settings, "AWS_EC2_METADATA_DISABLED", NULL, &off, err) ||
        !aws_settings_flag(settings, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled",
                           &first_forbidden, err) ||
        !read_number(settings, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", &seconds,
                     err) ||
        !read_number(settings, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts",
                     &instance.attempts, err) ||
        !find_base(settings, &instance.base, err)) {
        err->kind = ERR_REMOTE;
        return WAY_FAILED;
    }
    if (off) {
        (void)err_set(err, ERR_REMOTE, "AWS_EC2_METADATA_DISABLED is true");
        return WAY_NOT_HERE;
    }
    instance.most_ms = 1000 * seconds;
    enum way_result result = fetch_token(&instance, first_forbidden, err);
    if (result == WAY_FOUND)
        *out = instance;
    return result;
}

bool instance_get(const struct instance *instance, struct span path, struct transport_answer *out,
                  struct err *err) {
    const struct http_field token = {SPAN("x-aws-ec2-metadata-token"), instance->token};

    return ask(instance, "GET", path, instance->token.data != NULL ? &token : NULL, out, err);
}
