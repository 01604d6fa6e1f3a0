/* Rows of trails that are followed, and of their places. What is to be tried again is in
 * retry_rows.c. */
#include "base/utc.h"
#include "store/collection.h"
#include "store/transaction.h"

/* ---- reading ---- */

static struct trail trail_from_row(sqlite3_stmt *statement, struct arena *arena) {
    return (struct trail){
        .id = sqlite3_column_int64(statement, 0),
        .bucket = arena_copy(arena, column_bytes(statement, 1)),
        .prefix = arena_copy(arena, column_bytes(statement, 2)),
        .from_ms = sqlite3_column_int64(statement, 3),
        .configured = sqlite3_column_int64(statement, 4) != 0,
        .created_ms = sqlite3_column_int64(statement, 5),
        .notes = arena_copy(arena, column_optional(statement, 6)),
    };
}

static bool list_trails(struct database *database, struct arena *arena, struct trail_list *out,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_TRAILS, err);
    bool row = true;

    if (statement == NULL)
        return false;
    while (database_step(database, statement, &row, err) && row) {
        out->trails = arena_grow(arena, out->trails, out->count, sizeof(*out->trails));
        out->trails[out->count++] = trail_from_row(statement, arena);
    }
    return !row;
}

bool store_list_trails(struct store *store, struct arena *arena, struct trail_list *out,
                       struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct trail_list list = {0};

    if (reader == NULL)
        return false;
    bool good = list_trails(&reader->database, arena, &list, err);
    readers_give_back(&store->readers, reader);
    if (good)
        *out = list;
    return good;
}

static struct trail_place place_from_row(sqlite3_stmt *statement, struct arena *arena) {
    return (struct trail_place){
        .folder = arena_copy(arena, column_bytes(statement, 0)),
        .position = arena_copy(arena, column_bytes(statement, 1)),
        .delivered_ms = sqlite3_column_int64(statement, 2),
        .newest_key = arena_copy(arena, column_bytes(statement, 3)),
        .files_done = sqlite3_column_int64(statement, 4),
        .files_known = sqlite3_column_int64(statement, 5),
        .files_skipped = sqlite3_column_int64(statement, 6),
        .files_failed = sqlite3_column_int64(statement, 7),
        .swept_ms = sqlite3_column_int64(statement, 8),
    };
}

static bool list_places(struct database *database, int64_t trail, struct arena *arena,
                        struct trail_place_list *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_PLACES, err);
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    while (database_step(database, statement, &row, err) && row) {
        out->places = arena_grow(arena, out->places, out->count, sizeof(*out->places));
        out->places[out->count++] = place_from_row(statement, arena);
    }
    return !row;
}

bool store_list_places(struct store *store, int64_t trail, struct arena *arena,
                       struct trail_place_list *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct trail_place_list list = {0};

    if (reader == NULL)
        return false;
    bool good = list_places(&reader->database, trail, arena, &list, err);
    readers_give_back(&store->readers, reader);
    if (good)
        *out = list;
    return good;
}

/* ---- trails come and go ---- */

static bool insert_trail(struct database *writer, const struct trail *wanted, bool *out_added,
                         struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_ADD_TRAIL, err);

    if (statement == NULL)
        return false;
    bind_bytes(statement, 1, wanted->bucket);
    bind_bytes(statement, 2, wanted->prefix);
    bind_integer(statement, 3, wanted->from_ms);
    bind_integer(statement, 4, wanted->configured);
    bind_integer(statement, 5, utc_now_ms());
    if (!database_run(writer, statement, err))
        return false;
    *out_added = sqlite3_changes(writer->handle) > 0;
    return true;
}

/* From now on it is there because of a request. */
static bool claim_trail(struct database *writer, const struct trail *wanted, struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_CLAIM_TRAIL, err);

    if (statement == NULL)
        return false;
    bind_bytes(statement, 1, wanted->bucket);
    bind_bytes(statement, 2, wanted->prefix);
    return database_run(writer, statement, err);
}

static bool find_trail(struct database *writer, const struct trail *wanted, struct arena *arena,
                       struct trail *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_FIND_TRAIL, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_bytes(statement, 1, wanted->bucket);
    bind_bytes(statement, 2, wanted->prefix);
    if (!database_step(writer, statement, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "a trail that was added is not there");
    *out = trail_from_row(statement, arena);
    sqlite3_reset(statement);
    return true;
}

bool store_add_trail(struct store *store, const struct trail *wanted, struct arena *arena,
                     struct trail *out, bool *out_added, struct err *err) {
    struct database *writer = &store->writer;
    struct transaction transaction;
    struct trail trail;
    bool added = false;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = insert_trail(writer, wanted, &added, err) &&
                (added || wanted->configured || claim_trail(writer, wanted, err)) &&
                find_trail(writer, wanted, arena, &trail, err);
    if (!transaction_end(&transaction, good, err))
        return false;
    *out = trail;
    *out_added = added;
    return true;
}

static bool drop_rows(struct database *writer, enum sql sql, int64_t trail, struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, sql, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    return database_run(writer, statement, err);
}

/* Whether the statement that ran just now, which begins at the trail's own row, found it. */
static bool check_trail(const struct database *writer, int64_t trail, struct err *err) {
    if (sqlite3_changes(writer->handle) > 0)
        return true;
    return err_set(err, ERR_NOT_FOUND, "there is no trail %lld", (long long)trail);
}

bool store_drop_trail(struct store *store, int64_t id, struct err *err) {
    struct database *writer = &store->writer;
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = drop_rows(writer, SQL_DROP_TRAIL, id, err) && check_trail(writer, id, err) &&
                drop_rows(writer, SQL_DROP_PLACES, id, err) &&
                drop_rows(writer, SQL_DROP_RETRIES, id, err);
    return transaction_end(&transaction, good, err);
}

/* ---- what is saved of one ---- */

static bool write_notes(struct database *writer, int64_t trail, struct span notes,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_SET_TRAIL_NOTES, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_optional(statement, 2, notes);
    return database_run(writer, statement, err) && check_trail(writer, trail, err);
}

bool store_save_trail_notes(struct store *store, int64_t trail, struct span notes,
                            struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = write_notes(&store->writer, trail, notes, err);
    return transaction_end(&transaction, good, err);
}

static bool write_place(struct database *writer, int64_t trail, const struct trail_place *place,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_SET_PLACE, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, trail);
    bind_bytes(statement, 2, place->folder);
    bind_bytes(statement, 3, place->position);
    bind_integer(statement, 4, place->delivered_ms);
    bind_bytes(statement, 5, place->newest_key);
    bind_integer(statement, 6, place->files_done);
    bind_integer(statement, 7, place->files_known);
    bind_integer(statement, 8, place->files_skipped);
    bind_integer(statement, 9, place->files_failed);
    bind_integer(statement, 10, place->swept_ms);
    return database_run(writer, statement, err) && check_trail(writer, trail, err);
}

bool store_save_place(struct store *store, int64_t trail, const struct trail_place *place,
                      struct span notes, struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = write_place(&store->writer, trail, place, err) &&
                (notes.data == NULL || write_notes(&store->writer, trail, notes, err));
    return transaction_end(&transaction, good, err);
}
