#include "handlers/aws_failure.h"

#include <stdio.h>
#include <sys/random.h>

#include "base/json_text.h"

#define REQUEST_ID_BYTES 16

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

struct span aws_response_begin(struct response *response, int status) {
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

static const char *name_of(int status) {
    switch (status) {
    case 403:
    case 421:
        return "AccessDeniedException";
    case 404:
    case 405:
        return "UnknownOperationException";
    case 413:
        return "RequestEntityTooLargeException";
    case 501: /* what the request says of its body */
        return "ValidationException";
    case 503:
        return "ServiceUnavailableException";
    default:
        return status < 500 ? "ValidationException" : "InternalFailure";
    }
}

static void write_body(struct response *response, const char *name, struct span message) {
    response_header(response, "x-amzn-ErrorType", span_of(name));
    if (response->status == 503)
        response_header(response, "Retry-After", SPAN("5"));
    buffer_append_byte(&response->body, '{');
    json_text_string_member(&response->body, "__type", span_of(name));
    json_text_string_member(&response->body, "message", message);
    buffer_append_text(&response->body, "}\n");
}

void aws_failure_write(struct response *response, int status, const char *name,
                       struct span message) {
    (void)aws_response_begin(response, status);
    write_body(response, name != NULL ? name : name_of(status), message);
}

void aws_failure_write_internal(struct response *response, const char *text) {
    struct span id = aws_response_begin(response, 500);
    struct span shown = arena_format(&response->arena, "internal failure, id %.*s", SPAN_ARGS(id));

    response->error = arena_format(&response->arena, "%.*s: %s", SPAN_ARGS(shown), text);
    write_body(response, name_of(500), shown);
}
