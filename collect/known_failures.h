/* The objects of an import that have failed for good already: what an import that goes on after a
 * kill must not try and count again. Those that were imported the store knows by their marks. */
#ifndef TRAILD_COLLECT_KNOWN_FAILURES_H
#define TRAILD_COLLECT_KNOWN_FAILURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "store/store.h"

struct known_failure {
    struct span source;  /* of its receipt */
    struct span version; /* SPAN_NONE: not known */
};

struct known_failures {
    struct known_failure *failures; /* in the order of their sources; in the arena */
    size_t count;
    struct arena arena;
};

/* The newest `limit` failures below this import. */
MUST_USE bool known_failures_read(struct store *store, int64_t import, size_t limit,
                                  struct known_failures *out, struct err *err);

/* `version` SPAN_NONE: of whatever version. */
bool known_failures_hold(const struct known_failures *failures, struct span source,
                         struct span version);

void known_failures_clear(struct known_failures *failures);

#endif
