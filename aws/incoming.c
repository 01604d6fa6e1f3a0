#include "aws/incoming.h"

#include <string.h>

#include "base/limits.h"

/* `https://host:port`: what an error may show of a URL, whose query may hold a secret. */
static struct span origin_of(struct span url) {
    const char *authority = memmem(url.data, url.length, "://", 3);
    size_t at = authority == NULL ? 0 : (size_t)(authority - url.data) + 3;

    while (at < url.length && url.data[at] != '/' && url.data[at] != '?')
        at++;
    return (struct span){url.data, at > 200 ? 200 : at};
}

void incoming_begin(struct incoming *incoming, const struct transport_request *request,
                    struct arena *arena, struct err *err) {
    *incoming = (struct incoming){.request = request, .arena = arena, .err = err};
    buffer_init(&incoming->body,
                (size_t)(request->max_body > 0 ? request->max_body : LIMIT_ANSWER_BYTES));
}

void incoming_clear(struct incoming *incoming) {
    buffer_clear(&incoming->body);
}

bool incoming_fail(struct incoming *incoming, enum err_kind kind, const char *why) {
    incoming->failed = true;
    return err_set(incoming->err, kind, "%.*s: %s", SPAN_ARGS(origin_of(incoming->request->url)),
                   why);
}

/* `HTTP/1.1 200 OK`. Lines before the last answer's (a 100 Continue) are none of it, but count
 * towards the limit: there may be any number of them. */
static void begin_head(struct incoming *incoming, struct span line) {
    struct span status = SPAN_NONE;
    struct span rest;
    int64_t number = 0;

    if (span_cut(line, ' ', &rest, &status))
        (void)!span_cut(status, ' ', &status, &rest);
    if (!span_to_integer(span_trim(status), &number) || number > 999)
        number = 0;
    incoming->answer.status = (int)number;
    incoming->answer.field_count = 0;
}

static void add_field(struct incoming *incoming, struct span name, struct span value) {
    struct transport_answer *answer = &incoming->answer;

    if (answer->fields == NULL)
        answer->fields = arena_new(incoming->arena, LIMIT_ANSWER_FIELDS, sizeof(*answer->fields));
    answer->fields[answer->field_count++] = (struct http_field){
        .name = arena_copy_lower(incoming->arena, span_trim(name)),
        .value = arena_copy(incoming->arena, span_trim(value)),
    };
}

bool incoming_line(struct incoming *incoming, struct span line) {
    struct span name;
    struct span value;

    if (span_starts_with(line, SPAN("HTTP/")))
        begin_head(incoming, line);
    incoming->head_bytes += line.length;
    if (incoming->head_bytes > LIMIT_ANSWER_HEAD ||
        incoming->answer.field_count == LIMIT_ANSWER_FIELDS)
        return incoming_fail(incoming, ERR_REMOTE,
                             "the head of the answer is over the limit of " TEXT_OF(
                                 LIMIT_ANSWER_FIELDS) " lines or 32 KiB");
    if (span_cut(line, ':', &name, &value))
        add_field(incoming, name, value);
    return true;
}

/* Once, before the first byte of the body, or at the end when there is none. */
static bool begin_sink(struct incoming *incoming) {
    struct sink *sink = incoming->request->sink;

    if (incoming->begun)
        return true;
    incoming->begun = true;
    incoming->failed = !sink->begin(sink, &incoming->answer, incoming->err);
    return !incoming->failed;
}

static bool is_refusal(const struct incoming *incoming) {
    return incoming->answer.status < 200 || incoming->answer.status >= 300;
}

/* What a refusal says stands at its beginning. */
static bool refusal_bytes(struct incoming *incoming, struct span bytes) {
    size_t room = LIMIT_REFUSAL_BYTES - incoming->body.length;

    incoming->enough = bytes.length > room;
    if (incoming->enough)
        bytes.length = room;
    buffer_append(&incoming->body, bytes);
    return !incoming->enough;
}

bool incoming_bytes(struct incoming *incoming, struct span bytes) {
    struct sink *sink = incoming->request->sink;

    if (is_refusal(incoming))
        return refusal_bytes(incoming, bytes);
    if (sink != NULL) {
        incoming->failed = !begin_sink(incoming) || !sink->take(sink, bytes, incoming->err);
        return !incoming->failed;
    }
    buffer_append(&incoming->body, bytes);
    return !incoming->body.overflowed ||
           incoming_fail(incoming, ERR_REMOTE, "the answer is longer than it may be");
}

bool incoming_end(struct incoming *incoming, struct transport_answer *out) {
    if (incoming->answer.status < 200)
        return incoming_fail(incoming, ERR_REMOTE, "the answer has no status");
    if (incoming->request->sink != NULL && !is_refusal(incoming) && !begin_sink(incoming))
        return false;
    incoming->answer.body = arena_copy(incoming->arena, buffer_span(&incoming->body));
    *out = incoming->answer;
    return true;
}
