/* Every SQL text of the program, named. Parameters are numbered ?1, ?2... and always bound. */
#ifndef TRAILD_STORE_SQL_H
#define TRAILD_STORE_SQL_H

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
      " duplicates, rejected, first_event_ms, last_event_ms, received_ms, rejections)"             \
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)")                 \
    X(SQL_LAST_IMPORT, "SELECT coalesce(max(id), 0) FROM import")                                  \
    X(SQL_GET_IMPORT,                                                                              \
      "SELECT id, parent, source, kind, status, sha256, bytes, records, inserted,"                 \
      " duplicates, rejected, first_event_ms, last_event_ms, received_ms"                          \
      " FROM import WHERE id = ?1")                                                                \
    X(SQL_FIND_IMPORT,                                                                             \
      "SELECT id, parent, source, kind, status, sha256, bytes, records, inserted,"                 \
      " duplicates, rejected, first_event_ms, last_event_ms, received_ms"                          \
      " FROM import WHERE sha256 = ?1 ORDER BY id LIMIT 1")                                        \
    X(SQL_LIST_IMPORTS,                                                                            \
      "SELECT id, parent, source, kind, status, sha256, bytes, records, inserted, duplicates,"     \
      " rejected, first_event_ms, last_event_ms, received_ms"                                      \
      " FROM import WHERE id < ?1 ORDER BY id DESC LIMIT ?2")                                      \
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
