/* Which blocks hold a hash: of a value of an attribute, or of an eventID.
 *
 * A table of its own for each, with a row per block and top byte of the hashes (a bucket), which
 * has the next bytes of each hash, in order. The rows of a bucket lie together for a group of
 * blocks, so that one range tells all of them. */
#ifndef TRAILD_STORE_HASH_INDEX_H
#define TRAILD_STORE_HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/database.h"

#define GROUP_BLOCKS 32

enum hash_index {
    INDEX_VALUES,    /* 24 bits of a hash are kept: one block in a thousand is opened in vain */
    INDEX_EVENT_IDS, /* 32 bits: an event is looked for in a store of any size */
};

/* The bit of a block in its group. */
static inline uint32_t group_bit(int64_t block) {
    return UINT32_C(1) << (block % GROUP_BLOCKS);
}

/* `hashes` are sorted. Inside a transaction. */
MUST_USE bool hash_index_write(struct database *database, enum hash_index index,
                               const uint32_t *hashes, size_t count, int64_t block,
                               struct err *err);

/* The bit of each block of the group (group_bit) that may have the hash. */
MUST_USE bool hash_index_blocks(struct database *database, enum hash_index index, int64_t group,
                                uint32_t hash, uint32_t *out_mask, struct err *err);

/* Inside a transaction. */
MUST_USE bool hash_index_drop(struct database *database, enum hash_index index, int64_t block,
                              struct err *err);

#endif
