#include "server/access_log.h"

#include "base/buffer.h"

#define SHOWN_BYTES 1024

/* Parameters that carry secrets where people paste the wrong URL. */
static const char *const secret_names[] = {
    "token",
    "access_token",
    "id_token",
    "auth",
    "password",
    "secret",
    "api_key",
    "apikey",
    "key",
    "signature",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-credential",
};

static bool is_secret(struct span name) {
    for (size_t i = 0; i < ARRAY_LENGTH(secret_names); i++) {
        if (span_equal_any_case(name, span_of(secret_names[i])))
            return true;
    }
    return false;
}

static void show_parameter(struct span parameter, struct buffer *out) {
    struct span name;
    struct span value;

    if (span_cut(parameter, '=', &name, &value) && is_secret(name)) {
        buffer_append(out, name);
        buffer_append_text(out, "=...");
        return;
    }
    buffer_append(out, parameter);
}

void access_log_target(struct span target, struct buffer *out) {
    struct span path = target;
    struct span query = SPAN_NONE;
    struct span parameter;
    struct span rest;

    if (span_cut(target, '?', &path, &query))
        rest = query;
    buffer_append(out, path);
    if (query.data == NULL)
        return;
    buffer_append_byte(out, '?');
    while (span_cut(query, '&', &parameter, &rest)) {
        show_parameter(parameter, out);
        buffer_append_byte(out, '&');
        query = rest;
    }
    show_parameter(query, out);
}

enum log_level access_log_level(int status) {
    if (status == 500 || status == 507)
        return LOG_ERROR;
    return status == 503 ? LOG_WARN : LOG_INFO;
}

void access_log_write(const struct access *access) {
    struct buffer CLEANUP(buffer_clear) shown;
    struct log_line line;

    buffer_init(&shown, 0);
    access_log_target(access->target, &shown);
    if (shown.length > SHOWN_BYTES)
        shown.length = SHOWN_BYTES;
    log_begin(&line, access_log_level(access->status), "request");
    log_text(&line, "method", access->method);
    log_text(&line, "target", buffer_span(&shown));
    log_text(&line, "route", span_of(access->route));
    log_number(&line, "status", access->status);
    log_number(&line, "bytes_in", access->bytes_in);
    log_number(&line, "bytes", access->bytes_out);
    log_number(&line, "microseconds", access->microseconds);
    log_text(&line, "client", span_of(access->client));
    if (access->error.data != NULL)
        log_text(&line, "error", access->error);
    log_end(&line);
}
