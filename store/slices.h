/* The events of several blocks, cut by time. Each block is inflated once, whole, and its rows go
 * into the slices that they belong to, which are kept compressed: so many blocks can be sorted into
 * one another in the memory of one and a half. */
#ifndef TRAILD_STORE_SLICES_H
#define TRAILD_STORE_SLICES_H

#include "store/block.h"

/* A block makes at least so many slices; the more, the better blocks are filled that are made of
 * whole ones. */
#define SLICES_PER_BLOCK 8

/* The rows of one block that lie in one slice. */
struct piece {
    struct span bytes; /* owned */
    size_t first_row;  /* in its block */
    size_t rows;
    size_t text_bytes; /* of their records */
};

/* One of the blocks. */
struct slices_source {
    struct block block;
    struct event_key *keys; /* of its rows, ascending */
    int64_t *imports;
    struct piece *pieces; /* one per slice */
};

/* Zeroed to begin with. One thread at a time. */
struct slices {
    struct slices_source *sources;
    size_t source_count;
    size_t slice_count;
    size_t rows; /* in all */
    struct compressor compressor;
    struct decompressor decompressor;
};

/* Reads where the rows of the blocks lie and cuts their whole time into slices of about as many
 * rows. Fails when an event stands in two of them. */
MUST_USE bool slices_cut(struct slices *slices, struct database *database,
                         const struct block *const *blocks, size_t count, struct err *err);

/* The sum of the time spans of blocks made of these events, full ones, one behind the other. */
int64_t slices_span_ms(const struct slices *slices);

/* Reads block number `source` and fills its pieces. */
MUST_USE bool slices_fill(struct slices *slices, struct database *database,
                          const struct dictionary *dictionary, size_t source, struct err *err);

size_t slices_rows(const struct slices *slices, size_t slice);
size_t slices_text_bytes(const struct slices *slices, size_t slice);

/* Moves the rows of one block in one slice into the batch, with their imports, and forgets them. */
MUST_USE bool slices_take(struct slices *slices, size_t source, size_t slice, struct batch *out,
                          struct err *err);

void slices_clear(struct slices *slices);

#endif
