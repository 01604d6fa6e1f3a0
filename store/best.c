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

static void swap(struct candidate *a, struct candidate *b) {
    struct candidate kept = *a;

    *a = *b;
    *b = kept;
}

static bool is_before(const struct best *best, size_t a, size_t b) {
    return position_before(best->order, &best->candidates[a].position,
                           &best->candidates[b].position);
}

static void rise(struct best *best, size_t at) {
    while (at > 0 && is_before(best, (at - 1) / 2, at)) {
        swap(&best->candidates[at], &best->candidates[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sink(struct best *best, size_t at, size_t count) {
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (is_before(best, last, child))
                last = child;
        }
        if (last == at)
            return;
        swap(&best->candidates[at], &best->candidates[last]);
        at = last;
    }
}

void best_offer(struct best *best, const struct candidate *candidate) {
    if (best->count < best->capacity) {
        best->candidates[best->count] = *candidate;
        rise(best, best->count++);
        return;
    }
    best->candidates[0] = *candidate;
    sink(best, 0, best->count);
}

void best_sort(struct best *best) {
    for (size_t end = best->count; end > 1; end--) {
        swap(&best->candidates[0], &best->candidates[end - 1]);
        sink(best, 0, end - 1);
    }
}
