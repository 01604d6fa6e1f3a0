/* A block in memory, built and not yet written: shared by block_build.c and block_write.c alone. */
#ifndef TRAILD_STORE_BLOCK_IMAGE_H
#define TRAILD_STORE_BLOCK_IMAGE_H

#include "store/block.h"

/* Hashes for an index, sorted, each once. */
struct hash_list {
    uint32_t *hashes;
    size_t count;
    size_t capacity;
};

struct block_image {
    struct block facts;
    struct buffer parts[PART_COUNT];
    struct buffer chunks[BLOCK_CHUNKS];
    struct hash_list values; /* of all columns */
    struct hash_list ids;    /* of all rows */
};

#endif
