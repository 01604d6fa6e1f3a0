#include "store/transaction.h"

bool transaction_begin(struct transaction *transaction, struct store *store, struct err *err) {
    pthread_mutex_lock(&store->writing);
    *transaction = (struct transaction){store, store->last_import};
    if (database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return true;
    pthread_mutex_unlock(&store->writing);
    return false;
}

bool transaction_end(struct transaction *transaction, bool good, struct err *err) {
    struct store *store = transaction->store;

    good = good && database_do(&store->writer, SQL_COMMIT, err);
    if (!good) {
        database_rollback(&store->writer);
        store->last_import = transaction->last_import;
    }
    pthread_mutex_unlock(&store->writing);
    return good;
}
