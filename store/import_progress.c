/* What takes the number of an import and brings no events itself: imports of many objects, and
 * receipts of what could not be imported. */
#include "store/import_progress.h"

#include <string.h>

#include "base/utc.h"
#include "store/collection.h"
#include "store/object_marks.h"
#include "store/receipts.h"
#include "store/transaction.h"

/* ---- rows ---- */

/* In the order of SQL_PROGRESS and SQL_SET_PROGRESS. */
static const size_t counters[] = {
    offsetof(struct import_progress, files_listed), offsetof(struct import_progress, files_done),
    offsetof(struct import_progress, files_known),  offsetof(struct import_progress, files_skipped),
    offsetof(struct import_progress, files_failed), offsetof(struct import_progress, bytes_listed),
    offsetof(struct import_progress, bytes_done),   offsetof(struct import_progress, records),
    offsetof(struct import_progress, inserted),     offsetof(struct import_progress, duplicates),
    offsetof(struct import_progress, rejected),     offsetof(struct import_progress, started_ms),
    offsetof(struct import_progress, ended_ms),
};

_Static_assert(sizeof(struct import_progress) == ARRAY_LENGTH(counters) * sizeof(int64_t),
               "each of them is stored");

void progress_from_row(sqlite3_stmt *statement, int first, struct import_progress *out) {
    for (size_t i = 0; i < ARRAY_LENGTH(counters); i++)
        memcpy((char *)out + counters[i],
               &(int64_t){sqlite3_column_int64(statement, first + (int)i)}, sizeof(int64_t));
}

static void bind_progress(sqlite3_stmt *statement, int first,
                          const struct import_progress *progress) {
    for (size_t i = 0; i < ARRAY_LENGTH(counters); i++) {
        int64_t value;
        memcpy(&value, (const char *)progress + counters[i], sizeof(value));
        bind_integer(statement, first + (int)i, value);
    }
}

/* Inside a transaction: with the next number. */
static bool write_receipt(struct store *store, struct receipt *receipt, struct err *err) {
    receipt->id = ++store->last_import;
    receipt->received_ms = utc_now_ms();
    receipt->first_event_ms = -1;
    receipt->last_event_ms = -1;
    return receipt_write(&store->writer, receipt, 0, err);
}

/* ---- files that could not be imported ---- */

bool store_add_failure(struct store *store, const struct import_facts *facts, struct arena *arena,
                       struct receipt *out, struct err *err) {
    struct receipt receipt = {
        .parent = facts->parent,
        .source = facts->source,
        .kind = facts->kind,
        .status = IMPORT_FAILED,
        .bytes = facts->bytes,
        .etag = facts->etag,
        .version_id = facts->version_id,
        .error = facts->error,
    };
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = write_receipt(store, &receipt, err) &&
                object_mark_write(&store->writer, facts->object, receipt.id, err);
    if (!transaction_end(&transaction, good, err))
        return false;
    receipt_keep(&receipt, arena, out);
    return true;
}

/* ---- imports of many objects ---- */

static bool add_progress(struct database *writer, int64_t import, struct span request,
                         struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_ADD_PROGRESS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, import);
    bind_bytes(statement, 2, request);
    return database_run(writer, statement, err);
}

bool store_add_prefix_import(struct store *store, struct span kind, struct span source,
                             struct span request, struct arena *arena, struct receipt *out,
                             struct err *err) {
    struct receipt receipt = {
        .kind = kind, .source = source, .status = IMPORT_QUEUED, .has_progress = true};
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = write_receipt(store, &receipt, err) &&
                add_progress(&store->writer, receipt.id, request, err);
    if (!transaction_end(&transaction, good, err))
        return false;
    receipt_keep(&receipt, arena, out);
    return true;
}

static bool save_progress(struct database *writer, const struct prefix_import *import,
                          struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_SET_PROGRESS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, import->id);
    bind_bytes(statement, 2, import->position);
    bind_progress(statement, 3, &import->progress);
    bind_optional(statement, 16, import->skipped);
    if (!database_run(writer, statement, err))
        return false;
    if (sqlite3_changes(writer->handle) == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no import %lld of many objects",
                       (long long)import->id);
    return true;
}

static bool save_status(struct database *writer, const struct prefix_import *import,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(writer, SQL_SET_IMPORT_STATUS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, import->id);
    bind_integer(statement, 2, import->status);
    bind_optional(statement, 3, import->error);
    return database_run(writer, statement, err);
}

bool store_save_prefix_import(struct store *store, const struct prefix_import *import,
                              struct err *err) {
    struct transaction transaction;

    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good =
        save_progress(&store->writer, import, err) && save_status(&store->writer, import, err);
    return transaction_end(&transaction, good, err);
}

/* ---- those that go on ---- */

static struct prefix_import import_from_row(sqlite3_stmt *statement, struct arena *arena) {
    struct prefix_import import = {
        .id = sqlite3_column_int64(statement, 0),
        .status = (enum import_status)sqlite3_column_int(statement, 1),
        .kind = arena_copy(arena, column_bytes(statement, 2)),
        .source = arena_copy(arena, column_bytes(statement, 3)),
        .error = arena_copy(arena, column_optional(statement, 4)),
        .request = arena_copy(arena, column_bytes(statement, 5)),
        .position = arena_copy(arena, column_bytes(statement, 6)),
        .skipped = arena_copy(arena, column_optional(statement, 7)),
    };

    progress_from_row(statement, 8, &import.progress);
    return import;
}

static bool list_unfinished(struct database *database, struct arena *arena,
                            struct prefix_import_list *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_UNFINISHED_IMPORTS, err);
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, IMPORT_QUEUED);
    bind_integer(statement, 2, IMPORT_RUNNING);
    while (database_step(database, statement, &row, err) && row) {
        out->imports = arena_grow(arena, out->imports, out->count, sizeof(*out->imports));
        out->imports[out->count++] = import_from_row(statement, arena);
    }
    return !row;
}

bool store_list_prefix_imports(struct store *store, struct arena *arena,
                               struct prefix_import_list *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct prefix_import_list list = {0};

    if (reader == NULL)
        return false;
    bool good = list_unfinished(&reader->database, arena, &list, err);
    readers_give_back(&store->readers, reader);
    if (good)
        *out = list;
    return good;
}
