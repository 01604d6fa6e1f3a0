#include "ingest/wrapping.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ingest/ahead_reader.h"
#include "ingest/base64_reader.h"
#include "ingest/gather_reader.h"
#include "ingest/gunzip.h"
#include "ingest/inflate_whole.h"

/* gzip, gzip, base64, gzip: more than anybody wraps. */
#define LAYERS_MAX 4

/* How base64 of gzip begins: 1f 8b 08. */
#define BASE64_OF_GZIP SPAN("H4sI")
#define LOOK_BYTES     4

/* Up to these sizes gzip is inflated as a whole. Most log files are far smaller; and each thread
 * that imports holds one, so that more would count. */
#define PACKED_AT_ONCE   ((size_t)MIB)
#define INFLATED_AT_ONCE (8 * MIB)

/* A look at the first bytes, and, when they say so, what is inside: inflated already, or by gunzip
 * or base64 on top of it. */
struct layer {
    struct gather_reader source;
    struct buffer inflated;
    struct ahead_reader *ahead; /* of the source, below gunzip: a sum may be made on the way */
    struct gunzip *gunzip;
    struct base64_reader base64;
    struct inflate_budget budget;
    struct limit_reader limit;
};

struct wrapping {
    struct layer layers[LAYERS_MAX + 1]; /* the last one in use is only the look */
    size_t count;                        /* of those taken off */
    struct ahead_reader *ahead;          /* of what the layers give; NULL when it is at hand */
    struct limit_reader text;
};

static struct gather_reader *innermost(struct wrapping *wrapping) {
    return &wrapping->layers[wrapping->count].source;
}

/* Inflates it as a whole if it is small and good. */
static bool inflate_at_once(struct layer *layer, int64_t limit) {
    struct gather_reader *source = &layer->source;
    size_t most = (size_t)(limit < INFLATED_AT_ONCE ? limit : INFLATED_AT_ONCE);

    gather_reader_more(source, PACKED_AT_ONCE);
    if (!source->whole)
        return false;
    if (inflate_whole(source->rest, most, &layer->inflated)) {
        gather_reader_clear(source);
        return true;
    }
    buffer_clear(&layer->inflated);
    return false;
}

/* A reader of what is inside; NULL when the first bytes are of no wrapping, or it was inflated. */
static struct reader *open_inside(struct layer *layer, const char *name, int64_t limit) {
    if (span_starts_with(layer->source.rest, GZIP_MAGIC)) {
        if (inflate_at_once(layer, limit))
            return NULL;
        layer->ahead = ahead_reader_open(&layer->source.reader);
        layer->gunzip = gunzip_open(ahead_reader_reader(layer->ahead), name);
        return gunzip_reader(layer->gunzip);
    }
    if (span_starts_with(layer->source.rest, BASE64_OF_GZIP)) {
        base64_reader_init(&layer->base64, &layer->source.reader, name);
        return &layer->base64.reader;
    }
    return NULL;
}

/* A look at what came out of the layer. */
static bool look_inside(struct layer *layer, struct reader *inside, int64_t limit,
                        struct layer *next, struct err *err) {
    if (inside == NULL) {
        gather_reader_over(&next->source, buffer_span(&layer->inflated));
        return true;
    }
    layer->budget.limit = limit;
    limit_reader_init(&layer->limit, inside, &layer->budget);
    return gather_reader_open(&next->source, &layer->limit.reader, LOOK_BYTES, err);
}

/* Takes off one wrapping after the other. */
static bool take_off(struct wrapping *wrapping, const char *name, int64_t limit, struct err *err) {
    for (; wrapping->count < LAYERS_MAX; wrapping->count++) {
        struct layer *layer = &wrapping->layers[wrapping->count];
        struct reader *inside = open_inside(layer, name, limit);
        if (inside == NULL && layer->inflated.data == NULL)
            break;
        if (!look_inside(layer, inside, limit, layer + 1, err))
            return false;
        name = "the unpacked data";
    }
    return true;
}

/* The budget is the walk's own, so it is counted on this side of the thread. */
static struct reader *text_source(struct wrapping *wrapping) {
    struct gather_reader *inside = innermost(wrapping);

    if (inside->whole)
        return &inside->reader;
    wrapping->ahead = ahead_reader_open(&inside->reader);
    return ahead_reader_reader(wrapping->ahead);
}

bool wrapping_open(struct reader *source, const char *name, struct inflate_budget *budget,
                   struct wrapping **out, struct err *err) {
    struct wrapping *wrapping = memory_new(1, sizeof(*wrapping));

    if (!gather_reader_open(&wrapping->layers[0].source, source, LOOK_BYTES, err) ||
        !take_off(wrapping, name, budget->limit, err)) {
        wrapping_close(wrapping);
        return false;
    }
    limit_reader_init(&wrapping->text, text_source(wrapping), budget);
    *out = wrapping;
    return true;
}

static void layer_clear(struct layer *layer) {
    ahead_reader_close(layer->ahead);
    gather_reader_clear(&layer->source);
    buffer_clear(&layer->inflated);
    gunzip_close(layer->gunzip);
    base64_reader_clear(&layer->base64);
}

void wrapping_close(struct wrapping *wrapping) {
    if (wrapping == NULL)
        return;
    ahead_reader_close(wrapping->ahead);
    /* From the inside: each reads from those around it, perhaps in a thread. */
    for (size_t i = ARRAY_LENGTH(wrapping->layers); i > 0; i--)
        layer_clear(&wrapping->layers[i - 1]);
    free(wrapping);
}

struct reader *wrapping_text(struct wrapping *wrapping) {
    return &wrapping->text.reader;
}

bool wrapping_whole(struct wrapping *wrapping, struct span *out) {
    struct gather_reader *inside = innermost(wrapping);
    struct inflate_budget *budget = wrapping->text.budget;

    if (!inside->whole || (int64_t)inside->rest.length > budget->limit - budget->used)
        return false;
    budget->used += (int64_t)inside->rest.length;
    *out = inside->rest;
    inside->rest = SPAN_NONE;
    return true;
}

bool wrapping_present(const struct wrapping *wrapping) {
    return wrapping->count > 0;
}
