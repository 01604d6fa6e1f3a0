#include "ingest/wrapping.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ingest/base64_reader.h"
#include "ingest/gunzip.h"

/* gzip, gzip, base64, gzip: more than anybody wraps. */
#define LAYERS_MAX 4

/* How base64 of gzip begins: 1f 8b 08. */
#define BASE64_OF_GZIP SPAN("H4sI")
#define PEEK_BYTES     4

/* Gives what was looked at, then the rest of the source. */
struct peek_reader {
    struct reader reader;
    struct reader *source; /* borrowed */
    char bytes[PEEK_BYTES];
    struct span first; /* of `bytes`: not given yet */
};

/* A look at the first bytes, and, when they say so, gunzip or base64 on top of it. */
struct layer {
    struct peek_reader peek;
    struct gunzip *gunzip;
    struct base64_reader base64;
    struct inflate_budget budget;
    struct limit_reader limit;
};

struct wrapping {
    struct layer layers[LAYERS_MAX + 1]; /* the last one in use is only the look */
    size_t count;                        /* of those taken off */
    struct limit_reader text;
};

static bool peek_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    struct peek_reader *self = (struct peek_reader *)reader;
    size_t length = self->first.length < room ? self->first.length : room;

    if (length == 0)
        return reader_read(self->source, out, room, out_length, err);
    memcpy(out, self->first.data, length);
    self->first = span_skip(self->first, length);
    *out_length = length;
    return true;
}

static bool peek_begin(struct peek_reader *self, struct reader *source, struct err *err) {
    size_t length = 1;

    *self = (struct peek_reader){.reader = {peek_read}, .source = source};
    self->first.data = self->bytes;
    while (length > 0 && self->first.length < PEEK_BYTES) {
        if (!reader_read(source, self->bytes + self->first.length, PEEK_BYTES - self->first.length,
                         &length, err))
            return false;
        self->first.length += length;
    }
    return true;
}

/* A reader of what is inside; NULL when the first bytes are of no wrapping. */
static struct reader *open_inside(struct layer *layer, const char *name) {
    if (span_starts_with(layer->peek.first, GZIP_MAGIC)) {
        layer->gunzip = gunzip_open(&layer->peek.reader, name);
        return gunzip_reader(layer->gunzip);
    }
    if (span_equal(layer->peek.first, BASE64_OF_GZIP)) {
        base64_reader_init(&layer->base64, &layer->peek.reader, name);
        return &layer->base64.reader;
    }
    return NULL;
}

/* Takes off one wrapping after the other; gives the reader of what stands inside. */
static bool take_off(struct wrapping *wrapping, struct reader *source, const char *name,
                     int64_t limit, struct reader **out, struct err *err) {
    for (;;) {
        struct layer *layer = &wrapping->layers[wrapping->count];
        if (!peek_begin(&layer->peek, source, err))
            return false;
        struct reader *inside = wrapping->count < LAYERS_MAX ? open_inside(layer, name) : NULL;
        if (inside == NULL) {
            *out = &layer->peek.reader;
            return true;
        }
        wrapping->count++;
        layer->budget.limit = limit;
        limit_reader_init(&layer->limit, inside, &layer->budget);
        source = &layer->limit.reader;
        name = "the unpacked data";
    }
}

bool wrapping_open(struct reader *source, const char *name, struct inflate_budget *budget,
                   struct wrapping **out, struct err *err) {
    struct wrapping *wrapping = memory_new(1, sizeof(*wrapping));
    struct reader *inside = NULL;

    if (!take_off(wrapping, source, name, budget->limit, &inside, err)) {
        wrapping_close(wrapping);
        return false;
    }
    limit_reader_init(&wrapping->text, inside, budget);
    *out = wrapping;
    return true;
}

void wrapping_close(struct wrapping *wrapping) {
    if (wrapping == NULL)
        return;
    for (size_t i = 0; i < wrapping->count; i++) {
        gunzip_close(wrapping->layers[i].gunzip);
        base64_reader_clear(&wrapping->layers[i].base64);
    }
    free(wrapping);
}

struct reader *wrapping_text(struct wrapping *wrapping) {
    return &wrapping->text.reader;
}

bool wrapping_present(const struct wrapping *wrapping) {
    return wrapping->count > 0;
}
