/* A place in a list as an opaque word for clients, bound to the list it was made for. */
#ifndef TRAILD_HANDLERS_CURSOR_H
#define TRAILD_HANDLERS_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "store/query.h"

struct cursor {
    uint64_t list;         /* fingerprint of what list it is: path, filters, order, store */
    struct position after; /* the last item of the page */
    int64_t from_ms;       /* times as they were at the first page, so that now-24h stays put */
    int64_t to_ms;
};

struct span cursor_encode(const struct cursor *cursor, struct arena *arena);

/* Fails with ERR_INVALID and a reason when the word is damaged, or belongs to another list than
 * `list`. */
MUST_USE bool cursor_decode(struct span text, uint64_t list, struct cursor *out, struct err *err);

#endif
