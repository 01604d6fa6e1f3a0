/* Any bytes as the body of a log file: through gunzip, the shapes and the scanner. What it finds
 * must hold together, and must not depend on how the body arrives. */
#include <stdint.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span body = {(const char *)data, size};
    struct counting_sink once;
    struct counting_sink again;
    struct shape_result result = {0};
    struct shape_result result_again = {0};
    struct err err = {0};
    struct err err_again = {0};

    bool good = walk_drips(body, SIZE_MAX, &once, &result, &err);
    require(good == walk_drips(body, 3, &again, &result_again, &err_again));
    require(once.calls == again.calls && once.seen == again.seen);
    if (good) {
        require(strcmp(result.kind, result_again.kind) == 0);
        require(!result.stranger || once.calls == 0);
    } else {
        require(err.kind == ERR_UNREADABLE && err.text[0] != '\0');
        require(same_error(&err, &err_again) || two_damages(&err, &err_again));
    }
    return 0;
}
