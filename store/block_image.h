/* A block in memory, built and not yet written: shared by block_build.c and block_write.c alone. */
#ifndef TRAILD_STORE_BLOCK_IMAGE_H
#define TRAILD_STORE_BLOCK_IMAGE_H

#include "store/event_index.h"

struct block_image {
    struct block facts;
    struct buffer parts[PART_COUNT];
    struct buffer chunks[BLOCK_CHUNKS];
    uint32_t *presence; /* hashes, sorted, each once */
    size_t presence_count;
    size_t presence_capacity;
    struct index_entry *ids; /* of all rows, sorted by hash */
};

#endif
