/* The parts of one block for a reader: out of the cache, or else read, decoded and left there. */
#ifndef TRAILD_STORE_PARTS_H
#define TRAILD_STORE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/block.h"
#include "store/readers.h"
#include "store/row_hashes.h"

struct parts {
    struct reader_connection *reader;
    const struct block *block;
    struct cached_part *held[PART_COUNT];
    struct span import;       /* the one cell of the column of a block of one import */
    struct row_hashes hashes; /* open when single ones are read */
    size_t single_hashes;     /* how many were */
    bool has_read;            /* some part was not in the cache */
};

/* Everything is borrowed. Decoding uses the reader's scratch memory. */
void parts_open(struct parts *parts, struct reader_connection *reader, const struct block *block);
void parts_close(struct parts *parts);

/* What these give lives until parts_close. */
MUST_USE bool parts_column(struct parts *parts, unsigned column, struct column_view *out,
                           struct err *err);
MUST_USE bool parts_times(struct parts *parts, struct time_view *out, struct err *err);
MUST_USE bool parts_slots(struct parts *parts, const uint16_t **out, struct err *err);

/* The hash of one row; one after another. */
MUST_USE bool parts_hash(struct parts *parts, size_t row, uint64_t *out, struct err *err);
/* As row_hashes_match. */
MUST_USE bool parts_match_id(struct parts *parts, uint64_t id_hash, uint8_t *flags,
                             struct err *err);

#endif
