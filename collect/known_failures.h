/* The objects of an import that have failed for good already: what an import that goes on after a
 * kill must not try and count again. Those that were imported the store knows by their marks. */
#ifndef TRAILD_COLLECT_KNOWN_FAILURES_H
#define TRAILD_COLLECT_KNOWN_FAILURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "store/store.h"

struct known_failures {
    struct span *sources; /* of their receipts, in order; in the arena */
    size_t count;
    struct arena arena;
};

/* The newest `limit` failures below this import. */
MUST_USE bool known_failures_read(struct store *store, int64_t import, size_t limit,
                                  struct known_failures *out, struct err *err);

bool known_failures_hold(const struct known_failures *failures, struct span source);

void known_failures_clear(struct known_failures *failures);

#endif
