/* What one thread writes at once, for all but commits of imports, which share theirs
 * (commit_queue.h). */
#ifndef TRAILD_STORE_TRANSACTION_H
#define TRAILD_STORE_TRANSACTION_H

#include "store/state.h"

struct transaction {
    struct store *store;
    int64_t last_import; /* when it began */
};

/* Waits for its turn; the caller is the writer until transaction_end. Not after a failure. */
MUST_USE bool transaction_begin(struct transaction *transaction, struct store *store,
                                struct err *err);

/* When all was good so far and is on disk now, gives true. Else nothing of it has happened, and
 * numbers of imports given meanwhile are free again. */
MUST_USE bool transaction_end(struct transaction *transaction, bool good, struct err *err);

#endif
