/* One file on its way into the store.
 *
 * Its events gather in a batch. A full batch becomes a block at once, written as staged: queries do
 * not see it. The commit publishes the staged blocks, puts what is left in the batch into the open
 * block (or into a block of its own when it is large), and writes the receipt, in one transaction.
 * So memory is bounded by one batch, and no transaction lasts while a file is read. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/duplicates.h"
#include "store/import.h"
#include "store/receipts.h"

#define REJECTED_BYTES ((size_t)4 * 1024 * 1024) /* kept in memory before they are staged */

struct import *import_begin(struct store *store) {
    struct import *import = memory_new(1, sizeof(*import));

    import->store = store;
    import->first_event_ms = -1;
    import->last_event_ms = -1;
    return import;
}

void import_free(struct import *import) {
    batch_clear(&import->batch);
    compressor_close(&import->compressor);
    free(import->staged);
    free(import->rejections);
    arena_clear(&import->rejected);
    free(import);
}

int64_t import_staging(struct import *import) {
    if (import->staging == 0)
        import->staging = ++import->store->last_staging;
    return import->staging;
}

/* ---- staging blocks ---- */

bool import_mark_duplicates(struct import *import, bool *dropped, struct err *err) {
    const struct batch *batch = &import->batch;
    size_t count = 0;

    if (!duplicates_mark(import->store, batch->keys, batch->rows, 0, import->staging, dropped,
                         &count, err))
        return false;
    import->duplicates += (int64_t)count;
    return true;
}

static void remember_staged(struct import *import, int64_t block) {
    import->staged =
        memory_resize(import->staged, import->staged_count + 1, sizeof(*import->staged));
    import->staged[import->staged_count++] =
        (struct staged_block){block, import->store->last_import};
}

/* In a transaction of its own. */
static bool write_staged(struct import *import, const struct block_image *image, struct err *err) {
    struct store *store = import->store;
    int64_t block = store->last_block + 1;

    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!block_write(&store->writer, image, block, import_staging(import), 0, err) ||
        !database_do(&store->writer, SQL_COMMIT, err)) {
        database_rollback(&store->writer);
        return false;
    }
    store->last_block = block;
    remember_staged(import, block);
    return true;
}

static bool stage_block(struct import *import, struct block_image **image, struct err *err) {
    bool *dropped = memory_new(import->batch.rows, sizeof(*dropped));
    int64_t duplicates = import->duplicates;
    bool good = import_mark_duplicates(import, dropped, err);

    if (good && import->duplicates != duplicates) {
        block_image_free(*image);
        *image =
            block_build(&import->batch, dropped, false,
                        dictionaries_newest(&import->store->dictionaries), &import->compressor);
    }
    if (good && *image != NULL)
        good = write_staged(import, *image, err);
    free(dropped);
    return good;
}

static bool learn(struct import *import, struct err *err) {
    struct store *store = import->store;

    if (dictionaries_newest(&store->dictionaries) != NULL)
        return true;
    pthread_mutex_lock(&store->writing);
    bool good = dictionaries_learn(&store->dictionaries, &store->writer, &import->batch, err);
    pthread_mutex_unlock(&store->writing);
    return good;
}

static bool flush_batch(struct import *import, struct err *err) {
    struct store *store = import->store;

    if (!learn(import, err))
        return false;
    if (import->compressor.context == NULL)
        compressor_open(&import->compressor, COMPRESS_TO_KEEP);
    struct block_image *image =
        block_build(&import->batch, NULL, false, dictionaries_newest(&store->dictionaries),
                    &import->compressor);
    pthread_mutex_lock(&store->writing);
    bool good = stage_block(import, &image, err);
    pthread_mutex_unlock(&store->writing);
    block_image_free(image);
    batch_reset(&import->batch);
    return good;
}

static void note_time(struct import *import, int64_t time_ms) {
    if (import->events == 0 || time_ms < import->first_event_ms)
        import->first_event_ms = time_ms;
    if (import->events == 0 || time_ms > import->last_event_ms)
        import->last_event_ms = time_ms;
    import->events++;
}

bool import_add(struct import *import, const struct event *event, struct err *err) {
    if (batch_is_full(&import->batch) && !flush_batch(import, err))
        return false;
    note_time(import, event->time_ms);
    if (!batch_add(&import->batch, event, 0))
        import->duplicates++;
    return true;
}

/* ---- rejections ---- */

bool import_write_rejections(struct import *import, struct err *err) {
    struct store *store = import->store;

    if (import->rejections_owner == 0 && import->rejection_count > 0)
        import->rejections_owner = ++store->last_rejections;
    for (size_t i = 0; i < import->rejection_count; i++) {
        if (!rejection_write(&store->writer, &store->quick, import->rejections_owner,
                             &import->rejections[i], err))
            return false;
    }
    return true;
}

static void forget_rejections(struct import *import) {
    import->rejection_count = 0;
    free(TAKE(import->rejections));
    arena_clear(&import->rejected);
}

/* In a transaction of its own, as the writer. */
static bool write_early(struct import *import, struct err *err) {
    struct database *writer = &import->store->writer;

    if (!database_do(writer, SQL_BEGIN_WRITE, err))
        return false;
    if (import_write_rejections(import, err) &&
        (import->rejections_begun || rejections_begin(writer, import->rejections_owner, err)) &&
        database_do(writer, SQL_COMMIT, err))
        return true;
    database_rollback(writer);
    return false;
}

static bool stage_rejections(struct import *import, struct err *err) {
    pthread_mutex_lock(&import->store->writing);
    bool good = write_early(import, err);
    import->rejections_begun = import->rejections_begun || good;
    pthread_mutex_unlock(&import->store->writing);
    forget_rejections(import);
    return good;
}

static bool within_limits(const struct import *import, const struct rejection *rejection,
                          struct err *err) {
    if (import->rejected_count == LIMIT_REJECTED_PER_FILE)
        return err_set(err, ERR_UNREADABLE,
                       "more than %d records are no CloudTrail events (max rejected per file)",
                       LIMIT_REJECTED_PER_FILE);
    if (import->rejected_bytes + (int64_t)rejection->record.length > LIMIT_REJECTED_BYTES)
        return err_set(err, ERR_UNREADABLE,
                       "records that are no CloudTrail events take more than %lld bytes (max "
                       "rejected bytes per file)",
                       (long long)LIMIT_REJECTED_BYTES);
    return true;
}

bool import_reject(struct import *import, const struct rejection *rejection, struct err *err) {
    size_t count;

    if (!within_limits(import, rejection, err))
        return false;
    if (import->rejected.bytes >= REJECTED_BYTES && !stage_rejections(import, err))
        return false;
    count = import->rejection_count;
    if ((count & (count - 1)) == 0)
        import->rejections = memory_resize(import->rejections, count == 0 ? 1 : count * 2,
                                           sizeof(*import->rejections));
    import->rejections[count] = (struct rejection){
        .index = rejection->index,
        .offset = rejection->offset,
        .reason = arena_copy(&import->rejected, rejection->reason),
        .record = arena_copy(&import->rejected, rejection->record),
    };
    import->rejection_count++;
    import->rejected_count++;
    import->rejected_bytes += (int64_t)rejection->record.length;
    return true;
}

/* ---- giving up ---- */

/* By what the database says: a commit that was rolled back may have renumbered what is staged. */
static bool drop_staged(struct import *import, struct err *err) {
    struct store *store = import->store;
    int64_t block;

    for (;;) {
        if (!block_next_staged(&store->writer, import->staging, &block, err))
            return false;
        if (block == 0)
            return true;
        if (!block_drop(&store->writer, block, err))
            return false;
        key_cache_forget(&store->key_cache, block);
    }
}

static bool drop_early(struct import *import, struct err *err) {
    struct database *writer = &import->store->writer;

    return database_do(writer, SQL_BEGIN_WRITE, err) && drop_staged(import, err) &&
           (!import->rejections_begun || rejections_drop(writer, import->rejections_owner, err)) &&
           database_do(writer, SQL_COMMIT, err);
}

void import_give_up(struct import *import) {
    struct err ignored;

    if (import->staging == 0 && !import->rejections_begun)
        return;
    if (!drop_early(import, &ignored))
        database_rollback(&import->store->writer);
}

void import_abort(struct import *import) {
    if (import == NULL)
        return;
    pthread_mutex_lock(&import->store->writing);
    import_give_up(import);
    pthread_mutex_unlock(&import->store->writing);
    import_free(import);
}
