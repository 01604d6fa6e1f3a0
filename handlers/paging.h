/* Pages of a list: where the one asked for begins, and the cursor and link of the next. */
#ifndef TRAILD_HANDLERS_PAGING_H
#define TRAILD_HANDLERS_PAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "handlers/call.h"
#include "handlers/cursor.h"

struct page {
    size_t limit;
    bool resume;          /* a cursor was given: only what comes behind it */
    struct cursor cursor; /* the one given; else only `list` is set */
};

/* Reads `limit` and `cursor`. `order` tells lists in different orders apart. Fails when the cursor
 * does not belong to this list. */
MUST_USE bool page_begin(struct call *call, uint64_t order, struct page *out, struct err *err);

/* The cursor that goes on behind `next->after`; also sets the Link header to the next page. */
struct span page_next(struct call *call, const struct cursor *next);

/* Declarations for an endpoint's parameter table. */
#define PAGE_PARAMETERS                                                                            \
    {"limit", 0, read_limit, NULL, 0}, {                                                           \
        "cursor", 0, read_anything, NULL, 0                                                        \
    }

#endif
