/* eventID -> the blocks and rows that may have it: per block and top byte of the hash, three more
 * bytes of it and the row. A block's own hashes tell for certain. */
#ifndef TRAILD_STORE_EVENT_INDEX_H
#define TRAILD_STORE_EVENT_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "store/block.h"

struct index_entry {
    uint64_t hash; /* of the event's key */
    uint16_t row;
};

/* `entries` are sorted by hash. Inside a transaction. */
MUST_USE bool event_index_write(struct database *database, const struct index_entry *entries,
                                size_t count, int64_t block, struct err *err);

/* The bit of each block of the group (bit n: block group * GROUP_BLOCKS + n) that may have an event
 * with this id hash. */
MUST_USE bool event_index_blocks(struct database *database, int64_t group, uint64_t id_hash,
                                 uint32_t *out_mask, struct err *err);

/* Sets flags[row] for the rows of a block that may have it. */
MUST_USE bool event_index_rows(struct database *database, const struct block *block,
                               uint64_t id_hash, uint8_t *flags, struct err *err);

#endif
