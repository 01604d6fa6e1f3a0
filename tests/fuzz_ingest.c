/* Any bytes as the body of a log file: through gunzip, the shapes and the scanner. What it finds
 * must hold together, and must not depend on how the body arrives. */
#include <stdint.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "ingest/gunzip.h"
#include "ingest/shape.h"
#include "ingest/wrapping.h"
#include "tests/drip_reader.h"

struct counting_sink {
    struct record_sink sink;
    int64_t calls;
    int64_t last_index;
    int64_t last_offset;
    uint64_t seen; /* everything, as one number */
};

static void require(bool good) {
    if (!good)
        abort();
}

static void count(struct counting_sink *self, struct span bytes) {
    self->calls++;
    self->seen = hash_bytes(bytes, self->seen);
}

static bool count_event(struct record_sink *sink, const struct event *event, struct span account,
                        struct err *err) {
    struct counting_sink *self = (struct counting_sink *)sink;

    (void)err;
    require(event->record.length > 1 && event->record.length <= LIMIT_RECORD_BYTES);
    require(event->record.data[0] == '{');
    require(event->record.data[event->record.length - 1] == '}');
    count(self, event->record);
    self->seen = hash_bytes(account, self->seen);
    return true;
}

static bool count_rejection(struct record_sink *sink, const struct rejection *rejection,
                            struct err *err) {
    struct counting_sink *self = (struct counting_sink *)sink;

    (void)err;
    require(rejection->index > self->last_index && rejection->offset >= self->last_offset);
    require(rejection->reason.length > 0 && rejection->record.length > 0);
    self->last_index = rejection->index;
    self->last_offset = rejection->offset;
    count(self, rejection->record);
    return true;
}

static bool walk(struct reader *body, struct counting_sink *sink, struct shape_result *out,
                 struct err *err) {
    struct inflate_budget budget = {.limit = 16 * MIB};
    struct wrapping *wrapping;

    if (!wrapping_open(body, "the body", &budget, &wrapping, err))
        return false;
    struct shape_input input = {.text = wrapping_text(wrapping),
                                .unwrapped = wrapping_present(wrapping),
                                .budget = &budget};
    (void)!wrapping_whole(wrapping, &input.at_hand);
    bool good = shape_walk(&input, &sink->sink, out, err);
    wrapping_close(wrapping);
    return good;
}

static bool walk_drips(struct span body, size_t drip, struct counting_sink *sink,
                       struct shape_result *out, struct err *err) {
    struct drip_reader reader;

    *sink = (struct counting_sink){.sink = {count_event, count_rejection}, .last_index = -1};
    drip_reader_init(&reader, body, drip);
    return walk(&reader.reader, sink, out, err);
}

/* The same without a look at the body as a whole: as it goes with files of any size. */
static bool walk_stream(struct span body, struct counting_sink *sink, struct shape_result *out,
                        struct err *err) {
    struct inflate_budget budget = {.limit = 16 * MIB};
    struct limit_reader limit;
    struct span_reader bytes;

    *sink = (struct counting_sink){.sink = {count_event, count_rejection}, .last_index = -1};
    span_reader_init(&bytes, body);
    struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
    limit_reader_init(&limit, gunzip_reader(gunzip), &budget);
    struct shape_input input = {
        .text = &limit.reader, .unwrapped = span_starts_with(body, GZIP_MAGIC), .budget = &budget};
    bool good = shape_walk(&input, &sink->sink, out, err);
    gunzip_close(gunzip);
    return good;
}

/* Whether it is wrapped in nothing but gzip, once. */
static bool is_simple(struct span body) {
    CLEANUP(buffer_clear) struct buffer text = {.maximum = 16 * MIB};
    struct span_reader bytes;
    struct err err;

    span_reader_init(&bytes, body);
    struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
    (void)!read_all(gunzip_reader(gunzip), &text, &err);
    gunzip_close(gunzip);
    bool more = span_starts_with(buffer_span(&text), GZIP_MAGIC) ||
                span_starts_with(buffer_span(&text), SPAN("H4sI"));
    return span_starts_with(body, GZIP_MAGIC) && !more;
}

static bool same_error(const struct err *a, const struct err *b) {
    return strcmp(a->text, b->text) == 0 && a->offset == b->offset && a->index == b->index;
}

static bool is_of(const struct err *err, const char *what) {
    return strncmp(err->text, what, strlen(what)) == 0;
}

/* Damaged gzip in damaged base64: which of the two is told may depend on the pieces, since zlib
 * looks ahead by some bytes when it has them. Both are true. */
static bool two_damages(const struct err *a, const struct err *b) {
    return (is_of(a, "gzip data") && is_of(b, "base64 text")) ||
           (is_of(a, "base64 text") && is_of(b, "gzip data"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came of one walk. */
struct outcome {
    struct counting_sink sink;
    struct shape_result result;
    struct err err;
    bool good;
};

static void compare(const struct outcome *a, const struct outcome *b) {
    require(a->good == b->good);
    require(a->sink.calls == b->sink.calls && a->sink.seen == b->sink.seen);
    if (a->good)
        require(strcmp(a->result.kind, b->result.kind) == 0);
    else
        require(same_error(&a->err, &b->err) || two_damages(&a->err, &b->err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span body = {(const char *)data, size};
    struct outcome once = {0};
    struct outcome again = {0};

    once.good = walk_drips(body, SIZE_MAX, &once.sink, &once.result, &once.err);
    require(!once.good || !once.result.stranger || once.sink.calls == 0);
    require(once.good || (once.err.kind == ERR_UNREADABLE && once.err.text[0] != '\0'));
    again.good = walk_drips(body, 3, &again.sink, &again.result, &again.err);
    compare(&once, &again);
    if (is_simple(body)) {
        again = (struct outcome){0};
        again.good = walk_stream(body, &again.sink, &again.result, &again.err);
        compare(&once, &again);
    }
    return 0;
}
