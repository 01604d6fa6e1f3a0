/* Events that match a query: what is in the running for the page, then the records of that. */
#include "store/find.h"

#include "base/limits.h"
#include "store/open_block.h"

/* Events whose records are read together: each frame of theirs is opened once. */
#define FETCH_ROWS 128

static void set_times(struct find *find) {
    const struct query *query = find->query;

    find->from_ms = query->from_ms;
    find->to_ms = query->to_ms;
    if (!query->resume)
        return;
    if (query->order == ORDER_NEWEST_FIRST && query->after.time_ms < query->to_ms)
        find->to_ms = query->after.time_ms + 1;
    if (query->order == ORDER_OLDEST_FIRST && query->after.time_ms > query->from_ms)
        find->from_ms = query->after.time_ms;
}

bool find_offer(struct find *find, const struct candidate *candidate) {
    const struct query *query = find->query;
    const struct position *position = &candidate->position;

    if (position->time_ms < find->from_ms || position->time_ms >= find->to_ms ||
        (query->resume && !position_before(query->order, &query->after, position)))
        return true;
    if (!best_wants(&find->best, position))
        return false;
    best_offer(&find->best, candidate);
    return true;
}

static bool search(struct find *find, struct err *err) {
    int64_t last_import;

    set_times(find);
    best_init(&find->best, find->query->order, find->query->limit + 1, &find->work);
    if (!open_block_snapshot(find->store, find->reader, &last_import, err))
        return false;
    bool good = find_in_open_block(find, last_import, err);
    open_block_unlock(find->store);
    return good && find_in_blocks(find, err);
}

static bool fill_page(struct find *find, struct found_page *out, struct err *err) {
    struct best *best = &find->best;
    size_t bytes = 0;
    size_t fetched = 0;

    best_sort(best);
    size_t total = best->count < find->query->limit ? best->count : find->query->limit;
    out->events = arena_new(find->arena, total, sizeof(*out->events));
    out->count = 0;
    while (out->count < total && bytes < LIMIT_PAGE_BYTES) {
        if (out->count == fetched) {
            size_t to = total - fetched < FETCH_ROWS ? total : fetched + FETCH_ROWS;
            if (!find_records(find, fetched, to, err))
                return false;
            fetched = to;
        }
        const struct candidate *candidate = &best->candidates[out->count];
        out->events[out->count++] =
            (struct found){candidate->position, candidate->account, candidate->record};
        bytes += candidate->record.length;
    }
    out->more = best->count > out->count;
    return true;
}

bool store_find(struct store *store, const struct query *query, const struct find_budget *budget,
                struct arena *arena, struct found_page *out, struct err *err) {
    struct find find = {.store = store, .query = query, .budget = budget, .arena = arena};

    find.reader = readers_take(&store->readers, err);
    if (find.reader == NULL)
        return false;
    bool good = search(&find, err) && fill_page(&find, out, err);
    arena_reset(&find.reader->scratch);
    readers_give_back(&store->readers, find.reader);
    arena_clear(&find.work);
    return good;
}
