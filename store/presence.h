/* Which blocks can hold what a query asks for, by the presence index and the event index. Made for
 * one query on one connection; remembers what it has read. */
#ifndef TRAILD_STORE_PRESENCE_H
#define TRAILD_STORE_PRESENCE_H

#include <stdbool.h>

#include "store/block.h"
#include "store/query.h"

struct presence;

struct presence *presence_new(const struct query *query, struct database *database,
                              struct arena *arena);

/* False in `*out` when no row of the block, of which the id and the imports are looked at, can
 * match the query. */
MUST_USE bool presence_may_match(struct presence *presence, const struct block *block, bool *out,
                                 struct err *err);

/* The same for one test, by its number in the query. */
MUST_USE bool presence_test_may_match(struct presence *presence, size_t test,
                                      const struct block *block, bool *out, struct err *err);

#endif
