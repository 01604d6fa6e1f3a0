/* One search for the events of a page, in three steps: the open block, the stored blocks, the
 * records of what was found. Shared by the files find*.c alone; everybody else calls store_find. */
#ifndef TRAILD_STORE_FIND_H
#define TRAILD_STORE_FIND_H

#include "store/best.h"
#include "store/parts.h"
#include "store/presence.h"
#include "store/state.h"

struct find {
    struct store *store;
    const struct query *query;
    const struct find_budget *budget; /* may be NULL */
    struct reader_connection *reader; /* with a snapshot */
    struct presence *presence;
    struct best best;
    struct arena *arena; /* the caller's: what is handed out */
    struct arena work;   /* as long as the find */
    int64_t from_ms;     /* the query's times, narrowed to where its last page ended */
    int64_t to_ms;
    int64_t blocks_read; /* from the database */
    int64_t blocks_seen; /* those that were in memory, too */
};

/* Offers a row unless it lies outside the time range or before the place to go on from. False when
 * it was not wanted although it was in range: rows behind it in the order need not be tried. */
bool find_offer(struct find *find, const struct candidate *candidate);

/* The open block is locked: rows of imports up to `last_import`. Those in the running are copied.
 */
MUST_USE bool find_in_open_block(struct find *find, int64_t last_import, struct err *err);

/* Stored blocks in the query's order, until no further one can change the page. */
MUST_USE bool find_in_blocks(struct find *find, struct err *err);

/* Reads the records of the candidates [from, to) that lie in stored blocks. */
MUST_USE bool find_records(struct find *find, size_t from, size_t to, struct err *err);

#endif
