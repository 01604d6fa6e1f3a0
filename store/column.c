#include "store/column.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "store/codec.h"

#define VALUE_SEED  3
#define ABSENT_HASH UINT64_C(0x9e3779b97f4a7c15)

static bool cell_equal(struct span a, struct span b) {
    return (a.data == NULL) == (b.data == NULL) && span_equal(a, b);
}

/* The slot that holds the cell, or the free one where it belongs. */
static uint32_t find_slot(const struct column *column, uint64_t hash, struct span cell) {
    uint32_t mask = column->slot_count - 1;
    uint32_t slot = (uint32_t)hash & mask;

    while (column->slots[slot] != 0) {
        uint32_t number = column->slots[slot] - 1U;
        if (column->hashes[number] == hash && cell_equal(column->cells[number], cell))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void fill_slots(struct column *column, uint32_t count) {
    free(column->slots);
    column->slots = memory_new(count, sizeof(*column->slots));
    column->slot_count = count;
    for (uint32_t i = 0; i < column->cell_count; i++) {
        uint32_t slot = find_slot(column, column->hashes[i], column->cells[i]);
        column->slots[slot] = (uint16_t)(i + 1);
    }
}

static uint16_t add_cell(struct column *column, struct arena *arena, uint64_t hash,
                         struct span cell, uint32_t slot) {
    uint32_t number = column->cell_count++;

    if (number == column->cell_capacity) {
        column->cell_capacity = number == 0 ? 16 : number * 2;
        column->cells = memory_resize(column->cells, column->cell_capacity, sizeof(*column->cells));
        column->hashes =
            memory_resize(column->hashes, column->cell_capacity, sizeof(*column->hashes));
    }
    column->cells[number] = arena_copy(arena, cell);
    column->hashes[number] = hash;
    column->slots[slot] = (uint16_t)(number + 1);
    return (uint16_t)number;
}

void column_reserve(struct column *column, size_t rows) {
    column->ids = memory_resize(column->ids, rows, sizeof(*column->ids));
}

/* The number of the cell, which is added when it is new. */
static uint16_t number_of(struct column *column, struct arena *arena, struct span cell) {
    uint64_t hash = cell.data == NULL ? ABSENT_HASH : hash_bytes(cell, 0);

    if (column->cell_count * 2 >= column->slot_count)
        fill_slots(column, column->slot_count == 0 ? 16 : column->slot_count * 2);
    uint32_t slot = find_slot(column, hash, cell);
    return column->slots[slot] != 0 ? (uint16_t)(column->slots[slot] - 1)
                                    : add_cell(column, arena, hash, cell, slot);
}

void column_add(struct column *column, struct arena *arena, size_t row, struct span cell) {
    /* Events that come together are alike: mostly it is the cell of the one before. */
    if (column->last >= column->cell_count || !cell_equal(column->cells[column->last], cell))
        column->last = number_of(column, arena, cell);
    column->ids[row] = column->last;
}

/* Cells are numbered as they come, so those of the first rows are the first. */
void column_truncate(struct column *column, size_t rows) {
    uint32_t count = 0;

    for (size_t row = 0; row < rows; row++)
        count = column->ids[row] >= count ? column->ids[row] + 1U : count;
    if (count == column->cell_count)
        return;
    column->cell_count = count;
    fill_slots(column, column->slot_count);
}

void column_copy_view(struct column *column, const struct column_view *view, size_t rows) {
    column->cell_count = view->cell_count;
    column->cells = memory_new(view->cell_count, sizeof(*column->cells));
    memcpy(column->cells, view->cells, view->cell_count * sizeof(*column->cells));
    column->ids = memory_new(rows, sizeof(*column->ids));
    for (size_t row = 0; row < rows; row++)
        column->ids[row] = column_view_id(view, row);
}

void column_reset(struct column *column) {
    if (column->slots != NULL)
        memset(column->slots, 0, column->slot_count * sizeof(*column->slots));
    column->cell_count = 0;
}

void column_clear(struct column *column) {
    free(column->cells);
    free(column->hashes);
    free(column->slots);
    free(column->ids);
    *column = (struct column){0};
}

struct column_view column_view_of(const struct column *column) {
    return (struct column_view){column->cells, column->cell_count, column->ids, NULL};
}

enum cell_kind column_kind(unsigned column) {
    switch (column) {
    case ATTRIBUTE_RESOURCE:
    case ATTRIBUTE_LOOKUP_TYPE:
        return CELL_TEXTS;
    case ATTRIBUTE_LOOKUP_NAME:
        return CELL_HASHES;
    default:
        return CELL_PLAIN;
    }
}

struct cell_values cell_values_of(unsigned column, struct span cell) {
    return (struct cell_values){cell, column_kind(column)};
}

bool cell_next_value(struct cell_values *values, struct span *out) {
    if (values->rest.data == NULL || (values->kind != CELL_PLAIN && values->rest.length == 0))
        return false;
    if (values->kind == CELL_PLAIN) {
        *out = values->rest;
        values->rest = SPAN_NONE;
        return true;
    }
    struct decoder decoder = {values->rest, false};
    *out = values->kind == CELL_TEXTS ? decode_text(&decoder)
                                      : decode_bytes(&decoder, sizeof(uint32_t));
    values->rest = decoder.rest;
    return !decoder.damaged;
}

struct span cell_value_of(unsigned column, struct span text, uint32_t *room) {
    if (column_kind(column) != CELL_HASHES)
        return text;
    *room = (uint32_t)hash_bytes(text, VALUE_SEED);
    return (struct span){(const char *)room, sizeof(*room)};
}

void cell_append_value(struct buffer *cell, unsigned column, struct span text) {
    uint32_t hash;
    struct span value = cell_value_of(column, text, &hash);

    if (column_kind(column) == CELL_HASHES)
        buffer_append(cell, value);
    else
        encode_text(cell, value);
}

/* Numbers the used cells anew, in the order in which they first appear. */
static size_t renumber(const struct column *column, const uint16_t *order, size_t rows,
                       uint16_t *out_ids, struct span *out_used) {
    uint32_t *numbers = memory_new(column->cell_count, sizeof(*numbers));
    size_t used = 0;

    for (size_t i = 0; i < rows; i++) {
        uint16_t old = column->ids[order[i]];
        if (numbers[old] == 0) {
            out_used[used] = column->cells[old];
            numbers[old] = (uint32_t)++used;
        }
        out_ids[i] = (uint16_t)(numbers[old] - 1);
    }
    free(numbers);
    return used;
}

static void encode_ids(struct buffer *out, const uint16_t *ids, size_t rows, size_t cells) {
    if (cells <= 1)
        return;
    if (cells > 256) {
        encode_fixed(out, ids, rows * sizeof(*ids));
        return;
    }
    char *room = buffer_reserve(out, rows);
    for (size_t i = 0; i < rows; i++)
        room[i] = (char)ids[i];
    out->length += rows;
}

void column_encode(const struct column *column, const uint16_t *order, size_t rows,
                   struct buffer *out, struct span *out_used, size_t *out_used_count) {
    uint16_t *ids = memory_new(rows, sizeof(*ids));
    size_t used = renumber(column, order, rows, ids, out_used);

    encode_varint(out, used);
    for (size_t i = 0; i < used; i++)
        encode_text(out, out_used[i]);
    encode_ids(out, ids, rows, used);
    *out_used_count = used;
    free(ids);
}

/* Numbers as stored, a byte each, in the order of rows; NULL when damaged. */
static const uint8_t *decode_small_ids(struct decoder *decoder, const uint16_t *slots, size_t rows,
                                       size_t cells, struct arena *arena) {
    const uint8_t *stored = (const uint8_t *)decode_bytes(decoder, rows).data;
    uint8_t *ids = arena_allocate(arena, rows);
    uint8_t largest = 0;

    if (decoder->damaged)
        return NULL;
    for (size_t row = 0; row < rows; row++) {
        ids[row] = stored[slots == NULL ? row : slots[row]];
        largest = ids[row] > largest ? ids[row] : largest;
    }
    decoder->damaged = largest >= cells;
    return ids;
}

/* The same of two bytes each. */
static const uint16_t *decode_wide_ids(struct decoder *decoder, const uint16_t *slots, size_t rows,
                                       size_t cells, struct arena *arena) {
    const char *stored = decode_bytes(decoder, rows * sizeof(uint16_t)).data;
    uint16_t *ids = arena_allocate(arena, rows * sizeof(*ids));
    uint16_t largest = 0;

    if (decoder->damaged)
        return NULL;
    for (size_t row = 0; row < rows; row++) {
        size_t place = slots == NULL ? row : slots[row];
        memcpy(&ids[row], stored + place * sizeof(*ids), sizeof(*ids));
        largest = ids[row] > largest ? ids[row] : largest;
    }
    decoder->damaged = largest >= cells;
    return ids;
}

bool column_decode(struct span bytes, const uint16_t *slots, size_t rows, struct arena *arena,
                   struct column_view *out, struct err *err) {
    struct decoder decoder = {bytes, false};
    size_t count = decode_bounded(&decoder, rows);
    struct span *cells = arena_allocate(arena, count * sizeof(*cells));

    for (size_t i = 0; i < count; i++)
        cells[i] = decode_text(&decoder);
    struct column_view view = {.cells = cells, .cell_count = (uint32_t)count};
    if (count > UINT8_MAX + 1)
        view.ids = decode_wide_ids(&decoder, slots, rows, count, arena);
    else if (count > 1)
        view.small_ids = decode_small_ids(&decoder, slots, rows, count, arena);
    if (decoder.damaged || count == 0)
        return err_set(err, ERR_INTERNAL, "a stored column is damaged");
    *out = view;
    return true;
}
