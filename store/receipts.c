#include "store/receipts.h"

#include <string.h>

#include "store/import_progress.h"
#include "store/state.h"

static const char *const status_texts[] = {
#define IMPORT_STATUS_TEXT(name, text) [name] = text,
    IMPORT_STATUSES(IMPORT_STATUS_TEXT)
#undef IMPORT_STATUS_TEXT
};

const char *import_status_text(enum import_status status) {
    return status_texts[status];
}

struct receipt receipt_from_row(sqlite3_stmt *statement, struct arena *arena) {
    struct receipt receipt = {
        .id = sqlite3_column_int64(statement, 0),
        .parent = sqlite3_column_int64(statement, 1),
        .source = arena_copy(arena, column_bytes(statement, 2)),
        .kind = arena_copy(arena, column_bytes(statement, 3)),
        .status = (enum import_status)sqlite3_column_int(statement, 4),
        .bytes = sqlite3_column_int64(statement, 6),
        .records = sqlite3_column_int64(statement, 7),
        .inserted = sqlite3_column_int64(statement, 8),
        .duplicates = sqlite3_column_int64(statement, 9),
        .rejected = sqlite3_column_int64(statement, 10),
        .first_event_ms = sqlite3_column_int64(statement, 11),
        .last_event_ms = sqlite3_column_int64(statement, 12),
        .received_ms = sqlite3_column_int64(statement, 13),
        .etag = arena_copy(arena, column_optional(statement, 14)),
        .version_id = arena_copy(arena, column_optional(statement, 15)),
        .error = arena_copy(arena, column_optional(statement, 16)),
        .has_progress = sqlite3_column_type(statement, 17) != SQLITE_NULL,
        .skipped = arena_copy(arena, column_optional(statement, 18)),
    };
    struct span sha256 = column_bytes(statement, 5);

    receipt.has_sha256 = sha256.length == sizeof(receipt.sha256);
    if (receipt.has_sha256)
        memcpy(receipt.sha256, sha256.data, sizeof(receipt.sha256));
    if (receipt.has_progress)
        progress_from_row(statement, 19, &receipt.progress);
    return receipt;
}

/* The one row of a bound statement, or id 0. */
static bool read_one(struct database *database, sqlite3_stmt *statement, struct arena *arena,
                     struct receipt *out, struct err *err) {
    bool row;

    if (!database_step(database, statement, &row, err))
        return false;
    *out = row ? receipt_from_row(statement, arena) : (struct receipt){0};
    sqlite3_reset(statement);
    return true;
}

bool receipt_find(struct database *database, const uint8_t sha256[SHA256_BYTES],
                  struct arena *arena, struct receipt *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_FIND_IMPORT, err);

    if (statement == NULL)
        return false;
    bind_bytes(statement, 1, (struct span){(const char *)sha256, SHA256_BYTES});
    return read_one(database, statement, arena, out, err);
}

bool receipt_write(struct database *database, const struct receipt *receipt, int64_t rejections,
                   struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_IMPORT, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, receipt->id);
    bind_integer(statement, 2, receipt->parent);
    bind_bytes(statement, 3, receipt->source);
    bind_text(statement, 4, receipt->kind);
    bind_integer(statement, 5, receipt->status);
    if (receipt->has_sha256)
        bind_bytes(statement, 6, (struct span){(const char *)receipt->sha256, SHA256_BYTES});
    else
        bind_optional(statement, 6, SPAN_NONE);
    bind_integer(statement, 7, receipt->bytes);
    bind_integer(statement, 8, receipt->records);
    bind_integer(statement, 9, receipt->inserted);
    bind_integer(statement, 10, receipt->duplicates);
    bind_integer(statement, 11, receipt->rejected);
    bind_integer(statement, 12, receipt->first_event_ms);
    bind_integer(statement, 13, receipt->last_event_ms);
    bind_integer(statement, 14, receipt->received_ms);
    bind_optional(statement, 15, receipt->etag);
    bind_optional(statement, 16, receipt->version_id);
    bind_optional(statement, 17, receipt->error);
    bind_integer(statement, 18, rejections);
    return database_run(database, statement, err);
}

void receipt_keep(const struct receipt *receipt, struct arena *arena, struct receipt *out) {
    *out = *receipt;
    out->source = arena_copy(arena, receipt->source);
    out->kind = arena_copy(arena, receipt->kind);
    out->etag = arena_copy(arena, receipt->etag);
    out->version_id = arena_copy(arena, receipt->version_id);
    out->error = arena_copy(arena, receipt->error);
    out->skipped = arena_copy(arena, receipt->skipped);
}

void receipt_repeat(struct receipt *receipt) {
    receipt->duplicate_of = receipt->id;
    receipt->duplicates = receipt->records - receipt->rejected;
    receipt->inserted = 0;
}

static bool write_rejection(struct database *database, int64_t owner,
                            const struct rejection *rejection, struct span packed,
                            struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_REJECTED, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, owner);
    bind_integer(statement, 2, rejection->index);
    bind_integer(statement, 3, rejection->offset);
    bind_text(statement, 4, rejection->reason);
    bind_bytes(statement, 5, packed);
    return database_run(database, statement, err);
}

bool rejection_write(struct database *database, struct compressor *compressor, int64_t owner,
                     const struct rejection *rejection, struct err *err) {
    struct buffer packed = {0};

    compress(compressor, NULL, rejection->record, &packed);
    bool good = write_rejection(database, owner, rejection, buffer_span(&packed), err);
    buffer_clear(&packed);
    return good;
}

static bool run_for(struct database *database, enum sql sql, int64_t owner, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, owner);
    return database_run(database, statement, err);
}

bool rejections_begin(struct database *database, int64_t owner, struct err *err) {
    return run_for(database, SQL_BEGIN_REJECTING, owner, err);
}

bool rejections_end(struct database *database, int64_t owner, struct err *err) {
    return run_for(database, SQL_END_REJECTING, owner, err);
}

bool rejections_drop(struct database *database, int64_t owner, struct err *err) {
    return run_for(database, SQL_DROP_REJECTED, owner, err) && rejections_end(database, owner, err);
}

bool store_find_duplicate(struct store *store, const uint8_t sha256[SHA256_BYTES],
                          struct arena *arena, struct receipt *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);

    if (reader == NULL)
        return false;
    bool good = receipt_find(&reader->database, sha256, arena, out, err);
    readers_give_back(&store->readers, reader);
    if (good && out->id != 0)
        receipt_repeat(out);
    return good;
}

bool receipt_read(struct database *database, int64_t id, struct arena *arena, struct receipt *out,
                  struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_GET_IMPORT, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    if (!read_one(database, statement, arena, out, err))
        return false;
    if (out->id == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no import %lld", (long long)id);
    return true;
}

bool store_get_receipt(struct store *store, int64_t id, struct arena *arena, struct receipt *out,
                       struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);

    if (reader == NULL)
        return false;
    bool good = receipt_read(&reader->database, id, arena, out, err);
    readers_give_back(&store->readers, reader);
    return good;
}

/* ---- rejections ---- */

static bool rejection_from_row(sqlite3_stmt *statement, struct decompressor *decompressor,
                               struct arena *arena, struct rejection *out, struct err *err) {
    *out = (struct rejection){
        .index = sqlite3_column_int64(statement, 0),
        .offset = sqlite3_column_int64(statement, 1),
        .reason = arena_copy(arena, column_bytes(statement, 2)),
    };
    return decompress(decompressor, NULL, column_bytes(statement, 3), arena, &out->record, err);
}

/* Rows until the page is full. */
static bool fill_page(struct reader_connection *reader, sqlite3_stmt *statement, size_t limit,
                      struct arena *arena, struct rejection_page *out, struct err *err) {
    size_t bytes = 0;
    bool row;

    while (database_step(&reader->database, statement, &row, err)) {
        if (!row)
            return true;
        if (out->count == limit || bytes >= LIMIT_PAGE_BYTES) {
            out->more = true;
            return true;
        }
        struct rejection *rejection = &out->rejections[out->count++];
        if (!rejection_from_row(statement, &reader->decompressor, arena, rejection, err))
            return false;
        bytes += rejection->record.length;
    }
    return false;
}

static bool list_rejections(struct reader_connection *reader, int64_t import, int64_t after,
                            size_t limit, struct arena *arena, struct rejection_page *out,
                            struct err *err) {
    sqlite3_stmt *statement = database_prepare(&reader->database, SQL_LIST_REJECTED, err);

    if (statement == NULL)
        return false;
    *out = (struct rejection_page){.rejections = arena_new(arena, limit, sizeof(*out->rejections))};
    bind_integer(statement, 1, import);
    bind_integer(statement, 2, after);
    bind_integer(statement, 3, (int64_t)limit + 1);
    bool good = fill_page(reader, statement, limit, arena, out, err);
    sqlite3_reset(statement);
    return good;
}

bool store_list_rejections(struct store *store, int64_t import, int64_t after, size_t limit,
                           struct arena *arena, struct rejection_page *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct receipt receipt;

    if (reader == NULL)
        return false;
    bool good = receipt_read(&reader->database, import, arena, &receipt, err) &&
                list_rejections(reader, import, after, limit, arena, out, err);
    readers_give_back(&store->readers, reader);
    return good;
}
