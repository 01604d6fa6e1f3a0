/* Which events are stored already. */
#ifndef TRAILD_STORE_DUPLICATES_H
#define TRAILD_STORE_DUPLICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/batch.h"
#include "store/block.h"

#define KEY_CACHE_BLOCKS 64

/* The keys of blocks that were consulted last: uploads mostly fall into the newest ones. */
struct block_keys {
    int64_t block; /* 0: empty */
    uint64_t used; /* clock */
    const int64_t *times;
    const uint64_t *hashes;
    struct arena arena;
};

struct key_cache {
    struct block_keys entries[KEY_CACHE_BLOCKS];
    uint64_t clock;
};

void key_cache_clear(struct key_cache *cache);
/* A block that is no more. */
void key_cache_forget(struct key_cache *cache, int64_t block);

struct store;

/* What keys are compared with. */
struct consulted {
    int64_t since;       /* live blocks and the open block, as far as later imports brought them */
    int64_t staging;     /* besides: blocks staged by this number; 0: none */
    int64_t after_block; /* of those, only blocks behind this one */
};

/* Sets dropped[i] for every key whose event is there. The caller is the writer. Adds to
 * `*out_count`; leaves flags that are set already. */
MUST_USE bool duplicates_mark(struct store *store, const struct event_key *keys, size_t count,
                              const struct consulted *consulted, bool *dropped, size_t *out_count,
                              struct err *err);

#endif
