/* The parts of a block out of the database. */
#include <string.h>

#include "store/block.h"
#include "store/codec.h"
#include "store/records.h"

/* A number that no block has is brought among those that one can have: then what is read by it does
 * not fit, and is told as damaged. */
static size_t possible_rows(int64_t rows) {
    if (rows < 1)
        return 1;
    return rows > BLOCK_ROWS ? BLOCK_ROWS : (size_t)rows;
}

struct block block_from_row(sqlite3_stmt *statement) {
    return (struct block){
        .id = sqlite3_column_int64(statement, 0),
        .first_ms = sqlite3_column_int64(statement, 1),
        .last_ms = sqlite3_column_int64(statement, 2),
        .first_import = sqlite3_column_int64(statement, 3),
        .last_import = sqlite3_column_int64(statement, 4),
        .rows = possible_rows(sqlite3_column_int64(statement, 5)),
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

/* The bytes of a compressed part, in the arena. */
static bool read_part(struct database *database, struct decompressor *decompressor, int64_t block,
                      unsigned part, struct arena *arena, struct span *out, struct err *err) {
    sqlite3_stmt *statement = read_row(database, SQL_GET_PART, part_id(block, part), err);

    if (statement == NULL)
        return false;
    bool good = decompress(decompressor, NULL, column_bytes(statement, 0), arena, out, err);
    sqlite3_reset(statement);
    return good;
}

static bool damaged(const struct block *block, const char *what, struct err *err) {
    return err_set(err, ERR_INTERNAL, "the %s of block %lld are damaged", what,
                   (long long)block->id);
}

/* The column of a block whose rows all came with one import. */
static struct column_view one_import(const struct block *block, struct arena *arena) {
    struct span *cell = arena_allocate(arena, sizeof(*cell));
    struct span bytes = {(const char *)&block->first_import, sizeof(block->first_import)};

    *cell = arena_copy(arena, bytes);
    return (struct column_view){cell, 1, NULL, NULL};
}

/* Distances from the first import -> imports. */
static void count_imports(const struct block *block, struct arena *arena,
                          struct column_view *view) {
    struct span *cells = arena_allocate(arena, view->cell_count * sizeof(*cells));

    for (uint32_t i = 0; i < view->cell_count; i++) {
        /* Unsigned, since what is damaged may be any number. */
        int64_t import =
            (int64_t)((uint64_t)block->first_import + (uint64_t)import_of_cell(view->cells[i]));
        cells[i] = arena_copy(arena, (struct span){(const char *)&import, sizeof(import)});
    }
    view->cells = cells;
}

bool block_read_imports(struct database *database, struct decompressor *decompressor,
                        const struct block *block, struct arena *arena, struct column_view *out,
                        struct err *err) {
    struct span bytes;

    if (block->first_import == block->last_import) {
        *out = one_import(block, arena);
        return true;
    }
    if (!read_part(database, decompressor, block->id, PART_IMPORT, arena, &bytes, err) ||
        !column_decode(bytes, NULL, block->rows, arena, out, err))
        return false;
    for (uint32_t i = 0; i < out->cell_count; i++) {
        if (out->cells[i].length != sizeof(int64_t))
            return damaged(block, "imports", err);
    }
    count_imports(block, arena, out);
    return true;
}

bool block_read_column(struct database *database, struct decompressor *decompressor,
                       const struct block *block, unsigned column, const uint16_t *slots,
                       struct arena *arena, struct column_view *out, struct err *err) {
    struct span bytes;

    return read_part(database, decompressor, block->id, column, arena, &bytes, err) &&
           column_decode(bytes, slots, block->rows, arena, out, err);
}

/* Whether the next eight numbers take a byte each, as nearly all do. */
static bool are_short(const struct decoder *decoder) {
    uint64_t word;

    if (decoder->rest.length < sizeof(word))
        return false;
    memcpy(&word, decoder->rest.data, sizeof(word));
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

/* Unsigned, since what is damaged may be any number. */
static void decode_steps(struct decoder *decoder, uint64_t unit, uint64_t time_ms, size_t rows,
                         int64_t *out) {
    for (size_t row = 0; row < rows;) {
        if (rows - row < 8 || !are_short(decoder)) {
            time_ms += decode_varint(decoder) * unit;
            out[row++] = (int64_t)time_ms;
            continue;
        }
        for (size_t i = 0; i < 8; i++) {
            time_ms += (uint8_t)decoder->rest.data[i] * unit;
            out[row++] = (int64_t)time_ms;
        }
        decoder->rest = span_skip(decoder->rest, 8);
    }
}

bool block_read_times(struct database *database, struct decompressor *decompressor,
                      const struct block *block, struct arena *arena, const int64_t **out,
                      struct err *err) {
    struct span bytes;
    int64_t *times = arena_allocate(arena, block->rows * sizeof(*times));

    if (!read_part(database, decompressor, block->id, PART_TIMES, arena, &bytes, err))
        return false;
    struct decoder decoder = {bytes, false};
    uint64_t unit = decode_varint(&decoder);
    decode_steps(&decoder, unit, (uint64_t)block->first_ms, block->rows, times);
    if (decoder.damaged || decoder.rest.length > 0 || times[block->rows - 1] != block->last_ms)
        return damaged(block, "times", err);
    *out = times;
    return true;
}

static bool decode_hashes(const struct block *block, struct decompressor *decompressor,
                          struct span bytes, struct arena *arena, const uint64_t **out,
                          struct err *err) {
    struct decoder decoder = {bytes, false};
    const char *upper = decode_bytes(&decoder, block->rows * HASH_UPPER_BYTES).data;
    struct span lower;

    if (decoder.damaged)
        return damaged(block, "hashes", err);
    if (!decompress(decompressor, NULL, decoder.rest, arena, &lower, err))
        return false;
    if (lower.length != block->rows * HASH_LOWER_BYTES)
        return damaged(block, "hashes", err);
    uint64_t *hashes = arena_allocate(arena, block->rows * sizeof(*hashes));
    for (size_t row = 0; row < block->rows; row++) {
        char *hash = (char *)&hashes[row];
        memcpy(hash, lower.data + row * HASH_LOWER_BYTES, HASH_LOWER_BYTES);
        memcpy(hash + HASH_LOWER_BYTES, upper + row * HASH_UPPER_BYTES, HASH_UPPER_BYTES);
    }
    *out = hashes;
    return true;
}

bool block_read_hashes(struct database *database, struct decompressor *decompressor,
                       const struct block *block, struct arena *arena, const uint64_t **out,
                       struct err *err) {
    sqlite3_stmt *statement =
        read_row(database, SQL_GET_PART, part_id(block->id, PART_HASHES), err);

    if (statement == NULL)
        return false;
    bool good = decode_hashes(block, decompressor, column_bytes(statement, 0), arena, out, err);
    sqlite3_reset(statement);
    return good;
}

static bool decode_slots(const struct block *block, struct span bytes, struct arena *arena,
                         const uint16_t **out, struct err *err) {
    uint16_t largest = 0;

    if (bytes.length != block->rows * sizeof(**out))
        return damaged(block, "slots", err);
    uint16_t *slots = arena_allocate(arena, bytes.length);
    memcpy(slots, bytes.data, bytes.length);
    for (size_t row = 0; row < block->rows; row++)
        largest = slots[row] > largest ? slots[row] : largest;
    if (largest >= block->rows)
        return damaged(block, "slots", err);
    *out = slots;
    return true;
}

bool block_read_slots(struct database *database, const struct block *block, struct arena *arena,
                      const uint16_t **out, struct err *err) {
    sqlite3_stmt *statement = read_row(database, SQL_GET_PART, part_id(block->id, PART_SLOTS), err);

    if (statement == NULL)
        return false;
    bool good = decode_slots(block, column_bytes(statement, 0), arena, out, err);
    sqlite3_reset(statement);
    return good;
}

bool block_read_records(struct database *database, struct decompressor *decompressor,
                        const struct dictionary *dictionary, const struct block *block,
                        const uint16_t *rows, size_t count, struct arena *arena, struct span *out,
                        struct err *err) {
    struct record_source source = {.cache = NULL};

    if (!block_read_slots(database, block, arena, &source.slots, err))
        return false;
    frames_open(&source.frames, database, decompressor, dictionary, block);
    bool good = records_read(&source, rows, count, arena, out, err);
    frames_close(&source.frames);
    return good;
}
