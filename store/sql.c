#include "store/sql.h"

#include <stddef.h>

#include "base/macros.h"

static const char *const texts[] = {
#define SQL_TEXT(name, text) [name] = text,
    SQL_STATEMENTS(SQL_TEXT)
#undef SQL_TEXT
};

/* One text per version, oldest first; a released one never changes. What the tables hold is told in
 * store/block.h (block, part, chunk), store/hash_index.h (presence, event_index), store/batch.h
 * (pending), store/object_marks.h (object), store/store.h (import, progress, rejected) and
 * store/collection.h (progress, trail, place, retry). */
static const char *const migrations[] = {
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "INSERT INTO setting(name, value) VALUES('identity', random()), ('seals', 0);"
    "CREATE TABLE dictionary(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE import(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, source BLOB NOT NULL,"
    " kind TEXT NOT NULL, status INTEGER NOT NULL, sha256 BLOB, bytes INTEGER NOT NULL,"
    " records INTEGER NOT NULL, inserted INTEGER NOT NULL, duplicates INTEGER NOT NULL,"
    " rejected INTEGER NOT NULL, first_event_ms INTEGER NOT NULL, last_event_ms INTEGER NOT NULL,"
    " received_ms INTEGER NOT NULL, etag BLOB, version_id BLOB, error BLOB,"
    " rejections INTEGER NOT NULL);"
    "CREATE INDEX import_by_sha256 ON import(sha256) WHERE sha256 IS NOT NULL;"
    "CREATE INDEX import_by_parent ON import(parent, status);"
    "CREATE INDEX part_by_status ON import(status) WHERE parent <> 0;"
    "CREATE TABLE progress(import INTEGER PRIMARY KEY, request BLOB NOT NULL,"
    " position BLOB NOT NULL DEFAULT x'', skipped BLOB, files_listed INTEGER NOT NULL DEFAULT 0,"
    " files_done INTEGER NOT NULL DEFAULT 0, files_known INTEGER NOT NULL DEFAULT 0,"
    " files_skipped INTEGER NOT NULL DEFAULT 0, files_failed INTEGER NOT NULL DEFAULT 0,"
    " bytes_listed INTEGER NOT NULL DEFAULT 0, bytes_done INTEGER NOT NULL DEFAULT 0,"
    " records INTEGER NOT NULL DEFAULT 0, inserted INTEGER NOT NULL DEFAULT 0,"
    " duplicates INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,"
    " started_ms INTEGER NOT NULL DEFAULT 0, ended_ms INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE object(name INTEGER NOT NULL, tag INTEGER NOT NULL, import INTEGER NOT NULL,"
    " PRIMARY KEY(name, tag)) WITHOUT ROWID;"
    "CREATE TABLE trail(id INTEGER PRIMARY KEY AUTOINCREMENT, bucket BLOB NOT NULL,"
    " prefix BLOB NOT NULL, from_ms INTEGER NOT NULL, configured INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL, notes BLOB, UNIQUE(bucket, prefix));"
    "CREATE TABLE place(trail INTEGER NOT NULL, folder BLOB NOT NULL, position BLOB NOT NULL,"
    " delivered_ms INTEGER NOT NULL, newest_key BLOB NOT NULL, files_done INTEGER NOT NULL,"
    " files_known INTEGER NOT NULL, files_skipped INTEGER NOT NULL,"
    " files_failed INTEGER NOT NULL, swept_ms INTEGER NOT NULL,"
    " PRIMARY KEY(trail, folder)) WITHOUT ROWID;"
    "CREATE TABLE retry(trail INTEGER NOT NULL, key BLOB NOT NULL, etag BLOB,"
    " bytes INTEGER NOT NULL, attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL,"
    " cause TEXT NOT NULL, reason BLOB NOT NULL, PRIMARY KEY(trail, key)) WITHOUT ROWID;"
    "CREATE INDEX retry_by_time ON retry(trail, next_ms);"
    "CREATE TABLE rejected(owner INTEGER NOT NULL, number INTEGER NOT NULL,"
    " place INTEGER NOT NULL, reason TEXT NOT NULL, record BLOB NOT NULL,"
    " PRIMARY KEY(owner, number));"
    "CREATE TABLE rejecting(owner INTEGER PRIMARY KEY);"
    "CREATE TABLE pending(import INTEGER PRIMARY KEY, rows INTEGER NOT NULL, batch BLOB NOT NULL);"
    "CREATE TABLE block(id INTEGER PRIMARY KEY, staging INTEGER NOT NULL,"
    " first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, first_import INTEGER NOT NULL,"
    " last_import INTEGER NOT NULL, rows INTEGER NOT NULL, dictionary INTEGER NOT NULL);"
    "CREATE INDEX block_by_last_time ON block(staging, last_ms, first_ms);"
    "CREATE INDEX block_by_first_time ON block(staging, first_ms, last_ms);"
    "CREATE INDEX block_by_import ON block(staging, first_import, first_ms);"
    "CREATE TABLE part(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE chunk(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE presence(id INTEGER PRIMARY KEY, entries BLOB NOT NULL);"
    "CREATE TABLE event_index(id INTEGER PRIMARY KEY, entries BLOB NOT NULL);",
};

_Static_assert(ARRAY_LENGTH(migrations) == SQL_SCHEMA_VERSION, "a migration per version");

const char *sql_text(enum sql sql) {
    return texts[sql];
}

const char *sql_migration(int from) {
    return from >= 0 && (size_t)from < ARRAY_LENGTH(migrations) ? migrations[from] : NULL;
}
