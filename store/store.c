/* Opening and closing a store, and questions about it as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/block.h"
#include "store/import.h"
#include "store/open_block.h"
#include "store/room.h"
#include "store/receipts.h"
#include "store/state.h"

#define DATABASE_NAME "traild.sqlite"
#define LOCK_NAME     "lock"

static char *path_in(const struct store *store, const char *name) {
    struct buffer path = {0};
    size_t length;

    buffer_append_format(&path, "%s/%s%c", store->directory, name, '\0');
    return buffer_detach(&path, &length);
}

static bool lock_directory(struct store *store, struct err *err) {
    char *path CLEANUP(memory_free_at) = path_in(store, LOCK_NAME);

    if (mkdir(store->directory, 0750) != 0 && errno != EEXIST)
        return err_errno(err, "creating the data directory %s", store->directory);
    store->directory_lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (store->directory_lock < 0)
        return err_errno(err, "opening %s", path);
    if (flock(store->directory_lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return err_set(err, ERR_BUSY, "another traild has the data directory %s open",
                       store->directory);
    return err_errno(err, "locking %s", path);
}

static bool read_number(struct database *database, enum sql sql, int64_t *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);
    bool row;

    if (statement == NULL || !database_step(database, statement, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "the store is incomplete: no row for %s", sql_text(sql));
    *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return true;
}

/* What imports had staged when the process was stopped. */
static bool drop_one(struct store *store, bool *out_any, struct err *err) {
    struct database *writer = &store->writer;
    int64_t block;
    int64_t rejections;

    if (!block_next_staged(writer, 0, &block, err) ||
        !read_number(writer, SQL_NEXT_REJECTING, &rejections, err))
        return false;
    *out_any = block != 0 || rejections != 0;
    return (block == 0 || block_drop(writer, block, err)) &&
           (rejections == 0 || rejections_drop(writer, rejections, err));
}

static bool drop_left_over(struct store *store, struct err *err) {
    bool any = true;

    while (any) {
        if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
            return false;
        if (!drop_one(store, &any, err) || !database_do(&store->writer, SQL_COMMIT, err)) {
            database_rollback(&store->writer);
            return err_add(err, "dropping what an interrupted import left");
        }
    }
    return true;
}

static bool open_database(struct store *store, struct err *err) {
    char *path CLEANUP(memory_free_at) = path_in(store, DATABASE_NAME);
    int64_t identity;

    readers_init(&store->readers, path);
    if (!database_open(&store->writer, path, DATABASE_WRITE, err))
        return false;
    if (!database_migrate(&store->writer, err))
        return err_add(err, "%s", path);
    if (!read_number(&store->writer, SQL_GET_IDENTITY, &identity, err) ||
        !drop_left_over(store, err) ||
        !read_number(&store->writer, SQL_LAST_IMPORT, &store->last_import, err) ||
        !read_number(&store->writer, SQL_LAST_BLOCK, &store->last_block, err) ||
        !read_number(&store->writer, SQL_LAST_REJECTIONS, &store->last_rejections, err) ||
        !dictionaries_load(&store->dictionaries, err) || !open_block_load(store, err))
        return err_add(err, "%s", path);
    store->identity = (uint64_t)identity;
    return true;
}

bool store_open(const char *directory, struct store **out, struct err *err) {
    struct store *store = memory_new(1, sizeof(*store));

    store->directory = memory_copy_text(directory, strlen(directory));
    store->directory_lock = -1;
    pthread_mutex_init(&store->writing, NULL);
    dictionaries_init(&store->dictionaries, &store->writer, &store->writing);
    pthread_mutex_init(&store->readers.lock, NULL);
    tidying_init(&store->tidying);
    open_block_init(store);
    commit_queue_init(&store->commits);
    builders_init(&store->builders);
    spare_groups_init(&store->spare_groups);
    compressor_open(&store->quick, COMPRESS_TO_PASS);
    decompressor_open(&store->decompressor);
    if (!lock_directory(store, err) || !open_database(store, err)) {
        store_close(store);
        return false;
    }
    *out = store;
    return true;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    builders_close(&store->builders);
    commit_queue_close(&store->commits);
    spare_groups_close(&store->spare_groups);
    readers_close(&store->readers);
    dictionaries_close(&store->dictionaries);
    tidying_clear(&store->tidying);
    open_block_clear(store);
    key_cache_clear(&store->key_cache);
    compressor_close(&store->quick);
    decompressor_close(&store->decompressor);
    database_close(&store->writer);
    pthread_mutex_destroy(&store->writing);
    if (store->directory_lock >= 0)
        close(store->directory_lock);
    free(store->directory);
    free(store);
}

const char *store_directory(const struct store *store) {
    return store->directory;
}

uint64_t store_identity(const struct store *store) {
    return store->identity;
}

/* Bytes of a file that may be missing. */
static int64_t file_bytes(const struct store *store, const char *name) {
    char *path CLEANUP(memory_free_at) = path_in(store, name);
    struct stat facts;

    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : 0;
}

static bool read_counts(struct database *database, struct store_figures *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_COUNT, err);
    bool row;

    if (statement == NULL || !database_step(database, statement, &row, err))
        return false;
    out->pending_events = sqlite3_column_int64(statement, 1);
    out->events = sqlite3_column_int64(statement, 0) + out->pending_events;
    out->blocks = sqlite3_column_int64(statement, 2);
    out->imports = sqlite3_column_int64(statement, 3);
    sqlite3_reset(statement);
    return true;
}

bool store_measure(struct store *store, struct store_figures *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);

    if (reader == NULL)
        return false;
    bool good = read_counts(&reader->database, out, err);
    readers_give_back(&store->readers, reader);
    out->merges = atomic_load(&store->tidying.merges);
    out->merged_blocks = atomic_load(&store->tidying.merged_blocks);
    out->bytes = file_bytes(store, DATABASE_NAME) + file_bytes(store, DATABASE_NAME "-wal");
    return good;
}

bool store_check(struct store *store, struct err *err) {
    char *path CLEANUP(memory_free_at) = path_in(store, DATABASE_NAME);
    struct store_figures figures;

    if (access(path, W_OK) != 0)
        return err_errno(err, "%s", path);
    return store_measure(store, &figures, err) && room_check(store->directory, err);
}
