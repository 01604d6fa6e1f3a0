#include "handlers/aws_json.h"

#include <stdio.h>
#include <sys/random.h>

#include "aws/json_span.h"
#include "base/json_text.h"
#include "handlers/problem.h"

#define REQUEST_ID_BYTES 16
#define SHOWN_BYTES      100

/* ---- what comes in ---- */

bool aws_refuse(struct aws_call *aws, const char *name, struct err *err, const char *format, ...) {
    char sentence[LIMIT_ERROR_TEXT];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    aws->refusal = name;
    return err_set(err, ERR_INVALID, "%s", sentence);
}

bool aws_refuse_type(struct aws_call *aws, const char *member, const char *type, struct err *err) {
    return aws_refuse(aws, "SerializationException", err, "%s must be %s", member, type);
}

const json_t *aws_member(const struct aws_call *aws, const char *name) {
    const json_t *value = json_object_get(aws->input, name);

    return json_is_null(value) ? NULL : value;
}

bool aws_text_member(struct aws_call *aws, const char *name, struct span *out, struct err *err) {
    const json_t *value = aws_member(aws, name);

    if (value != NULL && !json_is_string(value))
        return aws_refuse_type(aws, name, "a text", err);
    *out = json_span(value);
    return true;
}

struct span aws_shown(struct span text) {
    return span_head(text, SHOWN_BYTES);
}

/* ---- what goes out ---- */

/* A UUID of version 4 (RFC 9562, section 5.4), as AWS's request ids are. */
static struct span make_request_id(struct arena *arena) {
    uint8_t random[REQUEST_ID_BYTES] = {0};
    char text[2 * REQUEST_ID_BYTES + 1];

    /* Without random bytes it is an id of zeros: whoever reads the log can live with that. */
    (void)!getrandom(random, sizeof(random), 0);
    random[6] = (uint8_t)(0x40 | (random[6] & 0x0f));
    random[8] = (uint8_t)(0x80 | (random[8] & 0x3f));
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(text + 2 * i, 3, "%02x", random[i]);
    return arena_format(arena, "%.8s-%.4s-%.4s-%.4s-%.12s", text, text + 8, text + 12, text + 16,
                        text + 20);
}

/* Instead of whatever the response held. Gives the id of the request. */
static struct span begin(struct response *response, int status) {
    struct span id = make_request_id(&response->arena);

    buffer_clear(&response->body);
    response->header_count = 0;
    response->status = status;
    response_header(response, "Content-Type", SPAN("application/x-amz-json-1.1"));
    response_header(response, "Cache-Control", SPAN("no-store"));
    response_header(response, "X-Content-Type-Options", SPAN("nosniff"));
    response_header(response, "x-amzn-RequestId", id);
    return id;
}

void aws_answer_begin(struct aws_call *aws, int status) {
    (void)begin(aws->call->response, status);
}

/* Common errors of AWS's services, for failures without a name of their own. */
static const char *name_of(const struct aws_call *aws, int status) {
    if (aws->refusal != NULL)
        return aws->refusal;
    switch (status) {
    case 400:
        return "ValidationException";
    case 413:
        return "RequestEntityTooLargeException";
    case 503:
        return "ServiceUnavailableException";
    default:
        return "InternalFailure";
    }
}

void aws_answer_failure(struct aws_call *aws, const struct err *err) {
    struct response *response = aws->call->response;
    int status = problem_status(err->kind);
    const char *name = name_of(aws, status);
    struct span message = span_of(err->text);
    struct span id = begin(response, status);

    if (status == 500) {
        message = arena_format(&response->arena, "internal failure, id %.*s", SPAN_ARGS(id));
        response->error = arena_format(&response->arena, "%.*s: %s", SPAN_ARGS(message), err->text);
    }
    response_header(response, "x-amzn-ErrorType", span_of(name));
    if (status == 503)
        response_header(response, "Retry-After", SPAN("5"));
    buffer_append_byte(&response->body, '{');
    json_text_string_member(&response->body, "__type", span_of(name));
    json_text_string_member(&response->body, "message", message);
    buffer_append_text(&response->body, "}\n");
}

void aws_write_time(struct buffer *out, const char *name, int64_t ms) {
    json_text_name(out, name);
    if (ms % 1000 == 0)
        buffer_append_format(out, "%lld", (long long)(ms / 1000));
    else
        buffer_append_format(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
}

void aws_write_text(struct buffer *out, const char *name, struct span text) {
    if (text.data != NULL)
        json_text_string_member(out, name, text);
}

void aws_write_flag(struct buffer *out, const char *name, bool value) {
    json_text_name(out, name);
    buffer_append_text(out, value ? "true" : "false");
}
