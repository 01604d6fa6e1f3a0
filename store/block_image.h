/* A block in memory, built and not yet written: shared by block_build.c and block_write.c alone. */
#ifndef TRAILD_STORE_BLOCK_IMAGE_H
#define TRAILD_STORE_BLOCK_IMAGE_H

#include "store/block.h"

struct id_entry {
    uint64_t id_hash;
    uint16_t row;
};

struct block_image {
    struct block facts;
    struct buffer parts[PART_COUNT];
    struct buffer chunks[BLOCK_CHUNKS];
    uint32_t *presence; /* hashes, sorted, each once */
    size_t presence_count;
    size_t presence_capacity;
    struct id_entry *ids; /* sorted by hash */
    size_t id_count;
};

#endif
