#include "store/parts.h"

#include <string.h>

/* From there on it is quicker to decode all. */
#define SINGLE_HASHES 64

void parts_open(struct parts *parts, struct reader_connection *reader, const struct block *block) {
    *parts = (struct parts){.reader = reader, .block = block};
    parts->import = (struct span){(const char *)&block->first_import, sizeof(block->first_import)};
}

void parts_close(struct parts *parts) {
    row_hashes_close(&parts->hashes);
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (parts->held[i] != NULL)
            part_cache_give_back(TAKE(parts->held[i]));
    }
}

/* ---- reading ---- */

/* Into the part behind the cells. Gives how many bytes they took. */
static size_t pack_ids(const struct column_view *view, size_t rows, char *place,
                       struct column_view *out) {
    if (view->ids != NULL) {
        out->ids = memcpy(place, view->ids, rows * sizeof(*view->ids));
        return rows * sizeof(*view->ids);
    }
    if (view->small_ids == NULL)
        return 0;
    out->small_ids = memcpy(place, view->small_ids, rows);
    return rows;
}

/* Decoded, the pieces of a column lie apart, with room to spare. */
static struct cached_part *pack_column(struct part_cache *cache, const struct column_view *view,
                                       size_t rows) {
    size_t ids = view->ids != NULL ? rows * sizeof(*view->ids) : rows;
    size_t text = 0;

    for (uint32_t i = 0; i < view->cell_count; i++)
        text += view->cells[i].length;
    struct cached_part *part =
        part_new(cache, view->cell_count * sizeof(*view->cells) + ids + text);
    struct span *packed = (struct span *)part->bytes;
    char *at = part->bytes + view->cell_count * sizeof(*packed);
    part->column = (struct column_view){.cells = packed, .cell_count = view->cell_count};
    at += pack_ids(view, rows, at, &part->column);
    for (uint32_t i = 0; i < view->cell_count; i++) {
        struct span cell = view->cells[i];
        packed[i] = (struct span){cell.data == NULL ? NULL : at, cell.length};
        if (cell.length > 0)
            memcpy(at, cell.data, cell.length);
        at += cell.length;
    }
    return part;
}

static struct cached_part *pack_array(struct part_cache *cache, const void *items, size_t bytes) {
    struct cached_part *part = part_new(cache, bytes);

    memcpy(part->bytes, items, bytes);
    return part;
}

static bool decode_column(struct parts *parts, unsigned number, struct column_view *out,
                          struct err *err) {
    struct reader_connection *reader = parts->reader;
    const uint16_t *slots;

    if (number == COLUMN_IMPORT)
        return block_read_imports(&reader->database, &reader->decompressor, parts->block,
                                  &reader->scratch, out, err);
    return parts_slots(parts, &slots, err) &&
           block_read_column(&reader->database, &reader->decompressor, parts->block, number, slots,
                             &reader->scratch, out, err);
}

static struct cached_part *read_column(struct parts *parts, unsigned number, struct err *err) {
    struct column_view view;

    if (!decode_column(parts, number, &view, err))
        return NULL;
    return pack_column(parts->reader->parts, &view, parts->block->rows);
}

static struct cached_part *pack_times(struct part_cache *cache, const int64_t *times, size_t rows) {
    /* Unsigned, since what is damaged may be any number. */
    if ((uint64_t)times[rows - 1] - (uint64_t)times[0] > UINT32_MAX) {
        struct cached_part *whole = pack_array(cache, times, rows * sizeof(*times));
        whole->times = (struct time_view){.times = (const int64_t *)whole->bytes};
        return whole;
    }
    struct cached_part *part = part_new(cache, rows * sizeof(uint32_t));
    uint32_t *distances = (uint32_t *)part->bytes;
    for (size_t row = 0; row < rows; row++)
        distances[row] = (uint32_t)((uint64_t)times[row] - (uint64_t)times[0]);
    part->times = (struct time_view){.base_ms = times[0], .distances = distances};
    return part;
}

static struct cached_part *read_times(struct parts *parts, struct err *err) {
    struct reader_connection *reader = parts->reader;
    const int64_t *times;

    if (!block_read_times(&reader->database, &reader->decompressor, parts->block, &reader->scratch,
                          &times, err))
        return NULL;
    return pack_times(reader->parts, times, parts->block->rows);
}

static struct cached_part *read_hashes(struct parts *parts, struct err *err) {
    struct reader_connection *reader = parts->reader;
    const uint64_t *hashes;

    if (!block_read_hashes(&reader->database, &reader->decompressor, parts->block, &reader->scratch,
                           &hashes, err))
        return NULL;
    struct cached_part *part =
        pack_array(reader->parts, hashes, parts->block->rows * sizeof(*hashes));
    part->hashes = (const uint64_t *)part->bytes;
    return part;
}

static struct cached_part *read_slots(struct parts *parts, struct err *err) {
    struct reader_connection *reader = parts->reader;
    const uint16_t *slots;

    if (!block_read_slots(&reader->database, parts->block, &reader->scratch, &slots, err))
        return NULL;
    struct cached_part *part =
        pack_array(reader->parts, slots, parts->block->rows * sizeof(*slots));
    part->slots = (const uint16_t *)part->bytes;
    return part;
}

static struct cached_part *read_part(struct parts *parts, unsigned number, struct err *err) {
    switch (number) {
    case PART_TIMES:
        return read_times(parts, err);
    case PART_HASHES:
        return read_hashes(parts, err);
    case PART_SLOTS:
        return read_slots(parts, err);
    default:
        return read_column(parts, number, err);
    }
}

static const struct cached_part *hold(struct parts *parts, unsigned number, struct err *err) {
    int64_t block = parts->block->id;

    if (parts->held[number] != NULL)
        return parts->held[number];
    struct cached_part *part = part_cache_take(parts->reader->parts, block, number);
    if (part == NULL) {
        part = read_part(parts, number, err);
        parts->has_read = true;
        if (part != NULL)
            part = part_cache_add(parts->reader->parts, block, number, part);
    }
    return parts->held[number] = part;
}

/* ---- what is asked for ---- */

bool parts_column(struct parts *parts, unsigned column, struct column_view *out, struct err *err) {
    if (column == COLUMN_IMPORT && parts->block->first_import == parts->block->last_import) {
        *out = (struct column_view){&parts->import, 1, NULL, NULL};
        return true;
    }
    const struct cached_part *part = hold(parts, column, err);
    if (part == NULL)
        return false;
    *out = part->column;
    return true;
}

bool parts_times(struct parts *parts, struct time_view *out, struct err *err) {
    const struct cached_part *part = hold(parts, PART_TIMES, err);

    if (part == NULL)
        return false;
    *out = part->times;
    return true;
}

bool parts_slots(struct parts *parts, const uint16_t **out, struct err *err) {
    const struct cached_part *part = hold(parts, PART_SLOTS, err);

    if (part == NULL)
        return false;
    *out = part->slots;
    return true;
}

/* ---- hashes: of most blocks a few are wanted, and to decode them all takes long ---- */

static bool open_hashes(struct parts *parts, struct err *err) {
    struct reader_connection *reader = parts->reader;

    parts->has_read = true;
    return parts->hashes.part != NULL ||
           row_hashes_open(&parts->hashes, &reader->database, &reader->decompressor, parts->block,
                           &reader->scratch, err);
}

/* All of them, when they are in the cache, or are asked for often enough or are many; else nothing
 * is held. */
static bool hold_hashes(struct parts *parts, struct err *err) {
    struct part_cache *cache = parts->reader->parts;
    int64_t block = parts->block->id;

    if (parts->held[PART_HASHES] != NULL ||
        (parts->single_hashes > 0 && parts->single_hashes < SINGLE_HASHES))
        return true;
    parts->held[PART_HASHES] = part_cache_take(cache, block, PART_HASHES);
    if (parts->held[PART_HASHES] != NULL ||
        (!part_cache_worth(cache, block, PART_HASHES) && parts->single_hashes == 0))
        return true;
    return hold(parts, PART_HASHES, err) != NULL;
}

bool parts_hash(struct parts *parts, size_t row, uint64_t *out, struct err *err) {
    if (!hold_hashes(parts, err))
        return false;
    if (parts->held[PART_HASHES] != NULL) {
        *out = parts->held[PART_HASHES]->hashes[row];
        return true;
    }
    parts->single_hashes++;
    return open_hashes(parts, err) && row_hashes_get(&parts->hashes, row, out, err);
}

bool parts_match_id(struct parts *parts, uint64_t id_hash, uint8_t *flags, struct err *err) {
    return open_hashes(parts, err) && row_hashes_match(&parts->hashes, id_hash, flags, err);
}
