/* The parts of a block out of the database. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/block.h"
#include "store/codec.h"

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

/* ---- records ---- */

struct wanted {
    uint16_t slot;
    size_t place; /* in the caller's list */
};

static int compare_slots(const void *a, const void *b) {
    return (int)((const struct wanted *)a)->slot - (int)((const struct wanted *)b)->slot;
}

/* The chunk and the frame that were read last. */
struct frame_reader {
    struct database *database;
    struct decompressor *decompressor;
    const struct dictionary *dictionary;
    const struct block *block;
    struct arena frame;  /* the inflated bytes of the frame that is open */
    sqlite3_stmt *chunk; /* stands on the row while its bytes are in use */
    size_t chunk_number;
    size_t frame_number; /* in the block */
    struct span records[FRAME_RECORDS];
};

static bool damaged(const struct frame_reader *reader, struct err *err) {
    return err_set(err, ERR_INTERNAL, "the records of block %lld are damaged",
                   (long long)reader->block->id);
}

static bool open_chunk(struct frame_reader *reader, size_t number, struct err *err) {
    if (reader->chunk != NULL && reader->chunk_number == number)
        return true;
    reader->chunk =
        read_row(reader->database, SQL_GET_CHUNK, chunk_id(reader->block->id, number), err);
    reader->chunk_number = number;
    return reader->chunk != NULL;
}

static size_t records_from(const struct frame_reader *reader, size_t slot, size_t most) {
    size_t rest = reader->block->rows - slot;

    return rest < most ? rest : most;
}

/* Cuts one frame's bytes out of its chunk. */
static bool find_frame(struct frame_reader *reader, size_t frame, struct span *out,
                       struct err *err) {
    size_t slot = reader->chunk_number * CHUNK_RECORDS;
    size_t frames = (records_from(reader, slot, CHUNK_RECORDS) + FRAME_RECORDS - 1) / FRAME_RECORDS;
    struct decoder decoder = {column_bytes(reader->chunk, 0), false};
    uint32_t ends[CHUNK_FRAMES] = {0};
    size_t number = frame % CHUNK_FRAMES;

    decode_fixed(&decoder, ends, frames * sizeof(ends[0]));
    size_t from = number == 0 ? 0 : ends[number - 1];
    if (decoder.damaged || from > ends[number] || ends[number] > decoder.rest.length)
        return damaged(reader, err);
    *out = (struct span){decoder.rest.data + from, ends[number] - from};
    return true;
}

static bool open_frame(struct frame_reader *reader, size_t frame, struct err *err) {
    struct span packed;
    struct span bytes;
    size_t lengths[FRAME_RECORDS];
    size_t count = records_from(reader, frame * FRAME_RECORDS, FRAME_RECORDS);

    if (reader->frame_number == frame)
        return true;
    arena_clear(&reader->frame);
    if (!open_chunk(reader, frame / CHUNK_FRAMES, err) ||
        !find_frame(reader, frame, &packed, err) ||
        !decompress(reader->decompressor, reader->dictionary, packed, &reader->frame, &bytes, err))
        return false;
    struct decoder decoder = {bytes, false};
    for (size_t i = 0; i < count; i++)
        lengths[i] = decode_bounded(&decoder, LIMIT_RECORD_BYTES);
    for (size_t i = 0; i < count; i++)
        reader->records[i] = decode_bytes(&decoder, lengths[i]);
    reader->frame_number = frame;
    return decoder.damaged ? damaged(reader, err) : true;
}

static bool read_wanted(struct frame_reader *reader, const struct wanted *wanted, size_t count,
                        struct arena *arena, struct span *out, struct err *err) {
    for (size_t i = 0; i < count; i++) {
        if (!open_frame(reader, wanted[i].slot / FRAME_RECORDS, err))
            return false;
        out[wanted[i].place] = arena_copy(arena, reader->records[wanted[i].slot % FRAME_RECORDS]);
    }
    return true;
}

bool block_read_records(struct database *database, struct decompressor *decompressor,
                        const struct dictionary *dictionary, const struct block *block,
                        const uint16_t *rows, size_t count, struct arena *arena, struct span *out,
                        struct err *err) {
    const void *slots = NULL;
    struct frame_reader reader = {.database = database,
                                  .decompressor = decompressor,
                                  .dictionary = dictionary,
                                  .block = block,
                                  .frame_number = SIZE_MAX};

    if (!read_array(database, decompressor, block, PART_SLOTS, sizeof(uint16_t), arena, &slots,
                    err))
        return false;
    struct wanted *wanted = arena_allocate(arena, count * sizeof(*wanted));
    for (size_t i = 0; i < count; i++)
        wanted[i] = (struct wanted){((const uint16_t *)slots)[rows[i]], i};
    for (size_t i = 0; i < count; i++) {
        if (wanted[i].slot >= block->rows)
            return damaged(&reader, err);
    }
    qsort(wanted, count, sizeof(*wanted), compare_slots);
    bool good = read_wanted(&reader, wanted, count, arena, out, err);
    if (reader.chunk != NULL)
        sqlite3_reset(reader.chunk);
    arena_clear(&reader.frame);
    return good;
}
