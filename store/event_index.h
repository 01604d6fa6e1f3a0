/* eventID -> the blocks and rows that have it. */
#ifndef TRAILD_STORE_EVENT_INDEX_H
#define TRAILD_STORE_EVENT_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "store/block.h"

/* The bit of each block of the group (bit n: block group * GROUP_BLOCKS + n) that has an event with
 * this id hash. */
MUST_USE bool event_index_blocks(struct database *database, int64_t group, uint64_t id_hash,
                                 uint32_t *out_mask, struct err *err);

/* Sets flags[row] for the rows of a block that have it. */
MUST_USE bool event_index_rows(struct database *database, const struct block *block,
                               uint64_t id_hash, uint8_t *flags, struct err *err);

/* Gives each row of a block its id hash; rows without an eventID keep what they have. */
MUST_USE bool event_index_read(struct database *database, const struct block *block,
                               struct event_key *keys, struct err *err);

#endif
