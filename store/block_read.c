/* The parts of a block out of the database. */
#include <string.h>

#include "store/block.h"
#include "store/codec.h"
#include "store/records.h"

struct block block_from_row(sqlite3_stmt *statement) {
    return (struct block){
        .id = sqlite3_column_int64(statement, 0),
        .first_ms = sqlite3_column_int64(statement, 1),
        .last_ms = sqlite3_column_int64(statement, 2),
        .first_import = sqlite3_column_int64(statement, 3),
        .last_import = sqlite3_column_int64(statement, 4),
        .rows = (size_t)sqlite3_column_int64(statement, 5),
        .dictionary = sqlite3_column_int64(statement, 6),
    };
}

/* Steps to the one row that must be there. */
static sqlite3_stmt *read_row(struct database *database, enum sql sql, int64_t id,
                              struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);
    bool row;

    if (statement == NULL)
        return NULL;
    bind_integer(statement, 1, id);
    if (!database_step(database, statement, &row, err))
        return NULL;
    if (!row) {
        err_set(err, ERR_INTERNAL, "the store lacks row %lld of: %s", (long long)id, sql_text(sql));
        return NULL;
    }
    return statement;
}

bool block_get(struct database *database, int64_t id, struct block *out, struct err *err) {
    sqlite3_stmt *statement = read_row(database, SQL_GET_BLOCK, id, err);

    if (statement == NULL)
        return false;
    *out = block_from_row(statement);
    sqlite3_reset(statement);
    return true;
}

bool block_read_part(struct database *database, struct decompressor *decompressor, int64_t block,
                     unsigned part, struct arena *arena, struct span *out, struct err *err) {
    sqlite3_stmt *statement = read_row(database, SQL_GET_PART, part_id(block, part), err);

    if (statement == NULL)
        return false;
    bool good = true;
    if (part == PART_HASHES || part == PART_SLOTS)
        *out = arena_copy(arena, column_bytes(statement, 0));
    else
        good = decompress(decompressor, NULL, column_bytes(statement, 0), arena, out, err);
    sqlite3_reset(statement);
    return good;
}

/* The column of a block whose rows all came with one import. */
static struct column_view one_import(const struct block *block, struct arena *arena) {
    struct span *cell = arena_allocate(arena, sizeof(*cell));
    struct span bytes = {(const char *)&block->first_import, sizeof(block->first_import)};

    *cell = arena_copy(arena, bytes);
    return (struct column_view){cell, 1, NULL};
}

/* Distances from the first import -> imports. */
static void count_imports(const struct block *block, struct arena *arena,
                          struct column_view *view) {
    struct span *cells = arena_allocate(arena, view->cell_count * sizeof(*cells));

    for (uint32_t i = 0; i < view->cell_count; i++) {
        int64_t import = block->first_import + import_of_cell(view->cells[i]);
        cells[i] = arena_copy(arena, (struct span){(const char *)&import, sizeof(import)});
    }
    view->cells = cells;
}

static bool read_imports(struct database *database, struct decompressor *decompressor,
                         const struct block *block, struct arena *arena, struct column_view *out,
                         struct err *err) {
    struct span bytes;

    if (!block_read_part(database, decompressor, block->id, PART_IMPORT, arena, &bytes, err) ||
        !column_decode(bytes, block->rows, arena, out, err))
        return false;
    for (uint32_t i = 0; i < out->cell_count; i++) {
        if (out->cells[i].length != sizeof(int64_t))
            return err_set(err, ERR_INTERNAL, "the imports of block %lld are damaged",
                           (long long)block->id);
    }
    count_imports(block, arena, out);
    return true;
}

bool block_read_column(struct database *database, struct decompressor *decompressor,
                       const struct block *block, unsigned column, struct arena *arena,
                       struct column_view *out, struct err *err) {
    struct span bytes;

    if (column == COLUMN_IMPORT && block->first_import == block->last_import) {
        *out = one_import(block, arena);
        return true;
    }
    if (column == COLUMN_IMPORT)
        return read_imports(database, decompressor, block, arena, out, err);
    return block_read_part(database, decompressor, block->id, column, arena, &bytes, err) &&
           column_decode(bytes, block->rows, arena, out, err);
}

bool block_read_times(struct database *database, struct decompressor *decompressor,
                      const struct block *block, struct arena *arena, const int64_t **out,
                      struct err *err) {
    struct span bytes;
    int64_t *times = arena_allocate(arena, block->rows * sizeof(*times));

    if (!block_read_part(database, decompressor, block->id, PART_TIMES, arena, &bytes, err))
        return false;
    struct decoder decoder = {bytes, false};
    int64_t unit = (int64_t)decode_varint(&decoder);
    int64_t time_ms = block->first_ms;
    for (size_t i = 0; i < block->rows; i++) {
        time_ms += (int64_t)decode_varint(&decoder) * unit;
        times[i] = time_ms;
    }
    if (decoder.damaged)
        return err_set(err, ERR_INTERNAL, "the times of block %lld are damaged",
                       (long long)block->id);
    *out = times;
    return true;
}

static bool read_array(struct database *database, struct decompressor *decompressor,
                       const struct block *block, unsigned part, size_t item, struct arena *arena,
                       const void **out, struct err *err) {
    struct span bytes;

    if (!block_read_part(database, decompressor, block->id, part, arena, &bytes, err))
        return false;
    if (bytes.length != block->rows * item)
        return err_set(err, ERR_INTERNAL, "part %u of block %lld is damaged", part,
                       (long long)block->id);
    *out = bytes.data; /* an arena's memory is aligned for any type */
    return true;
}

bool block_read_hashes(struct database *database, struct decompressor *decompressor,
                       const struct block *block, struct arena *arena, const uint64_t **out,
                       struct err *err) {
    const void *hashes = NULL;

    if (!read_array(database, decompressor, block, PART_HASHES, sizeof(**out), arena, &hashes, err))
        return false;
    *out = hashes;
    return true;
}

bool block_read_slots(struct database *database, struct decompressor *decompressor,
                      const struct block *block, struct arena *arena, const uint16_t **out,
                      struct err *err) {
    const void *slots = NULL;

    if (!read_array(database, decompressor, block, PART_SLOTS, sizeof(**out), arena, &slots, err))
        return false;
    *out = slots;
    return true;
}

bool block_read_records(struct database *database, struct decompressor *decompressor,
                        const struct dictionary *dictionary, const struct block *block,
                        const uint16_t *rows, size_t count, struct arena *arena, struct span *out,
                        struct err *err) {
    struct record_source source = {.cache = NULL};

    if (!block_read_slots(database, decompressor, block, arena, &source.slots, err))
        return false;
    frames_open(&source.frames, database, decompressor, dictionary, block);
    bool good = records_read(&source, rows, count, arena, out, err);
    frames_close(&source.frames);
    return good;
}
