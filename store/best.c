#include "store/best.h"

#include <stdlib.h>

static int compare_numbers(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

static int compare_places(const struct position *a, const struct position *b) {
    int order = compare_numbers(a->time_ms, b->time_ms);

    if (order != 0)
        return order;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

bool position_before(enum order order, const struct position *a, const struct position *b) {
    if (order == ORDER_ARRIVAL && a->import != b->import)
        return a->import < b->import;
    int places = compare_places(a, b);
    return order == ORDER_NEWEST_FIRST ? places > 0 : places < 0;
}

void best_init(struct best *best, enum order order, size_t capacity, struct arena *arena) {
    *best = (struct best){.order = order, .capacity = capacity};
    best->candidates = arena_allocate(arena, capacity * sizeof(*best->candidates));
}

bool best_wants(const struct best *best, const struct position *position) {
    return best->count < best->capacity ||
           position_before(best->order, position, &best->candidates[0].position);
}

static bool is_before(const struct best *best, const struct candidate *a,
                      const struct candidate *b) {
    return position_before(best->order, &a->position, &b->position);
}

/* The place is free: those in the way move down into it, and the candidate takes the last of
 * theirs. */
static void rise(struct best *best, const struct candidate *candidate, size_t at) {
    struct candidate *heap = best->candidates;

    while (at > 0 && is_before(best, &heap[(at - 1) / 2], candidate)) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = *candidate;
}

/* The same, downwards. */
static void sink(struct best *best, const struct candidate *candidate, size_t count) {
    struct candidate *heap = best->candidates;
    size_t at = 0;

    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && is_before(best, &heap[child], &heap[child + 1]))
            child++;
        if (!is_before(best, candidate, &heap[child]))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = *candidate;
}

void best_offer(struct best *best, const struct candidate *candidate) {
    if (best->count < best->capacity)
        rise(best, candidate, best->count++);
    else
        sink(best, candidate, best->count);
}

void best_sort(struct best *best) {
    for (size_t end = best->count; end > 1; end--) {
        struct candidate first = best->candidates[end - 1];
        best->candidates[end - 1] = best->candidates[0];
        sink(best, &first, end - 1);
    }
}
