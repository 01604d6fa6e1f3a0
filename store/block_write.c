/* A built block into the database, and out of it again. */
#include "store/block_image.h"
#include "store/hash_index.h"

static bool write_facts(struct database *database, const struct block *facts, int64_t id,
                        int64_t staging, int64_t import, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_BLOCK, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    bind_integer(statement, 2, staging);
    bind_integer(statement, 3, facts->first_ms);
    bind_integer(statement, 4, facts->last_ms);
    bind_integer(statement, 5, import + facts->first_import);
    bind_integer(statement, 6, import + facts->last_import);
    bind_integer(statement, 7, (int64_t)facts->rows);
    bind_integer(statement, 8, facts->dictionary);
    return database_run(database, statement, err);
}

static bool write_bytes(struct database *database, enum sql sql, int64_t id, struct span bytes,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    bind_bytes(statement, 2, bytes);
    return database_run(database, statement, err);
}

static bool write_parts(struct database *database, const struct block_image *image, int64_t id,
                        struct err *err) {
    for (unsigned part = 0; part < PART_COUNT; part++) {
        struct span bytes = buffer_span(&image->parts[part]);
        if (bytes.length > 0 && !write_bytes(database, SQL_ADD_PART, part_id(id, part), bytes, err))
            return false;
    }
    for (size_t chunk = 0; chunk < BLOCK_CHUNKS; chunk++) {
        struct span bytes = buffer_span(&image->chunks[chunk]);
        if (bytes.length > 0 &&
            !write_bytes(database, SQL_ADD_CHUNK, chunk_id(id, chunk), bytes, err))
            return false;
    }
    return true;
}

static bool write_index(struct database *database, enum hash_index index,
                        const struct hash_list *list, int64_t id, struct err *err) {
    return hash_index_write(database, index, list->hashes, list->count, id, err);
}

bool block_write(struct database *database, const struct block_image *image, int64_t id,
                 int64_t staging, int64_t import, struct err *err) {
    return write_facts(database, &image->facts, id, staging, import, err) &&
           write_parts(database, image, id, err) &&
           write_index(database, INDEX_VALUES, &image->values, id, err) &&
           write_index(database, INDEX_EVENT_IDS, &image->ids, id, err);
}

static bool drop(struct database *database, enum sql sql, int64_t first, int64_t second,
                 struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1)
        bind_integer(statement, 2, second);
    return database_run(database, statement, err);
}

bool block_drop(struct database *database, int64_t id, struct err *err) {
    return hash_index_drop(database, INDEX_VALUES, id, err) &&
           hash_index_drop(database, INDEX_EVENT_IDS, id, err) &&
           drop(database, SQL_DROP_CHUNKS, chunk_id(id, 0), chunk_id(id, BLOCK_CHUNKS), err) &&
           drop(database, SQL_DROP_PARTS, part_id(id, 0), part_id(id, PART_COUNT), err) &&
           drop(database, SQL_DROP_BLOCK, id, 0, err);
}

bool block_next_staged(struct database *database, int64_t staging, int64_t *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_NEXT_STAGED, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, staging == 0 ? 1 : staging);
    bind_integer(statement, 2, staging == 0 ? INT64_MAX : staging);
    if (!database_step(database, statement, &row, err))
        return false;
    *out = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return true;
}
