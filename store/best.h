/* The first events of an order among all that are offered: at most a page and one more. */
#ifndef TRAILD_STORE_BEST_H
#define TRAILD_STORE_BEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/block.h"
#include "store/query.h"

/* An event that matched, and where it lies. */
struct candidate {
    struct position position;
    const struct block *block; /* NULL: it lies in the open block */
    const struct batch *open;  /* of that, until it is copied */
    uint16_t row;
    struct span record; /* once it is read */
    struct span account;
};

/* Whether `a` comes before `b` in the order. */
bool position_before(enum order order, const struct position *a, const struct position *b);

struct best {
    enum order order;
    struct candidate *candidates; /* a heap, the last one in the order on top */
    size_t count;
    size_t capacity;
};

void best_init(struct best *best, enum order order, size_t capacity, struct arena *arena);

/* Whether an event at this place would still be kept. */
bool best_wants(const struct best *best, const struct position *position);

/* Offers one that is wanted; pushes the last one out when it is full. */
void best_offer(struct best *best, const struct candidate *candidate);

/* Puts the candidates in order; the heap is done with then. */
void best_sort(struct best *best);

#endif
