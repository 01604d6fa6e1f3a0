/* Every SQL text of the program, named. Parameters are numbered ?1, ?2... and always bound. */
#ifndef TRAILD_STORE_SQL_H
#define TRAILD_STORE_SQL_H

#define SQL_PROGRESS                                                                               \
    "p.files_listed, p.files_done, p.files_known, p.files_skipped, p.files_failed,"                \
    " p.bytes_listed, p.bytes_done, p.records, p.inserted, p.duplicates, p.rejected,"              \
    " p.started_ms, p.ended_ms"

/* A receipt; p.import is NULL when it has no progress. */
#define SQL_RECEIPT                                                                                \
    "SELECT i.id, i.parent, i.source, i.kind, i.status, i.sha256, i.bytes, i.records, i.inserted," \
    " i.duplicates, i.rejected, i.first_event_ms, i.last_event_ms, i.received_ms, i.etag,"         \
    " i.version_id, i.error, p.import, p.skipped, " SQL_PROGRESS                                   \
    " FROM import i LEFT JOIN progress p ON p.import = i.id"

/* A live block is one that queries see: staging = 0. A staged one belongs to an import or a
 * merge under way, or a merge has replaced it. */
#define SQL_STATEMENTS(X)                                                                          \
    X(SQL_BEGIN_WRITE, "BEGIN IMMEDIATE")                                                          \
    X(SQL_COMMIT, "COMMIT")                                                                        \
    X(SQL_ROLLBACK, "ROLLBACK")                                                                    \
    X(SQL_GET_IDENTITY, "SELECT value FROM setting WHERE name = 'identity'")                       \
    X(SQL_LIST_DICTIONARIES, "SELECT id, bytes FROM dictionary ORDER BY id")                       \
    X(SQL_ADD_DICTIONARY, "INSERT INTO dictionary(id, bytes) VALUES(?1, ?2)")                      \
    X(SQL_ADD_IMPORT,                                                                              \
      "INSERT INTO import(id, parent, source, kind, status, sha256, bytes, records, inserted,"     \
      " duplicates, rejected, first_event_ms, last_event_ms, received_ms, etag, version_id,"       \
      " error, rejections)"                                                                        \
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)")  \
    X(SQL_LAST_IMPORT, "SELECT coalesce(max(id), 0) FROM import")                                  \
    X(SQL_GET_IMPORT, SQL_RECEIPT " WHERE i.id = ?1")                                              \
    X(SQL_FIND_IMPORT, SQL_RECEIPT " WHERE i.sha256 = ?1 ORDER BY i.id LIMIT 1")                   \
    X(SQL_LIST_IMPORTS, SQL_RECEIPT " WHERE i.id < ?1 ORDER BY i.id DESC LIMIT ?2")                \
    X(SQL_PARTS_OF_STATUS,                                                                         \
      "SELECT id FROM import WHERE parent <> 0 AND status = ?1 AND id < ?2"                        \
      " ORDER BY id DESC LIMIT ?3")                                                                \
    X(SQL_IMPORTS_OF_PARENT,                                                                       \
      "SELECT id FROM import WHERE parent = ?4 AND status = ?1 AND id < ?2"                        \
      " ORDER BY id DESC LIMIT ?3")                                                                \
    X(SQL_SET_IMPORT_STATUS, "UPDATE import SET status = ?2, error = ?3 WHERE id = ?1")            \
    X(SQL_ADD_PROGRESS, "INSERT INTO progress(import, request) VALUES(?1, ?2)")                    \
    X(SQL_SET_PROGRESS,                                                                            \
      "UPDATE progress SET position = ?2, files_listed = ?3, files_done = ?4, files_known = ?5,"   \
      " files_skipped = ?6, files_failed = ?7, bytes_listed = ?8, bytes_done = ?9, records = ?10," \
      " inserted = ?11, duplicates = ?12, rejected = ?13, started_ms = ?14, ended_ms = ?15,"       \
      " skipped = ?16 WHERE import = ?1")                                                          \
    X(SQL_UNFINISHED_IMPORTS,                                                                      \
      "SELECT i.id, i.status, i.kind, i.source, i.error, p.request, p.position, "                  \
      "p.skipped, " SQL_PROGRESS                                                                   \
      " FROM import i CROSS JOIN progress p ON p.import = i.id"                                    \
      " WHERE i.parent = 0 AND i.status IN (?1, ?2) ORDER BY i.id")                                \
    X(SQL_ADD_OBJECT, "INSERT OR REPLACE INTO object(name, tag, import) VALUES(?1, ?2, ?3)")       \
    X(SQL_FIND_OBJECT, "SELECT import FROM object WHERE name = ?1 AND tag = ?2")                   \
    X(SQL_ADD_TRAIL,                                                                               \
      "INSERT INTO trail(bucket, prefix, from_ms, configured, created_ms)"                         \
      " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(bucket, prefix) DO NOTHING")                        \
    X(SQL_CLAIM_TRAIL, "UPDATE trail SET configured = 0 WHERE bucket = ?1 AND prefix = ?2")        \
    X(SQL_FIND_TRAIL,                                                                              \
      "SELECT id, bucket, prefix, from_ms, configured, created_ms, notes FROM trail"               \
      " WHERE bucket = ?1 AND prefix = ?2")                                                        \
    X(SQL_LIST_TRAILS,                                                                             \
      "SELECT id, bucket, prefix, from_ms, configured, created_ms, notes FROM trail ORDER BY id")  \
    X(SQL_DROP_TRAIL, "DELETE FROM trail WHERE id = ?1")                                           \
    X(SQL_SET_TRAIL_NOTES, "UPDATE trail SET notes = ?2 WHERE id = ?1")                            \
    X(SQL_SET_PLACE,                                                                               \
      "INSERT OR REPLACE INTO place(trail, folder, position, delivered_ms, newest_key,"            \
      " files_done, files_known, files_skipped, files_failed, swept_ms)"                           \
      " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM trail WHERE id = ?1")                  \
    X(SQL_LIST_PLACES,                                                                             \
      "SELECT folder, position, delivered_ms, newest_key, files_done, files_known, files_skipped," \
      " files_failed, swept_ms FROM place WHERE trail = ?1 ORDER BY folder")                       \
    X(SQL_DROP_PLACES, "DELETE FROM place WHERE trail = ?1")                                       \
    X(SQL_SET_RETRY,                                                                               \
      "INSERT OR REPLACE INTO retry(trail, key, etag, bytes, attempts, next_ms, cause, reason)"    \
      " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM trail WHERE id = ?1")                           \
    X(SQL_HURRY_RETRIES, "UPDATE retry SET next_ms = ?2 WHERE trail = ?1 AND next_ms > ?2")        \
    X(SQL_DROP_RETRY, "DELETE FROM retry WHERE trail = ?1 AND key = ?2")                           \
    X(SQL_DROP_RETRIES, "DELETE FROM retry WHERE trail = ?1")                                      \
    X(SQL_LIST_RETRIES,                                                                            \
      "SELECT key, etag, bytes, attempts, next_ms, cause, reason FROM retry"                       \
      " WHERE trail = ?1 AND next_ms <= ?2 UNION ALL"                                              \
      " SELECT key, etag, bytes, attempts, next_ms, cause, reason FROM retry"                      \
      " WHERE trail = ?1 AND next_ms > ?4 AND next_ms > ?2 ORDER BY next_ms LIMIT ?3")             \
    X(SQL_LAST_REJECTIONS, "SELECT coalesce(max(owner), 0) FROM rejected")                         \
    X(SQL_ADD_REJECTED,                                                                            \
      "INSERT INTO rejected(owner, number, place, reason, record)"                                 \
      " VALUES(?1, ?2, ?3, ?4, ?5)")                                                               \
    X(SQL_DROP_REJECTED, "DELETE FROM rejected WHERE owner = ?1")                                  \
    X(SQL_LIST_REJECTED,                                                                           \
      "SELECT number, place, reason, record FROM rejected"                                         \
      " WHERE owner = (SELECT rejections FROM import WHERE id = ?1)"                               \
      " AND number > ?2 ORDER BY number LIMIT ?3")                                                 \
    X(SQL_BEGIN_REJECTING, "INSERT INTO rejecting(owner) VALUES(?1)")                              \
    X(SQL_END_REJECTING, "DELETE FROM rejecting WHERE owner = ?1")                                 \
    X(SQL_NEXT_REJECTING, "SELECT coalesce(max(owner), 0) FROM rejecting")                         \
    X(SQL_ADD_PENDING, "INSERT INTO pending(import, rows, batch) VALUES(?1, ?2, ?3)")              \
    X(SQL_LIST_PENDING, "SELECT import, batch FROM pending ORDER BY import")                       \
    X(SQL_PENDING_STATE,                                                                           \
      "SELECT (SELECT value FROM setting WHERE name = 'seals'),"                                   \
      " coalesce((SELECT max(import) FROM pending), 0)")                                           \
    X(SQL_DROP_PENDING, "DELETE FROM pending WHERE import BETWEEN ?1 AND ?2")                      \
    X(SQL_COUNT_SEAL, "UPDATE setting SET value = value + 1 WHERE name = 'seals'")                 \
    X(SQL_LAST_BLOCK, "SELECT coalesce(max(id), 0) FROM block")                                    \
    X(SQL_ADD_BLOCK,                                                                               \
      "INSERT INTO block(id, staging, first_ms, last_ms, first_import, last_import,"               \
      " rows, dictionary) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")                                 \
    X(SQL_GET_BLOCK,                                                                               \
      "SELECT id, first_ms, last_ms, first_import, last_import, rows, dictionary"                  \
      " FROM block WHERE id = ?1")                                                                 \
    X(SQL_PUBLISH_BLOCKS,                                                                          \
      "UPDATE block SET staging = 0, first_import = ?2, last_import = ?2"                          \
      " WHERE staging = ?1")                                                                       \
    X(SQL_LIST_BLOCKS,                                                                             \
      "SELECT id, first_ms, last_ms, first_import, last_import, rows, dictionary"                  \
      " FROM block WHERE staging = 0")                                                             \
    X(SQL_HIDE_BLOCK, "UPDATE block SET staging = ?2 WHERE id = ?1 AND staging = 0")               \
    X(SQL_SHOW_BLOCKS, "UPDATE block SET staging = 0 WHERE staging = ?1")                          \
    X(SQL_DROP_BLOCK, "DELETE FROM block WHERE id = ?1")                                           \
    X(SQL_NEXT_STAGED, "SELECT id FROM block WHERE staging BETWEEN ?1 AND ?2 LIMIT 1")             \
    X(SQL_BLOCKS_IN_TIME,                                                                          \
      "SELECT id, first_ms, last_ms, first_import, last_import, rows,"                             \
      " dictionary FROM block WHERE staging = ?1 AND last_ms >= ?2"                                \
      " AND first_ms <= ?3 AND last_import > ?4")                                                  \
    X(SQL_BLOCKS_NEWEST_FIRST,                                                                     \
      "SELECT id, first_ms, last_ms, 0 FROM block WHERE staging = 0 AND last_ms >= ?1"             \
      " AND first_ms < ?2 ORDER BY last_ms DESC")                                                  \
    X(SQL_BLOCKS_OLDEST_FIRST,                                                                     \
      "SELECT id, first_ms, last_ms, 0 FROM block WHERE staging = 0 AND first_ms < ?2"             \
      " AND last_ms >= ?1 ORDER BY first_ms")                                                      \
    X(SQL_BLOCKS_BY_ARRIVAL,                                                                       \
      "SELECT id, first_ms, last_ms, first_import FROM block"                                      \
      " WHERE staging = 0 AND last_ms >= ?1 AND first_ms < ?2"                                     \
      " AND (last_import > ?3 OR (last_import = ?3 AND last_ms >= ?4))"                            \
      " ORDER BY first_import, first_ms")                                                          \
    X(SQL_ADD_PART, "INSERT INTO part(id, bytes) VALUES(?1, ?2)")                                  \
    X(SQL_GET_PART, "SELECT bytes FROM part WHERE id = ?1")                                        \
    X(SQL_DROP_PARTS, "DELETE FROM part WHERE id BETWEEN ?1 AND ?2")                               \
    X(SQL_ADD_CHUNK, "INSERT INTO chunk(id, bytes) VALUES(?1, ?2)")                                \
    X(SQL_GET_CHUNK, "SELECT bytes FROM chunk WHERE id = ?1")                                      \
    X(SQL_COUNT_CHUNK_BYTES,                                                                       \
      "SELECT coalesce(sum(length(bytes)), 0) FROM chunk WHERE id BETWEEN ?1 AND ?2")              \
    X(SQL_DROP_CHUNKS, "DELETE FROM chunk WHERE id BETWEEN ?1 AND ?2")                             \
    X(SQL_ADD_PRESENCE, "INSERT INTO presence(id, entries) VALUES(?1, ?2)")                        \
    X(SQL_LIST_PRESENCE, "SELECT id, entries FROM presence WHERE id BETWEEN ?1 AND ?2")            \
    X(SQL_DROP_PRESENCE, "DELETE FROM presence WHERE id = ?1")                                     \
    X(SQL_ADD_EVENT_IDS, "INSERT INTO event_index(id, entries) VALUES(?1, ?2)")                    \
    X(SQL_LIST_EVENT_IDS, "SELECT id, entries FROM event_index WHERE id BETWEEN ?1 AND ?2")        \
    X(SQL_DROP_EVENT_IDS, "DELETE FROM event_index WHERE id = ?1")                                 \
    X(SQL_COUNT,                                                                                   \
      "SELECT (SELECT coalesce(sum(rows), 0) FROM block WHERE staging = 0),"                       \
      " (SELECT coalesce(sum(rows), 0) FROM pending),"                                             \
      " (SELECT count(*) FROM block WHERE staging = 0),"                                           \
      " (SELECT coalesce(max(id), 0) FROM import)")

enum sql {
#define SQL_NAME(name, text) name,
    SQL_STATEMENTS(SQL_NAME)
#undef SQL_NAME
    SQL_STATEMENT_COUNT
};

/* The text of a statement. */
const char *sql_text(enum sql sql);

/* What brings a store from version `from` to `from + 1`; NULL when `from` is the newest. */
const char *sql_migration(int from);

/* The version that this program writes (PRAGMA user_version). */
#define SQL_SCHEMA_VERSION 1

/* PRAGMA application_id: "trld". */
#define SQL_APPLICATION_ID 0x74726c64

#endif
