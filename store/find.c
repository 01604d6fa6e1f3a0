/* Events that match a query: the open block first, then stored blocks in the query's order until no
 * further block can change the page; then the records of what is left. */
#include <string.h>

#include "base/utc.h"
#include "store/best.h"
#include "store/evaluate.h"
#include "store/event_index.h"
#include "store/open_block.h"
#include "store/presence.h"
#include "store/state.h"

/* Events whose records are read together: each frame of theirs is inflated once. */
#define FETCH_ROWS 128

/* One find under way. */
struct find {
    struct store *store;
    const struct query *query;
    const struct find_budget *budget;
    struct reader_connection *reader;
    struct presence *presence;
    struct best best;
    struct arena *arena; /* the caller's: what is handed out */
    struct arena work;   /* as long as the find */
    struct arena *block; /* the reader's: as long as one block is looked at */
    int64_t from_ms;     /* the query's times, narrowed to where its last page ended */
    int64_t to_ms;
    int64_t blocks_opened;
};

/* ---- rows that count ---- */

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

/* Offers a row unless it lies outside the time range or before the place to go on from. False when
 * it was not wanted although it was in range: rows behind it in the order need not be tried. */
static bool offer_row(struct find *find, const struct candidate *candidate) {
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

/* ---- the open block ---- */

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

static int64_t import_of(const struct batch *batch, size_t row) {
    int64_t import;

    memcpy(&import, cell_of(batch, COLUMN_IMPORT, row).data, sizeof(import));
    return import;
}

static void offer_open_rows(struct find *find, const struct batch *batch, const uint8_t *flags,
                            int64_t last_import) {
    for (size_t row = 0; row < batch->rows; row++) {
        if (flags != NULL && !flags[row])
            continue;
        const struct event_key *key = &batch->keys[row];
        struct candidate candidate = {{import_of(batch, row), key->time_ms, key->hash},
                                      .row = (uint16_t)row};
        if (candidate.position.import <= last_import)
            (void)offer_row(find, &candidate); /* rows are in no order: go on */
    }
}

/* The rows that are in the running are copied, since the open block is unlocked before the rest. */
static void copy_open_records(struct find *find, const struct batch *batch) {
    for (size_t i = 0; i < find->best.count; i++) {
        struct candidate *candidate = &find->best.candidates[i];
        if (candidate->record.data != NULL)
            continue;
        candidate->record = arena_copy(find->arena, batch->records[candidate->row]);
        candidate->account =
            arena_copy(find->arena, cell_of(batch, ATTRIBUTE_ACCOUNT, candidate->row));
    }
}

static bool search_waiting(struct find *find, const struct waiting *waiting, int64_t last_import,
                           struct err *err) {
    const struct batch *batch = &waiting->batch;
    struct open_source source = {{batch->rows, open_column, open_event_id}, batch};
    uint8_t *flags;
    bool any;

    if (!evaluate(&source.source, find->query, &find->work, &flags, &any, err))
        return false;
    if (any) {
        offer_open_rows(find, batch, flags, last_import);
        copy_open_records(find, batch);
    }
    return true;
}

static bool search_open_block(struct find *find, int64_t last_import, struct err *err) {
    const struct open_block *open = &find->store->open;

    if (last_import == 0)
        return true;
    return (open->aside == NULL || search_waiting(find, open->aside, last_import, err)) &&
           search_waiting(find, open->current, last_import, err);
}

/* ---- stored blocks ---- */

struct block_source {
    struct row_source source;
    struct find *find;
    const struct block *block;
};

static bool stored_column(struct row_source *source, unsigned column, struct column_view *out,
                          struct err *err) {
    struct block_source *self = (struct block_source *)source;
    struct reader_connection *reader = self->find->reader;

    return block_read_column(&reader->database, &reader->decompressor, self->block, column,
                             self->find->block, out, err);
}

static bool stored_event_id(struct row_source *source, uint64_t id_hash, uint8_t *flags,
                            struct err *err) {
    struct block_source *self = (struct block_source *)source;
    struct reader_connection *reader = self->find->reader;
    const uint64_t *hashes;

    if (!event_index_rows(&reader->database, self->block, id_hash, flags, err))
        return false;
    if (memchr(flags, 1, source->rows) == NULL)
        return true;
    if (!block_read_hashes(&reader->database, &reader->decompressor, self->block, self->find->block,
                           &hashes, err))
        return false;
    for (size_t row = 0; row < source->rows; row++)
        flags[row] &= (hashes[row] & EVENT_ID_MASK) == id_hash;
    return true;
}

/* What orders the rows of a block. */
struct row_places {
    const int64_t *times;
    const uint64_t *hashes;
    struct column_view imports;
};

static bool read_places(struct find *find, const struct block *block, struct row_places *out,
                        struct err *err) {
    struct database *database = &find->reader->database;
    struct decompressor *decompressor = &find->reader->decompressor;
    struct arena *arena = find->block;

    return block_read_times(database, decompressor, block, arena, &out->times, err) &&
           block_read_hashes(database, decompressor, block, arena, &out->hashes, err) &&
           block_read_column(database, decompressor, block, COLUMN_IMPORT, arena, &out->imports,
                             err);
}

static struct position place_of(const struct row_places *places, size_t row) {
    struct position position = {0, places->times[row], places->hashes[row]};
    struct span import = places->imports.cells[column_view_id(&places->imports, row)];

    if (import.length == sizeof(position.import))
        memcpy(&position.import, import.data, sizeof(position.import));
    return position;
}

/* The first row whose time is `time_ms` or later. */
static size_t row_at(const struct row_places *places, size_t rows, int64_t time_ms) {
    size_t low = 0;

    while (low < rows) {
        size_t middle = low + (rows - low) / 2;
        if (places->times[middle] < time_ms)
            low = middle + 1;
        else
            rows = middle;
    }
    return low;
}

static void offer_stored_rows(struct find *find, const struct block *block,
                              const struct row_places *places, const uint8_t *flags) {
    bool downwards = find->query->order == ORDER_NEWEST_FIRST;
    bool by_time = find->query->order != ORDER_ARRIVAL;

    size_t first = row_at(places, block->rows, find->from_ms);
    size_t end = row_at(places, block->rows, find->to_ms);

    for (size_t i = first; i < end; i++) {
        size_t row = downwards ? end - 1 - (i - first) : i;
        if (flags != NULL && !flags[row])
            continue;
        struct candidate candidate = {place_of(places, row), .block = block, .row = (uint16_t)row};
        if (!offer_row(find, &candidate) && by_time)
            return; /* the rows behind it come later in the order */
    }
}

static bool search_block(struct find *find, const struct block *block, struct err *err) {
    struct block_source source = {{block->rows, stored_column, stored_event_id}, find, block};
    struct row_places places;
    uint8_t *flags;
    bool any;

    arena_reset(find->block);
    if (!evaluate(&source.source, find->query, find->block, &flags, &any, err))
        return false;
    if (!any)
        return true;
    if (!read_places(find, block, &places, err))
        return false;
    struct block *kept = arena_allocate(&find->work, sizeof(*kept));
    *kept = *block;
    offer_stored_rows(find, kept, &places, flags);
    return true;
}

static bool spend(struct find *find, struct err *err) {
    const struct find_budget *budget = find->budget;

    find->blocks_opened++;
    if (budget == NULL)
        return true;
    if (budget->blocks > 0 && find->blocks_opened > budget->blocks)
        return err_set(err, ERR_BUDGET, "more than %lld blocks to read", (long long)budget->blocks);
    if (budget->deadline_ms > 0 && monotonic_ms() > budget->deadline_ms)
        return err_set(err, ERR_TIMEOUT,
                       "the search took longer than it may: narrow the time range or the filters");
    if (budget->cancel != NULL && atomic_load(budget->cancel))
        return err_set(err, ERR_CANCELLED, "nobody waits for the answer any more");
    return true;
}

/* Whether this block and all that come behind it, in the query's order, are too late for the page.
 */
static bool is_beyond(const struct find *find, const struct block *block) {
    if (find->best.count < find->best.capacity)
        return false;
    const struct position *last = &find->best.candidates[0].position;
    switch (find->query->order) {
    case ORDER_NEWEST_FIRST:
        return block->last_ms < last->time_ms;
    case ORDER_OLDEST_FIRST:
        return block->first_ms > last->time_ms;
    case ORDER_ARRIVAL:
        return block->first_import > last->import ||
               (block->first_import == last->import && block->first_ms > last->time_ms);
    }
    return false;
}

static sqlite3_stmt *list_blocks(struct find *find, struct err *err) {
    static const enum sql statements[] = {
        [ORDER_NEWEST_FIRST] = SQL_BLOCKS_NEWEST_FIRST,
        [ORDER_OLDEST_FIRST] = SQL_BLOCKS_OLDEST_FIRST,
        [ORDER_ARRIVAL] = SQL_BLOCKS_BY_ARRIVAL,
    };
    const struct query *query = find->query;
    sqlite3_stmt *statement =
        database_prepare(&find->reader->database, statements[query->order], err);

    if (statement == NULL)
        return NULL;
    bind_integer(statement, 1, find->from_ms);
    bind_integer(statement, 2, find->to_ms);
    if (query->order == ORDER_ARRIVAL) {
        bind_integer(statement, 3, query->resume ? query->after.import : 0);
        bind_integer(statement, 4, query->resume ? query->after.time_ms : 0);
    }
    return statement;
}

static bool search_listed(struct find *find, sqlite3_stmt *statement, struct err *err) {
    struct database *database = &find->reader->database;
    bool row;

    while (database_step(database, statement, &row, err)) {
        if (!row)
            return true;
        struct block block = block_from_row(statement);
        bool may_match;
        if (is_beyond(find, &block))
            return true;
        if (!presence_may_match(find->presence, &block, &may_match, err))
            return false;
        if (may_match && (!spend(find, err) || !search_block(find, &block, err)))
            return false;
    }
    return false;
}

static bool search_blocks(struct find *find, struct err *err) {
    sqlite3_stmt *statement = list_blocks(find, err);

    if (statement == NULL)
        return false;
    find->presence = presence_new(find->query, &find->reader->database, &find->work);
    bool good = search_listed(find, statement, err);
    sqlite3_reset(statement);
    return good;
}

/* ---- records ---- */

/* Reads the records of those candidates of [from, to) that lie in `block`. */
static bool fetch_from_block(struct find *find, const struct block *block, size_t from, size_t to,
                             struct err *err) {
    struct reader_connection *reader = find->reader;
    uint16_t rows[FETCH_ROWS];
    struct candidate *wanted[FETCH_ROWS];
    struct span records[FETCH_ROWS];
    struct column_view accounts;
    size_t count = 0;

    arena_reset(find->block);
    for (size_t i = from; i < to; i++) {
        if (find->best.candidates[i].block != block)
            continue;
        wanted[count] = &find->best.candidates[i];
        rows[count++] = find->best.candidates[i].row;
    }
    if (!block_read_records(&reader->database, &reader->decompressor,
                            dictionaries_get(&find->store->dictionaries, block->dictionary), block,
                            rows, count, find->arena, records, err) ||
        !block_read_column(&reader->database, &reader->decompressor, block, ATTRIBUTE_ACCOUNT,
                           find->block, &accounts, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        wanted[i]->record = records[i];
        wanted[i]->account =
            arena_copy(find->arena, accounts.cells[column_view_id(&accounts, rows[i])]);
    }
    return true;
}

static bool fetch(struct find *find, size_t from, size_t to, struct err *err) {
    for (size_t i = from; i < to; i++) {
        const struct candidate *candidate = &find->best.candidates[i];
        if (candidate->record.data == NULL && !fetch_from_block(find, candidate->block, i, to, err))
            return false;
    }
    return true;
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
            if (!fetch(find, fetched, to, err))
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

static bool find_on_reader(struct find *find, struct found_page *out, struct err *err) {
    int64_t last_import;

    set_times(find);
    best_init(&find->best, find->query->order, find->query->limit + 1, &find->work);
    if (!open_block_snapshot(find->store, find->reader, &last_import, err))
        return false;
    bool good = search_open_block(find, last_import, err);
    open_block_unlock(find->store);
    return good && search_blocks(find, err) && fill_page(find, out, err);
}

bool store_find(struct store *store, const struct query *query, const struct find_budget *budget,
                struct arena *arena, struct found_page *out, struct err *err) {
    struct find find = {.store = store, .query = query, .budget = budget, .arena = arena};

    find.reader = readers_take(&store->readers, err);
    if (find.reader == NULL)
        return false;
    find.block = &find.reader->scratch;
    bool good = find_on_reader(&find, out, err);
    arena_reset(find.block);
    readers_give_back(&store->readers, find.reader);
    arena_clear(&find.work);
    return good;
}
