#include "handlers/find.h"

#include "base/limits.h"
#include "base/utc.h"

#define INLINE_BLOCKS 4 /* about as many as are read in a millisecond or two */

bool find_for_call(struct call *call, const struct query *query, struct found_page *out,
                   struct err *err) {
    struct find_budget budget = {.cancel = call->request->cancel};

    if (call->request->on_worker)
        budget.deadline_ms = monotonic_ms() + LIMIT_QUERY_SECONDS * 1000;
    else
        budget.blocks = INLINE_BLOCKS;
    if (store_find(call->service->store, query, &budget, call->arena, out, err))
        return true;
    if (err->kind == ERR_TIMEOUT)
        return err_set(err, ERR_TIMEOUT,
                       "the search took longer than %d seconds: narrow the time range with from "
                       "and to, or add a filter",
                       LIMIT_QUERY_SECONDS);
    return false;
}
