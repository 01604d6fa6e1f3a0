/* A query's conditions over the columns of a block, stored or open: a flag per row. Every matcher
 * runs once per distinct value; rows are compared by small numbers. */
#ifndef TRAILD_STORE_EVALUATE_H
#define TRAILD_STORE_EVALUATE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/column.h"
#include "store/query.h"

/* Where columns come from. */
struct row_source {
    size_t rows;
    size_t first; /* only rows [first, end) are looked at */
    size_t end;
    /* Whether any row can match this test of the query, by its number; cheaper than the column.
     * NULL: that is not known. */
    bool (*may_match)(struct row_source *source, size_t test, bool *out, struct err *err);
    bool (*column)(struct row_source *source, unsigned column, struct column_view *out,
                   struct err *err);
    /* Sets flags[row] for the rows, of all, whose eventID has this hash. */
    bool (*event_id)(struct row_source *source, uint64_t id_hash, uint8_t *flags, struct err *err);
};

/* Flags of the rows that match all conditions, in the arena: out_flags[i], 1 or 0, is of row
 * first + i. NULL when there are no conditions, which is "all". `*out_any` is false when no row
 * matches. */
MUST_USE bool evaluate(struct row_source *source, const struct query *query, struct arena *arena,
                       uint8_t **out_flags, bool *out_any, struct err *err);

#endif
