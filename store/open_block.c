#include "store/open_block.h"

#include <time.h>

bool open_block_load(struct store *store, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_LIST_PENDING, err);
    bool row = true;

    if (statement == NULL)
        return false;
    while (database_step(&store->writer, statement, &row, err) && row) {
        int64_t import = sqlite3_column_int64(statement, 0);
        if (!batch_decode(column_bytes(statement, 1), import, &store->decompressor,
                          &store->open.batch, err)) {
            sqlite3_reset(statement);
            return err_add(err, "pending import %lld", (long long)import);
        }
        if (store->open.first_import == 0)
            store->open.first_import = import;
        store->open.last_import = import;
    }
    return !row;
}

bool open_block_has_room(const struct store *store, const struct batch *batch) {
    const struct batch *open = &store->open.batch;

    return open->rows + batch->rows <= BLOCK_ROWS &&
           open->text_bytes + batch->text_bytes <= BATCH_TEXT_BYTES;
}

bool open_block_seal(struct store *store, struct err *err) {
    struct block_image *image =
        block_build(&store->open.batch, NULL, true, dictionaries_newest(&store->dictionaries),
                    &store->compressor);
    bool good = image == NULL || block_write(&store->writer, image, ++store->last_block, 0, err);

    block_image_free(image);
    return good && database_do(&store->writer, SQL_DROP_PENDING, err);
}

void open_block_reset(struct store *store) {
    pthread_rwlock_wrlock(&store->open.lock);
    batch_reset(&store->open.batch);
    store->open.first_import = 0;
    store->open.last_import = 0;
    pthread_rwlock_unlock(&store->open.lock);
}

bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                     size_t rows, int64_t import, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_ADD_PENDING, err);
    struct buffer bytes = {0};

    if (statement == NULL)
        return false;
    batch_encode(batch, order, rows, &store->compressor, &bytes);
    bind_integer(statement, 1, import);
    bind_integer(statement, 2, (int64_t)rows);
    bind_bytes(statement, 3, buffer_span(&bytes));
    bool good = database_run(&store->writer, statement, err);
    buffer_clear(&bytes);
    return good;
}

void open_block_add(struct store *store, const struct batch *batch, const uint16_t *order,
                    size_t rows, int64_t import) {
    pthread_rwlock_wrlock(&store->open.lock);
    for (size_t i = 0; i < rows; i++)
        batch_add_row(&store->open.batch, batch, order[i], import);
    if (store->open.first_import == 0)
        store->open.first_import = import;
    store->open.last_import = import;
    pthread_rwlock_unlock(&store->open.lock);
}

static bool begin_snapshot(struct database *database, int64_t *out_first, int64_t *out_last,
                           struct err *err) {
    bool row;

    if (!database_do(database, SQL_BEGIN_READ, err))
        return false;
    sqlite3_stmt *statement = database_prepare(database, SQL_PENDING_RANGE, err);
    if (statement == NULL || !database_step(database, statement, &row, err))
        return false;
    *out_first = sqlite3_column_int64(statement, 0);
    *out_last = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    return true;
}

/* The memory holds at least what the snapshot's pending table holds. */
static bool covers(const struct open_block *open, int64_t first, int64_t last) {
    if (last == 0)
        return true;
    return open->first_import != 0 && open->first_import <= first && open->last_import >= last;
}

static void wait_a_moment(void) {
    struct timespec moment = {0, 20000};

    nanosleep(&moment, NULL);
}

bool open_block_snapshot(struct store *store, struct reader_connection *reader,
                         int64_t *out_last_import, struct err *err) {
    int64_t first;

    for (;;) {
        if (!begin_snapshot(&reader->database, &first, out_last_import, err))
            return false;
        pthread_rwlock_rdlock(&store->open.lock);
        if (covers(&store->open, first, *out_last_import))
            return true;
        /* A commit came in between, or its rows are about to arrive: look again. */
        pthread_rwlock_unlock(&store->open.lock);
        database_rollback(&reader->database);
        wait_a_moment();
    }
}

void open_block_unlock(struct store *store) {
    pthread_rwlock_unlock(&store->open.lock);
}
