/* Rows of the objects of a trail that are to be tried again. */
#include "store/collection.h"
#include "store/transaction.h"

/* ---- writing ---- */

static bool write_retry(struct database *writer, int64_t trail, const struct trail_retry *retry,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_SET_RETRY, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_bytes(statement, 2, retry->key);
    bind_optional(statement, 3, retry->etag);
    bind_integer(statement, 4, retry->bytes);
    bind_integer(statement, 5, retry->attempts);
    bind_integer(statement, 6, retry->next_ms);
    bind_bytes(statement, 7, retry->cause);
    bind_bytes(statement, 8, retry->reason);
    if (!database_run(writer, statement, err))
        return false;
    if (sqlite3_changes(writer->handle) == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no trail %lld", (long long)trail);
    return true;
}

bool store_save_retry(struct store *store, int64_t trail, const struct trail_retry *retry,
                      struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = write_retry(&store->writer, trail, retry, err);
    return transaction_end(&transaction, good, err);
}

static bool drop_retry(struct database *writer, int64_t trail, struct span key, struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_DROP_RETRY, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_bytes(statement, 2, key);
    return database_run(writer, statement, err);
}

bool store_drop_retry(struct store *store, int64_t trail, struct span key, struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = drop_retry(&store->writer, trail, key, err);
    return transaction_end(&transaction, good, err);
}

static bool hurry_retries(struct database *writer, int64_t trail, int64_t now_ms, struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_HURRY_RETRIES, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_integer(statement, 2, now_ms);
    return database_run(writer, statement, err);
}

bool store_hurry_retries(struct store *store, int64_t trail, int64_t now_ms, struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = hurry_retries(&store->writer, trail, now_ms, err);
    return transaction_end(&transaction, good, err);
}

/* ---- reading ---- */

static struct trail_retry retry_from_row(sqlite3_stmt *statement, struct arena *arena) {
    return (struct trail_retry){
        .key = arena_copy(arena, column_bytes(statement, 0)),
        .etag = arena_copy(arena, column_optional(statement, 1)),
        .bytes = sqlite3_column_int64(statement, 2),
        .attempts = sqlite3_column_int64(statement, 3),
        .next_ms = sqlite3_column_int64(statement, 4),
        .cause = arena_copy(arena, column_bytes(statement, 5)),
        .reason = arena_copy(arena, column_bytes(statement, 6)),
    };
}

static bool list_retries(struct database *database, int64_t trail, int64_t until_ms,
                         int64_t beyond_ms, size_t limit, struct arena *arena,
                         struct trail_retry_list *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_RETRIES, err);
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_integer(statement, 2, until_ms);
    bind_integer(statement, 3, (int64_t)limit);
    bind_integer(statement, 4, beyond_ms);
    while (database_step(database, statement, &row, err) && row) {
        out->retries = arena_grow(arena, out->retries, out->count, sizeof(*out->retries));
        out->retries[out->count++] = retry_from_row(statement, arena);
    }
    return !row;
}

bool store_list_retries(struct store *store, int64_t trail, int64_t until_ms, int64_t beyond_ms,
                        size_t limit, struct arena *arena, struct trail_retry_list *out,
                        struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct trail_retry_list list = {0};

    if (reader == NULL)
        return false;
    bool good =
        list_retries(&reader->database, trail, until_ms, beyond_ms, limit, arena, &list, err);
    readers_give_back(&store->readers, reader);
    if (good)
        *out = list;
    return good;
}
