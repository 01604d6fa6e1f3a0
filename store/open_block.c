#include "store/open_block.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"

/* From here on it is set aside: the next uploads should find room without waiting for a block to be
 * built. */
#define SEAL_ROWS       (BLOCK_ROWS - BLOCK_ROWS / 8)
#define SEAL_TEXT_BYTES (BATCH_TEXT_BYTES - BATCH_TEXT_BYTES / 8)

void open_block_init(struct store *store) {
    struct open_block *open = &store->open;
    pthread_rwlockattr_t attributes;

    /* Readers come all the time; the writer must get its turn. */
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&open->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    pthread_cond_init(&open->sealed, NULL);
    open->current = waiting_new();
}

void open_block_clear(struct store *store) {
    waiting_free(store->open.current);
    waiting_free(store->open.aside);
    pthread_cond_destroy(&store->open.sealed);
    pthread_rwlock_destroy(&store->open.lock);
}

bool open_block_holds(const struct store *store, const struct event_key *key) {
    const struct open_block *open = &store->open;

    return batch_holds(&open->current->batch, key) ||
           (open->aside != NULL && batch_holds(&open->aside->batch, key));
}

bool open_block_has_room(const struct store *store, size_t rows, size_t text_bytes) {
    return waiting_has_room(store->open.current, rows, text_bytes);
}

/* ---- what comes ---- */

static bool save_pending(struct store *store, size_t rows, struct span encoded, int64_t import,
                         struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_ADD_PENDING, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, import);
    bind_integer(statement, 2, (int64_t)rows);
    bind_bytes(statement, 3, encoded);
    return database_run(&store->writer, statement, err);
}

bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                     size_t rows, struct span encoded, int64_t import, struct err *err) {
    if (!save_pending(store, rows, encoded, import, err))
        return false;
    pthread_rwlock_wrlock(&store->open.lock);
    waiting_append(store->open.current, batch, order, rows, import);
    store->open.last_import = import;
    pthread_rwlock_unlock(&store->open.lock);
    return true;
}

struct open_mark open_block_mark(const struct store *store) {
    const struct waiting *current = store->open.current;

    return (struct open_mark){current->batch.rows, current->last_import, store->open.last_import};
}

void open_block_restore(struct store *store, struct open_mark mark) {
    if (store->open.current->batch.rows == mark.rows)
        return;
    pthread_rwlock_wrlock(&store->open.lock);
    waiting_truncate(store->open.current, mark.rows, mark.last_import_here);
    store->open.last_import = mark.last_import;
    pthread_rwlock_unlock(&store->open.lock);
}

/* ---- what goes ---- */

static void set_aside(struct store *store) {
    struct open_block *open = &store->open;

    pthread_rwlock_wrlock(&open->lock);
    open->aside = open->current;
    open->current = waiting_new();
    pthread_rwlock_unlock(&open->lock);
}

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

static struct block_image *build_aside(struct store *store) {
    struct compressor compressor;

    compressor_open(&compressor, COMPRESS_TO_KEEP);
    struct block_image *image = block_build(&store->open.aside->batch, NULL, true,
                                            dictionaries_newest(&store->dictionaries), &compressor);
    compressor_close(&compressor);
    return image;
}

/* `sealing` is set, so nobody else touches what is aside; not the writer but for the end. When it
 * fails all stays as it was. */
static bool seal_aside(struct store *store, struct err *err) {
    bool good = dictionaries_learn(&store->dictionaries, &store->open.aside->batch, err);
    struct block_image *image = good ? build_aside(store) : NULL;

    pthread_mutex_lock(&store->writing);
    good = good && write_aside(store, image, err);
    if (good)
        forget_aside(store);
    store->open.sealing = false;
    pthread_cond_broadcast(&store->open.sealed);
    pthread_mutex_unlock(&store->writing);
    block_image_free(image);
    return good;
}

/* What is aside has not become a block: the one who needs the room tries, and gets the reason. */
static bool seal_at_once(struct store *store, struct err *err) {
    store->open.sealing = true;
    pthread_mutex_unlock(&store->writing);
    bool good = seal_aside(store, err);
    pthread_mutex_lock(&store->writing);
    return good;
}

bool open_block_make_room(struct store *store, size_t rows, size_t text_bytes, struct err *err) {
    struct open_block *open = &store->open;

    while (!open_block_has_room(store, rows, text_bytes)) {
        if (open->aside == NULL)
            set_aside(store);
        else if (open->sealing)
            pthread_cond_wait(&open->sealed, &store->writing);
        else if (!seal_at_once(store, err))
            return false;
    }
    return true;
}

/* ---- on a thread of its own ---- */

struct seal_task {
    struct builder_task task;
    struct store *store;
};

/* The imports are stored whatever comes of it. What fails is tried again behind the next commit. */
static void run_seal(struct builder_task *task) {
    struct seal_task *self = (struct seal_task *)task;
    struct err err;

    if (!seal_aside(self->store, &err)) {
        struct log_line line;
        log_begin(&line, LOG_WARN, "pending events could not be made a block yet");
        log_text(&line, "reason", span_of(err.text));
        log_end(&line);
    }
    free(self);
}

static bool is_full(const struct waiting *waiting) {
    return waiting->batch.rows >= SEAL_ROWS || waiting->batch.text_bytes >= SEAL_TEXT_BYTES;
}

void open_block_seal_when_full(struct store *store) {
    struct open_block *open = &store->open;

    if (open->sealing)
        return;
    if (open->aside == NULL && is_full(open->current))
        set_aside(store);
    if (open->aside == NULL)
        return;
    struct seal_task *seal = memory_new(1, sizeof(*seal));
    *seal = (struct seal_task){{run_seal, NULL}, store};
    open->sealing = true;
    if (!builders_submit(&store->builders, &seal->task)) {
        open->sealing = false; /* no thread: made when the room is needed */
        free(seal);
    }
}

/* ---- loading ---- */

/* The process was stopped while what had been set aside was on its way: so it is again. */
static bool make_room(struct store *store, struct err *err) {
    struct open_block *open = &store->open;

    if (open->aside != NULL)
        return err_set(err, ERR_INTERNAL, "more is pending than the open block takes");
    set_aside(store);
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
    if (good) {
        waiting_append(store->open.current, &batch, NULL, batch.rows, import);
        store->open.last_import = import;
    }
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

static bool begin_snapshot(struct reader_connection *reader, int64_t *out_seals, int64_t *out_last,
                           struct err *err) {
    sqlite3_stmt *statement = database_prepare(&reader->database, SQL_PENDING_STATE, err);
    bool row;

    if (statement == NULL || !database_step(&reader->database, statement, &row, err))
        return false;
    *out_seals = sqlite3_column_int64(statement, 0);
    *out_last = sqlite3_column_int64(statement, 1);
    reader_hold_snapshot(reader, statement);
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
        if (!begin_snapshot(reader, &seals, out_last_import, err))
            return false;
        pthread_rwlock_rdlock(&store->open.lock);
        if (store->open.seals == seals)
            return true;
        /* Events have left it in between, or the memory is about to follow: look again. */
        pthread_rwlock_unlock(&store->open.lock);
        reader_end_snapshot(reader);
        wait_a_moment();
    }
}

void open_block_unlock(struct store *store) {
    pthread_rwlock_unlock(&store->open.lock);
}
