/* Asks the store on behalf of a call, within what its thread may spend. */
#ifndef TRAILD_HANDLERS_SEARCH_H
#define TRAILD_HANDLERS_SEARCH_H

#include <stdbool.h>

#include "base/err.h"
#include "handlers/call.h"
#include "store/store.h"

/* As store_find. On an event thread only a few blocks may be read and only a few events shown:
 * beyond that it fails with ERR_BUDGET, and the call is made again on a worker, where time is the
 * limit. */
MUST_USE bool search_events(struct call *call, const struct query *query, struct found_page *out,
                            struct err *err);

#endif
