/* The second step of a find: stored blocks in the order of the query, as few as can be. */
#include <string.h>

#include "base/utc.h"
#include "store/evaluate.h"
#include "store/find.h"

/* ---- one block ---- */

struct block_source {
    struct row_source source;
    struct find *find;
    struct parts parts;
};

static bool stored_may_match(struct row_source *source, size_t test, bool *out, struct err *err) {
    struct block_source *self = (struct block_source *)source;

    return presence_test_may_match(self->find->presence, test, self->parts.block, out, err);
}

static bool stored_column(struct row_source *source, unsigned column, struct column_view *out,
                          struct err *err) {
    return parts_column(&((struct block_source *)source)->parts, column, out, err);
}

static bool stored_event_id(struct row_source *source, uint64_t id_hash, uint8_t *flags,
                            struct err *err) {
    return parts_match_id(&((struct block_source *)source)->parts, id_hash, flags, err);
}

/* The first row whose time is `time_ms` or later. */
static size_t row_at(const struct time_view *times, size_t rows, int64_t time_ms) {
    size_t low = 0;

    while (low < rows) {
        size_t middle = low + (rows - low) / 2;
        if (time_view_at(times, middle) < time_ms)
            low = middle + 1;
        else
            rows = middle;
    }
    return low;
}

/* Leaves out rows at both ends that are outside of the query's times. Most blocks lie inside: their
 * times need not be read for that. */
static bool narrow(struct find *find, struct block_source *source, struct err *err) {
    const struct block *block = source->parts.block;
    struct time_view times;

    if (block->first_ms >= find->from_ms && block->last_ms < find->to_ms)
        return true;
    if (!parts_times(&source->parts, &times, err))
        return false;
    source->source.first = row_at(&times, block->rows, find->from_ms);
    source->source.end = row_at(&times, block->rows, find->to_ms);
    return true;
}

/* What orders the rows of a block, but for their hashes. */
struct row_places {
    struct time_view times;
    struct column_view imports;
};

/* Rows [first, end) of a block, from the wanted end. */
struct row_walk {
    const uint8_t *flags; /* flags[i] is of row base + i; NULL: all */
    size_t base;
    size_t first;
    size_t end;
    bool downwards;
};

static bool next_row(struct row_walk *walk, size_t *out_row) {
    size_t row = walk->downwards ? walk->end - 1 : walk->first;

    if (walk->first >= walk->end)
        return false;
    if (walk->flags != NULL) {
        const uint8_t *flags = walk->flags + (walk->first - walk->base);
        const uint8_t *found = walk->downwards ? memrchr(flags, 1, walk->end - walk->first)
                                               : memchr(flags, 1, walk->end - walk->first);
        if (found == NULL)
            return false;
        row = walk->first + (size_t)(found - flags);
    }
    *(walk->downwards ? &walk->end : &walk->first) = walk->downwards ? row : row + 1;
    *out_row = row;
    return true;
}

/* Whether a row of this time, and all that come behind it in the order, are too late for the page.
 */
static bool is_late(const struct find *find, int64_t time_ms) {
    if (find->best.count < find->best.capacity)
        return false;
    int64_t last_ms = find->best.candidates[0].position.time_ms;
    return find->query->order == ORDER_NEWEST_FIRST ? time_ms < last_ms : time_ms > last_ms;
}

static bool offer_row(struct find *find, struct block_source *source,
                      const struct row_places *places, const struct block *block, size_t row,
                      bool *out_wanted, struct err *err) {
    struct span import = places->imports.cells[column_view_id(&places->imports, row)];
    struct candidate candidate = {.block = block, .row = (uint16_t)row};

    candidate.position.import = import_of_cell(import);
    candidate.position.time_ms = time_view_at(&places->times, row);
    if (!parts_hash(&source->parts, row, &candidate.position.hash, err))
        return false;
    *out_wanted = find_offer(find, &candidate);
    return true;
}

static bool offer_rows(struct find *find, struct block_source *source,
                       const struct row_places *places, const uint8_t *flags, struct err *err) {
    const struct row_source *rows = &source->source;
    struct block *block = arena_allocate(&find->work, sizeof(*block));
    enum order order = find->query->order;
    struct row_walk walk = {flags, rows->first, rows->first, rows->end,
                            order == ORDER_NEWEST_FIRST};
    bool wanted = true;
    size_t row;

    *block = *source->parts.block;
    /* Of several imports, the rows are in no order of arrival. */
    bool in_order = order != ORDER_ARRIVAL || block->first_import == block->last_import;
    while ((wanted || !in_order) && next_row(&walk, &row)) {
        if (order != ORDER_ARRIVAL && is_late(find, time_view_at(&places->times, row)))
            return true;
        if (!offer_row(find, source, places, block, row, &wanted, err))
            return false;
    }
    return true;
}

static bool look_through(struct find *find, struct block_source *source, struct err *err) {
    struct row_places places;
    uint8_t *flags;
    bool any;

    if (!narrow(find, source, err) ||
        !evaluate(&source->source, find->query, &find->reader->scratch, &flags, &any, err))
        return false;
    if (!any)
        return true;
    if (!parts_times(&source->parts, &places.times, err) ||
        !parts_column(&source->parts, COLUMN_IMPORT, &places.imports, err))
        return false;
    return offer_rows(find, source, &places, flags, err);
}

static bool search_block(struct find *find, const struct block *block, struct err *err) {
    struct block_source source = {
        .source = {.rows = block->rows,
                   .end = block->rows,
                   .may_match = stored_may_match,
                   .column = stored_column,
                   .event_id = stored_event_id},
        .find = find,
    };

    arena_reset(&find->reader->scratch);
    parts_open(&source.parts, find->reader, block);
    bool good = look_through(find, &source, err);
    find->blocks_read += source.parts.has_read;
    parts_close(&source.parts);
    return good;
}

/* ---- which blocks ---- */

static bool spend(struct find *find, struct err *err) {
    const struct find_budget *budget = find->budget;

    find->blocks_seen++;
    if (budget == NULL)
        return true;
    if ((budget->blocks > 0 && find->blocks_seen > budget->blocks) ||
        (budget->reads > 0 && find->blocks_read >= budget->reads))
        return err_set(err, ERR_BUDGET, "more blocks to read than may be");
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

/* What the list tells of a block; its other facts are read when it is opened. */
static struct block listed_block(sqlite3_stmt *statement) {
    return (struct block){
        .id = sqlite3_column_int64(statement, 0),
        .first_ms = sqlite3_column_int64(statement, 1),
        .last_ms = sqlite3_column_int64(statement, 2),
        .first_import = sqlite3_column_int64(statement, 3),
        .last_import = INT64_MAX,
    };
}

static bool search_listed(struct find *find, const struct block *listed, struct err *err) {
    struct block block;
    bool may_match;

    if (!presence_may_match(find->presence, listed, &may_match, err))
        return false;
    if (!may_match)
        return true;
    /* Again, now that its imports are known. */
    if (!block_get(&find->reader->database, listed->id, &block, err) ||
        !presence_may_match(find->presence, &block, &may_match, err))
        return false;
    return !may_match || (spend(find, err) && search_block(find, &block, err));
}

static bool search_all(struct find *find, sqlite3_stmt *statement, struct err *err) {
    bool row;

    while (database_step(&find->reader->database, statement, &row, err)) {
        if (!row)
            return true;
        struct block listed = listed_block(statement);
        if (is_beyond(find, &listed))
            return true;
        if (!search_listed(find, &listed, err))
            return false;
    }
    return false;
}

bool find_in_blocks(struct find *find, struct err *err) {
    sqlite3_stmt *statement = list_blocks(find, err);

    if (statement == NULL)
        return false;
    find->presence = presence_new(find->query, &find->reader->database, &find->work);
    bool good = search_all(find, statement, err);
    sqlite3_reset(statement);
    return good;
}
