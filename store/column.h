/* One attribute of many events: the distinct values ("cells") and a cell number per row.
 *
 * A cell is the value itself; of an attribute with several values it is their list in stored form,
 * or the list of their hashes where nobody reads them back and most differ.
 * An event without a value has the cell SPAN_NONE. */
#ifndef TRAILD_STORE_COLUMN_H
#define TRAILD_STORE_COLUMN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "store/event.h"

/* Rows of a block, and so cells of a column: their numbers fit 16 bits. */
#define BLOCK_ROWS 16384

/* What is stored as a column: the attributes of an event, and the import that brought it. */
#define COLUMN_IMPORT ATTRIBUTE_COUNT
#define COLUMN_COUNT  (ATTRIBUTE_COUNT + 1)

/* A cell of the import column is the number in memory. */
static inline int64_t import_of_cell(struct span cell) {
    int64_t import;

    memcpy(&import, cell.data, sizeof(import));
    return import;
}

/* ---- growing, in memory ---- */

struct column {
    struct span *cells; /* bytes in the arena that column_add was given */
    uint64_t *hashes;   /* of the cells */
    uint32_t cell_count;
    uint32_t cell_capacity;
    uint16_t *slots; /* hash table: cell number + 1, or 0 */
    uint32_t slot_count;
    uint16_t last; /* the cell that was added or met last */
    uint16_t *ids; /* per row */
};

struct column_view;

/* Makes room for the cell numbers of `rows` rows. */
void column_reserve(struct column *column, size_t rows);
/* Gives row `row` its cell, copied into the arena when it is new. */
void column_add(struct column *column, struct arena *arena, size_t row, struct span cell);
/* Forgets the cells that only rows behind the first `rows` have. */
void column_truncate(struct column *column, size_t rows);
/* Fills an empty column with `rows` rows, to be copied or encoded from only: it can take no more.
 * The bytes of its cells stay the view's. */
void column_copy_view(struct column *column, const struct column_view *view, size_t rows);
void column_reset(struct column *column); /* keeps its memory, forgets the cells */
void column_clear(struct column *column);

/* ---- reading: the same for a column in memory and a stored one ---- */

struct column_view {
    const struct span *cells;
    uint32_t cell_count;
    const uint16_t *ids;      /* per row, when cells are many */
    const uint8_t *small_ids; /* per row, when they are few; without both all rows have cell 0 */
};

struct column_view column_view_of(const struct column *column);

static inline uint16_t column_view_id(const struct column_view *view, size_t row) {
    if (view->ids != NULL)
        return view->ids[row];
    return view->small_ids != NULL ? view->small_ids[row] : 0;
}

/* What the cells of a column are. */
enum cell_kind {
    CELL_PLAIN,  /* the value itself */
    CELL_TEXTS,  /* a list of values */
    CELL_HASHES, /* a list of their hashes of 32 bits */
};

enum cell_kind column_kind(unsigned column);

/* The values of a cell, one after another; a plain cell is its own only value, and a hash is given
 * as its bytes. */
struct cell_values {
    struct span rest;
    enum cell_kind kind;
};

struct cell_values cell_values_of(unsigned column, struct span cell);
bool cell_next_value(struct cell_values *values, struct span *out);

/* Appends a value to a list cell of the column under construction. */
void cell_append_value(struct buffer *cell, unsigned column, struct span text);

/* What a cell of the column has in place of a text: the text itself, or its hash, in `*room`. */
struct span cell_value_of(unsigned column, struct span text, uint32_t *room);

/* ---- stored form ---- */

/* The rows named by `order`, in that order; only the cells they use. `out_used` receives those
 * cells (room for `rows`) and `*out_used_count` how many: what a presence index needs. */
void column_encode(const struct column *column, const uint16_t *order, size_t rows,
                   struct buffer *out, struct span *out_used, size_t *out_used_count);

/* `slots` names the place of each row (below `rows`) in the order that was stored; NULL: the rows
 * are wanted in that order. Cells point into `bytes`; arrays are in the arena. ERR_INTERNAL when
 * the bytes are damaged. */
MUST_USE bool column_decode(struct span bytes, const uint16_t *slots, size_t rows,
                            struct arena *arena, struct column_view *out, struct err *err);

#endif
