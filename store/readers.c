#include "store/readers.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The columns that searches look at, of some hundred blocks. */
#define PART_CACHE_BYTES ((size_t)64 * 1024 * 1024)

void readers_init(struct readers *readers, const char *path) {
    readers->path = memory_copy_text(path, strlen(path));
    readers->idle = NULL;
    readers->parts = part_cache_new(PART_CACHE_BYTES);
}

static void close_one(struct reader_connection *reader) {
    database_close(&reader->database);
    decompressor_close(&reader->decompressor);
    arena_clear(&reader->scratch);
    free(reader);
}

void readers_close(struct readers *readers) {
    while (readers->idle != NULL) {
        struct reader_connection *reader = readers->idle;
        readers->idle = reader->next;
        close_one(reader);
    }
    part_cache_free(readers->parts);
    free(readers->path);
    pthread_mutex_destroy(&readers->lock);
}

static struct reader_connection *open_one(const struct readers *readers, struct err *err) {
    struct reader_connection *reader = memory_new(1, sizeof(*reader));

    if (!database_open(&reader->database, readers->path, DATABASE_READ, err)) {
        free(reader);
        return NULL;
    }
    decompressor_open(&reader->decompressor);
    reader->parts = readers->parts;
    return reader;
}

struct reader_connection *readers_take(struct readers *readers, struct err *err) {
    pthread_mutex_lock(&readers->lock);
    struct reader_connection *reader = readers->idle;
    if (reader != NULL)
        readers->idle = reader->next;
    pthread_mutex_unlock(&readers->lock);
    return reader != NULL ? reader : open_one(readers, err);
}

void reader_hold_snapshot(struct reader_connection *reader, sqlite3_stmt *statement) {
    reader->snapshot = statement;
}

bool reader_begin_snapshot(struct reader_connection *reader, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&reader->database, SQL_LAST_IMPORT, err);
    bool row;

    if (statement == NULL || !database_step(&reader->database, statement, &row, err))
        return false;
    reader_hold_snapshot(reader, statement);
    return true;
}

void reader_end_snapshot(struct reader_connection *reader) {
    if (reader->snapshot != NULL)
        sqlite3_reset(TAKE(reader->snapshot));
}

void readers_give_back(struct readers *readers, struct reader_connection *reader) {
    reader_end_snapshot(reader);
    pthread_mutex_lock(&readers->lock);
    reader->next = readers->idle;
    readers->idle = reader;
    pthread_mutex_unlock(&readers->lock);
}
