#include "store/open_block.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

/* From here on it is set aside: the next uploads should find room without waiting for a block to be
 * built. */
#define SEAL_ROWS       (BLOCK_ROWS - BLOCK_ROWS / 8)
#define SEAL_TEXT_BYTES (BATCH_TEXT_BYTES - BATCH_TEXT_BYTES / 8)

void open_block_init(struct store *store) {
    pthread_rwlockattr_t attributes;

    /* Readers come all the time; the writer must get its turn. */
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&store->open.lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    store->open.current = memory_new(1, sizeof(*store->open.current));
}

static void waiting_free(struct waiting *waiting) {
    if (waiting == NULL)
        return;
    batch_clear(&waiting->batch);
    free(waiting);
}

void open_block_clear(struct store *store) {
    waiting_free(store->open.current);
    waiting_free(store->open.aside);
    pthread_rwlock_destroy(&store->open.lock);
}

bool open_block_holds(const struct store *store, const struct event_key *key) {
    const struct open_block *open = &store->open;

    return batch_holds(&open->current->batch, key) ||
           (open->aside != NULL && batch_holds(&open->aside->batch, key));
}

bool open_block_has_room(const struct store *store, size_t rows, size_t text_bytes) {
    const struct batch *current = &store->open.current->batch;

    return current->rows + rows <= BLOCK_ROWS &&
           current->text_bytes + text_bytes <= BATCH_TEXT_BYTES;
}

/* ---- what comes ---- */

bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                     size_t rows, int64_t import, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_ADD_PENDING, err);
    struct buffer bytes = {0};

    if (statement == NULL)
        return false;
    batch_encode(batch, order, rows, &store->quick, &bytes);
    bind_integer(statement, 1, import);
    bind_integer(statement, 2, (int64_t)rows);
    bind_bytes(statement, 3, buffer_span(&bytes));
    bool good = database_run(&store->writer, statement, err);
    buffer_clear(&bytes);
    return good;
}

static void note_import(struct open_block *open, int64_t import) {
    if (open->current->first_import == 0)
        open->current->first_import = import;
    open->current->last_import = import;
    open->last_import = import;
}

void open_block_add(struct store *store, const struct batch *batch, const uint16_t *order,
                    size_t rows, int64_t import) {
    pthread_rwlock_wrlock(&store->open.lock);
    for (size_t i = 0; i < rows; i++)
        batch_add_row(&store->open.current->batch, batch, order[i], import);
    note_import(&store->open, import);
    pthread_rwlock_unlock(&store->open.lock);
}

/* ---- what goes ---- */

/* Inside the writer's transaction: the waiting events are in a block now, or will be when the
 * transaction is committed. */
static bool drop_pending(struct store *store, const struct waiting *waiting, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_DROP_PENDING, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, waiting->first_import);
    bind_integer(statement, 2, waiting->last_import);
    return database_run(&store->writer, statement, err) &&
           database_do(&store->writer, SQL_COUNT_SEAL, err);
}

static struct block_image *build(struct store *store, const struct waiting *waiting,
                                 struct compressor *compressor) {
    return block_build(&waiting->batch, NULL, true, dictionaries_newest(&store->dictionaries),
                       compressor);
}

bool open_block_seal(struct store *store, struct err *err) {
    const struct waiting *waiting = store->open.current;
    struct block_image *image = build(store, waiting, &store->compressor);
    bool good = image == NULL || block_write(&store->writer, image, ++store->last_block, 0, 0, err);

    block_image_free(image);
    return good && drop_pending(store, waiting, err);
}

void open_block_forget(struct store *store) {
    pthread_rwlock_wrlock(&store->open.lock);
    batch_reset(&store->open.current->batch);
    store->open.current->first_import = 0;
    store->open.seals++;
    pthread_rwlock_unlock(&store->open.lock);
}

bool open_block_set_aside(struct store *store) {
    struct open_block *open = &store->open;
    const struct batch *batch = &open->current->batch;

    if (open->sealing)
        return false;
    if (open->aside == NULL) {
        if (batch->rows < SEAL_ROWS && batch->text_bytes < SEAL_TEXT_BYTES)
            return false;
        pthread_rwlock_wrlock(&open->lock);
        open->aside = open->current;
        open->current = memory_new(1, sizeof(*open->current));
        pthread_rwlock_unlock(&open->lock);
    }
    open->sealing = true;
    return true;
}

/* As the writer: in one transaction the block comes and the pending rows go. */
static bool write_aside(struct store *store, const struct block_image *image, struct err *err) {
    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!block_write(&store->writer, image, ++store->last_block, 0, 0, err) ||
        !drop_pending(store, store->open.aside, err) ||
        !database_do(&store->writer, SQL_COMMIT, err)) {
        database_rollback(&store->writer);
        return false;
    }
    return true;
}

static void forget_aside(struct store *store) {
    struct open_block *open = &store->open;

    pthread_rwlock_wrlock(&open->lock);
    struct waiting *aside = TAKE(open->aside);
    open->seals++;
    pthread_rwlock_unlock(&open->lock);
    waiting_free(aside);
}

static bool learn(struct store *store, struct err *err) {
    pthread_mutex_lock(&store->writing);
    bool good =
        dictionaries_learn(&store->dictionaries, &store->writer, &store->open.aside->batch, err);
    pthread_mutex_unlock(&store->writing);
    return good;
}

bool open_block_seal_aside(struct store *store, struct err *err) {
    struct compressor compressor;
    struct block_image *image = NULL;
    bool good = learn(store, err);

    if (good) {
        compressor_open(&compressor, COMPRESS_TO_KEEP);
        image = build(store, store->open.aside, &compressor); /* nobody changes it any more */
        compressor_close(&compressor);
    }
    pthread_mutex_lock(&store->writing);
    good = good && write_aside(store, image, err);
    if (good)
        forget_aside(store);
    store->open.sealing = false;
    pthread_mutex_unlock(&store->writing);
    block_image_free(image);
    return good;
}

/* ---- loading ---- */

/* The process was stopped while what had been set aside was on its way: so it is again. */
static bool make_room(struct store *store, struct err *err) {
    struct open_block *open = &store->open;

    if (open->aside != NULL)
        return err_set(err, ERR_INTERNAL, "more is pending than the open block takes");
    open->aside = open->current;
    open->current = memory_new(1, sizeof(*open->current));
    return true;
}

/* The store is being opened: nobody else is there. */
static bool load_one(struct store *store, int64_t import, struct span bytes, struct err *err) {
    struct batch batch = {0};
    bool good = batch_decode(bytes, import, &store->decompressor, &batch, err);

    if (!good)
        err_add(err, "pending import %lld", (long long)import);
    if (good && !open_block_has_room(store, batch.rows, batch.text_bytes))
        good = make_room(store, err);
    for (size_t row = 0; good && row < batch.rows; row++)
        batch_add_row(&store->open.current->batch, &batch, row, import);
    if (good)
        note_import(&store->open, import);
    batch_clear(&batch);
    return good;
}

static bool read_seals(struct store *store, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_PENDING_STATE, err);
    bool row;

    if (statement == NULL || !database_step(&store->writer, statement, &row, err))
        return false;
    store->open.seals = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return true;
}

bool open_block_load(struct store *store, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_LIST_PENDING, err);
    bool row = true;

    if (statement == NULL)
        return false;
    while (database_step(&store->writer, statement, &row, err) && row) {
        if (!load_one(store, sqlite3_column_int64(statement, 0), column_bytes(statement, 1), err)) {
            sqlite3_reset(statement);
            return false;
        }
    }
    return !row && read_seals(store, err);
}

/* ---- reading ---- */

static bool begin_snapshot(struct database *database, int64_t *out_seals, int64_t *out_last,
                           struct err *err) {
    bool row;

    if (!database_do(database, SQL_BEGIN_READ, err))
        return false;
    sqlite3_stmt *statement = database_prepare(database, SQL_PENDING_STATE, err);
    if (statement == NULL || !database_step(database, statement, &row, err))
        return false;
    *out_seals = sqlite3_column_int64(statement, 0);
    *out_last = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    return true;
}

static void wait_a_moment(void) {
    struct timespec moment = {0, 20000};

    nanosleep(&moment, NULL);
}

bool open_block_snapshot(struct store *store, struct reader_connection *reader,
                         int64_t *out_last_import, struct err *err) {
    int64_t seals;

    for (;;) {
        if (!begin_snapshot(&reader->database, &seals, out_last_import, err))
            return false;
        pthread_rwlock_rdlock(&store->open.lock);
        if (store->open.seals == seals && store->open.last_import >= *out_last_import)
            return true;
        /* A commit came in between, or the memory is about to follow one: look again. */
        pthread_rwlock_unlock(&store->open.lock);
        database_rollback(&reader->database);
        wait_a_moment();
    }
}

void open_block_unlock(struct store *store) {
    pthread_rwlock_unlock(&store->open.lock);
}
