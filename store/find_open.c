/* The first step of a find: the events that wait to become a block. */
#include "store/evaluate.h"
#include "store/find.h"

struct open_source {
    struct row_source source;
    const struct batch *batch;
};

static bool open_column(struct row_source *source, unsigned column, struct column_view *out,
                        struct err *err) {
    (void)err;
    *out = column_view_of(&((struct open_source *)source)->batch->columns[column]);
    return true;
}

static bool open_event_id(struct row_source *source, uint64_t id_hash, uint8_t *flags,
                          struct err *err) {
    const struct batch *batch = ((struct open_source *)source)->batch;

    (void)err;
    for (size_t row = 0; row < batch->rows; row++)
        flags[row] = (batch->keys[row].hash & EVENT_ID_MASK) == id_hash;
    return true;
}

static struct span cell_of(const struct batch *batch, unsigned column, size_t row) {
    return batch->columns[column].cells[batch->columns[column].ids[row]];
}

/* ---- rows ---- */

/* The first place of the order whose time is `time_ms` or later. */
static size_t place_at(const struct waiting *waiting, int64_t time_ms) {
    size_t low = 0;
    size_t high = waiting->batch.rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (waiting->batch.keys[waiting->order[middle]].time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool offer_row(struct find *find, const struct batch *batch, size_t row,
                      int64_t last_import) {
    const struct event_key *key = &batch->keys[row];
    int64_t import = import_of_cell(cell_of(batch, COLUMN_IMPORT, row));
    struct candidate candidate = {
        {import, key->time_ms, key->hash}, .open = batch, .row = (uint16_t)row};

    return import > last_import || find_offer(find, &candidate);
}

/* From the wanted end, until rows come too late for the page. */
static void offer_in_time(struct find *find, const struct waiting *waiting, const uint8_t *flags,
                          int64_t last_import) {
    bool downwards = find->query->order == ORDER_NEWEST_FIRST;
    size_t first = place_at(waiting, find->from_ms);
    size_t end = place_at(waiting, find->to_ms);

    for (size_t i = first; i < end; i++) {
        size_t row = waiting->order[downwards ? end - 1 - (i - first) : i];
        if ((flags == NULL || flags[row]) && !offer_row(find, &waiting->batch, row, last_import))
            return;
    }
}

/* Rows came import by import: the imports of those behind a row are its own or later ones. */
static void offer_in_arrival(struct find *find, const struct batch *batch, const uint8_t *flags,
                             int64_t last_import) {
    for (size_t row = 0; row < batch->rows; row++) {
        if (flags == NULL || flags[row])
            (void)offer_row(find, batch, row, last_import); /* in an import, rows have no order */
    }
}

static bool search_waiting(struct find *find, const struct waiting *waiting, int64_t last_import,
                           struct err *err) {
    size_t rows = waiting->batch.rows;
    struct open_source source = {
        {.rows = rows, .end = rows, .column = open_column, .event_id = open_event_id},
        &waiting->batch};
    uint8_t *flags;
    bool any;

    if (!evaluate(&source.source, find->query, &find->work, &flags, &any, err))
        return false;
    if (!any)
        return true;
    if (find->query->order == ORDER_ARRIVAL)
        offer_in_arrival(find, &waiting->batch, flags, last_import);
    else
        offer_in_time(find, waiting, flags, last_import);
    return true;
}

/* What is in the running, since the open block is unlocked before the rest. */
static void copy_records(struct find *find) {
    for (size_t i = 0; i < find->best.count; i++) {
        struct candidate *candidate = &find->best.candidates[i];
        const struct batch *batch = TAKE(candidate->open);
        candidate->record = arena_copy(find->arena, batch->records[candidate->row]);
        candidate->account =
            arena_copy(find->arena, cell_of(batch, ATTRIBUTE_ACCOUNT, candidate->row));
    }
}

bool find_in_open_block(struct find *find, int64_t last_import, struct err *err) {
    const struct open_block *open = &find->store->open;

    if (last_import == 0)
        return true;
    if ((open->aside != NULL && !search_waiting(find, open->aside, last_import, err)) ||
        !search_waiting(find, open->current, last_import, err))
        return false;
    copy_records(find);
    return true;
}
