/* Pieces of blocks as readers use them, decoded, kept in memory for the next reader.
 *
 * A block never changes and its number is never given to another one, so nothing in here is ever
 * out of date. When there is too much, what nobody asked for a second time goes first. Any thread.
 */
#ifndef TRAILD_STORE_PART_CACHE_H
#define TRAILD_STORE_PART_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/column.h"

/* The times of a block's rows, in half the room when they fit. */
struct time_view {
    int64_t base_ms;
    const uint32_t *distances; /* ms from base_ms; NULL: the times are too far apart for that */
    const int64_t *times;      /* then */
};

static inline int64_t time_view_at(const struct time_view *view, size_t row) {
    return view->distances != NULL ? view->base_ms + view->distances[row] : view->times[row];
}

/* A part, by its number: a column, times, hashes or slots as in `enum part`; from PART_FRAMES on, a
 * frame of records. Nobody changes it once it is in the cache. */
struct cached_part {
    union {
        struct column_view column;
        struct time_view times;
        const uint64_t *hashes;
        const uint16_t *slots;
        const struct span *records; /* FRAME_RECORDS, or what is left for the last frame */
    };
    /* The cache's own. */
    struct cached_part *next;  /* in its bucket */
    struct cached_part *newer; /* in the queue */
    struct cached_part *older;
    int64_t key;
    size_t size;
    atomic_uint holders; /* up under the cache's lock, down without */
    bool mapped;         /* the system's pages, not malloc's */
    bool asked_again;
    bool kept;                          /* false: too large, goes with its last holder */
    _Alignas(max_align_t) char bytes[]; /* what the above points to */
};

#define PART_FRAMES 64

struct part_cache;

/* Keeps up to `bytes`, and what is being held. */
struct part_cache *part_cache_new(size_t bytes);
/* All parts must have been given back. NULL is fine. */
void part_cache_free(struct part_cache *cache);

/* A part with room for so many bytes, to be filled and then handed to part_cache_add. */
struct cached_part *part_new(struct part_cache *cache, size_t bytes);

/* NULL when it is not there. What this and part_cache_add give is held until it is given back. */
struct cached_part *part_cache_take(struct part_cache *cache, int64_t block, unsigned number);
/* Hands the part over, and gives the one to use from now on: that which another thread added
 * meanwhile, if there is one. */
struct cached_part *part_cache_add(struct part_cache *cache, int64_t block, unsigned number,
                                   struct cached_part *part);
/* Whether this one was asked about not long ago: then it is worth the room. For parts that are many
 * and mostly looked at once, or of which a little is enough. */
bool part_cache_worth(struct part_cache *cache, int64_t block, unsigned number);

void part_cache_give_back(struct cached_part *part);

#endif
