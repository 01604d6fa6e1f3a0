#include "handlers/search.h"

#include "base/limits.h"
#include "base/utc.h"

/* About as many as are looked through in memory, read, or shown in a millisecond or two. */
#define INLINE_BLOCKS 100
#define INLINE_READS  4
#define INLINE_EVENTS 100

bool search_events(struct call *call, const struct query *query, struct found_page *out,
                   struct err *err) {
    struct find_budget budget = {.cancel = call->request->cancel};

    if (call->request->on_worker)
        budget.deadline_ms = monotonic_ms() + LIMIT_QUERY_SECONDS * 1000;
    else if (query->limit > INLINE_EVENTS)
        return err_set(err, ERR_BUDGET, "more than %d events to show", INLINE_EVENTS);
    else {
        budget.blocks = INLINE_BLOCKS;
        budget.reads = INLINE_READS;
    }
    if (store_find(call->service->store, query, &budget, call->arena, out, err))
        return true;
    if (err->kind == ERR_TIMEOUT)
        return err_set(err, ERR_TIMEOUT,
                       "the search took longer than %d seconds: narrow the time range with from "
                       "and to, or add a filter",
                       LIMIT_QUERY_SECONDS);
    return false;
}
