#include "handlers/problem.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "base/json_text.h"
#include "handlers/aws_failure.h"

/* Values that are shown again are for recognising, not for keeping. */
#define SHOWN_BYTES 200

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

static const int statuses[] = {
    [ERR_NONE] = 500,      [ERR_INVALID] = 400,   [ERR_UNREADABLE] = 422, [ERR_TOO_LARGE] = 413,
    [ERR_NOT_FOUND] = 404, [ERR_FORBIDDEN] = 403, [ERR_ABSENT] = 422,     [ERR_REMOTE] = 502,
    [ERR_BUSY] = 503,      [ERR_TIMEOUT] = 503,   [ERR_BUDGET] = 500,     [ERR_CANCELLED] = 503,
    [ERR_NO_SPACE] = 507,  [ERR_INTERNAL] = 500,
};

int problem_status(enum err_kind kind) {
    return statuses[kind];
}

static const char *phrase_of(int status) {
    for (size_t i = 0; i < ARRAY_LENGTH(phrases); i++) {
        if (phrases[i].status == status)
            return phrases[i].phrase;
    }
    return "Error";
}

/* Opens the object and leaves it open for members of the caller's. */
static void begin(struct response *response, int status, const char *title, struct span detail) {
    struct buffer *body = &response->body;

    buffer_clear(body);
    response->header_count = 0;
    response->status = status;
    response_header(response, "Content-Type", SPAN("application/problem+json"));
    response_header(response, "Cache-Control", SPAN("no-store"));
    response_header(response, "X-Content-Type-Options", SPAN("nosniff"));
    if (status == 503)
        response_header(response, "Retry-After", SPAN("5"));

    buffer_append_byte(body, '{');
    json_text_string_member(body, "type", SPAN("about:blank"));
    json_text_string_member(body, "title", span_of(title != NULL ? title : phrase_of(status)));
    json_text_integer_member(body, "status", status);
    json_text_string_member(body, "detail", detail);
}

static void end(struct response *response) {
    buffer_append_text(&response->body, "}\n");
}

void problem_write(struct response *response, int status, const char *title, struct span detail) {
    if (response->for_aws) {
        aws_failure_write(response, status, NULL, detail);
        return;
    }
    begin(response, status, title, detail);
    end(response);
}

/* Cut between two characters, so that no half of one is shown. */
static void write_cut(struct buffer *out, const char *name, struct span text) {
    bool cut = text.length > SHOWN_BYTES;

    if (cut) {
        text.length = SHOWN_BYTES;
        while (text.length > SHOWN_BYTES - 4 && (text.data[text.length] & 0xc0) == 0x80)
            text.length--;
    }
    json_text_string_member(out, name, text);
    if (cut) {
        out->length--; /* the closing quote */
        buffer_append_text(out, "...\"");
    }
}

static void write_faults(struct buffer *out, const struct faults *faults) {
    json_text_name(out, "errors");
    buffer_append_byte(out, '[');
    for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
        json_text_next(out);
        buffer_append_byte(out, '{');
        write_cut(out, "parameter", fault->parameter);
        write_cut(out, "value", fault->value);
        json_text_string_member(out, "reason", fault->reason);
        buffer_append_byte(out, '}');
    }
    buffer_append_byte(out, ']');
}

static struct span summary_of(struct response *response, const struct faults *faults) {
    const struct fault *first = faults->first;
    struct span sentence =
        arena_format(&response->arena, "%.*s: %.*s", SPAN_ARGS(span_head(first->parameter, 64)),
                     SPAN_ARGS(first->reason));

    if (faults->count == 1)
        return sentence;
    return arena_format(&response->arena, "%zu parameters are wrong%s; the first is %.*s",
                        faults->count, response->for_aws ? "" : ", see errors",
                        SPAN_ARGS(sentence));
}

static void write_internal(struct response *response, const struct err *err) {
    uint64_t id = 0;

    if (response->for_aws) {
        aws_failure_write_internal(response, err->text);
        return;
    }
    if (getrandom(&id, sizeof(id), 0) != sizeof(id))
        memset(&id, 0, sizeof(id));
    struct span shown = arena_format(&response->arena, "internal failure, id %016" PRIx64, id);
    response->error = arena_format(&response->arena, "%.*s: %s", SPAN_ARGS(shown), err->text);
    problem_write(response, 500, NULL, shown);
}

/* With members beside what all problems have. */
static void write_failure(struct response *response, const struct err *err, struct span detail,
                          const struct faults *faults) {
    begin(response, problem_status(err->kind), NULL, detail);
    if (faults != NULL)
        write_faults(&response->body, faults);
    if (err->offset != ERR_NO_POSITION)
        json_text_integer_member(&response->body, "offset", err->offset);
    if (err->index != ERR_NO_POSITION)
        json_text_integer_member(&response->body, "index", err->index);
    end(response);
}

void problem_of_failure(struct response *response, const struct err *err,
                        const struct faults *faults) {
    bool wrong_parameters = err->kind == ERR_INVALID && faults->count > 0;
    int status = problem_status(err->kind);

    if (status == 500) {
        write_internal(response, err);
        return;
    }
    if (err->kind == ERR_NO_SPACE)
        response->error = arena_format(&response->arena, "%s", err->text);
    struct span detail = wrong_parameters ? summary_of(response, faults) : span_of(err->text);
    if (response->for_aws)
        aws_failure_write(response, status, NULL, detail);
    else
        write_failure(response, err, detail, wrong_parameters ? faults : NULL);
}
