#include "store/merge.h"

#include <stdlib.h>
#include <time.h>

#include "store/overlap.h"
#include "store/slices.h"

/* How long a merge lets imports go first before it takes its turn. Not longer: an import compares
 * its events with all blocks that cover their time, so what is not merged slows imports down, too.
 */
#define PATIENCE_MS 20

struct merge {
    struct store *store;
    const atomic_bool *cancel;
    struct reader_connection *reader;
    struct compressor compressor;
    struct slices slices;
    struct batch batch; /* of the next new block */
    int64_t staging;    /* of the new blocks */
    size_t written;     /* rows */
};

/* ---- manners ---- */

static void wait_a_moment(void) {
    struct timespec moment = {0, 1000000};

    nanosleep(&moment, NULL);
}

/* Becomes the writer when nobody else wants to be, or after a while all the same. */
static void take_turn(struct store *store) {
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms++) {
        if (pthread_mutex_trylock(&store->writing) == 0)
            return;
        wait_a_moment();
    }
    pthread_mutex_lock(&store->writing);
}

static bool go_on(const atomic_bool *cancel, struct err *err) {
    if (cancel != NULL && atomic_load(cancel))
        return err_set(err, ERR_CANCELLED, "the merge was stopped");
    return true;
}

/* ---- new blocks ---- */

/* As the writer. */
static bool write_staged(struct merge *merge, const struct block_image *image, struct err *err) {
    struct store *store = merge->store;
    int64_t id = store->last_block + 1;

    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!block_write(&store->writer, image, id, merge->staging, 0, err) ||
        !database_do(&store->writer, SQL_COMMIT, err)) {
        database_rollback(&store->writer);
        return false;
    }
    store->last_block = id;
    return true;
}

static bool stage_batch(struct merge *merge, struct err *err) {
    struct store *store = merge->store;
    struct block_image *image = block_build(
        &merge->batch, NULL, true, dictionaries_newest(&store->dictionaries), &merge->compressor);

    merge->written += merge->batch.rows;
    batch_reset(&merge->batch);
    take_turn(store);
    bool good = write_staged(merge, image, err);
    pthread_mutex_unlock(&store->writing);
    block_image_free(image);
    return good && go_on(merge->cancel, err);
}

static bool has_room(const struct batch *batch, size_t rows, size_t text_bytes) {
    return batch->rows == 0 ||
           (batch->rows + rows <= BLOCK_ROWS && batch->text_bytes + text_bytes <= BATCH_TEXT_BYTES);
}

/* A slice goes into one block, unless its records are so large that a piece at a time is enough. */
static bool stage_slice(struct merge *merge, size_t slice, struct err *err) {
    struct slices *slices = &merge->slices;

    if (!has_room(&merge->batch, slices_rows(slices, slice), slices_text_bytes(slices, slice)) &&
        !stage_batch(merge, err))
        return false;
    for (size_t i = 0; i < slices->source_count; i++) {
        const struct piece *piece = &slices->sources[i].pieces[slice];
        if (!has_room(&merge->batch, piece->rows, piece->text_bytes) && !stage_batch(merge, err))
            return false;
        if (!slices_take(slices, i, slice, &merge->batch, err))
            return false;
    }
    return true;
}

static bool stage_slices(struct merge *merge, struct err *err) {
    for (size_t slice = 0; slice < merge->slices.slice_count; slice++) {
        if (!stage_slice(merge, slice, err))
            return false;
    }
    return stage_batch(merge, err);
}

static bool fill_slices(struct merge *merge, struct err *err) {
    struct slices *slices = &merge->slices;

    for (size_t i = 0; i < slices->source_count; i++) {
        const struct dictionary *dictionary =
            dictionaries_get(&merge->store->dictionaries, slices->sources[i].block.dictionary);
        if (!slices_fill(slices, &merge->reader->database, dictionary, i, err) ||
            !go_on(merge->cancel, err))
            return false;
    }
    return true;
}

/* ---- new for old ---- */

static bool hide_block(struct store *store, int64_t id, int64_t staging, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_HIDE_BLOCK, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    bind_integer(statement, 2, staging);
    if (!database_run(&store->writer, statement, err))
        return false;
    if (sqlite3_changes(store->writer.handle) != 1)
        return err_set(err, ERR_INTERNAL, "block %lld is gone", (long long)id);
    return true;
}

static bool show_staged(struct store *store, int64_t staging, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_SHOW_BLOCKS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, staging);
    return database_run(&store->writer, statement, err);
}

static bool exchange_in_transaction(struct merge *merge, int64_t replaced, struct err *err) {
    struct store *store = merge->store;

    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    for (size_t i = 0; i < merge->slices.source_count; i++) {
        if (!hide_block(store, merge->slices.sources[i].block.id, replaced, err))
            return false;
    }
    return show_staged(store, merge->staging, err) && database_do(&store->writer, SQL_COMMIT, err);
}

/* As the writer. */
static bool exchange(struct merge *merge, struct err *err) {
    struct store *store = merge->store;
    int64_t replaced = store->tidying.replaced;

    if (replaced == 0)
        replaced = ++store->last_staging;
    if (!exchange_in_transaction(merge, replaced, err)) {
        database_rollback(&store->writer);
        return false;
    }
    store->tidying.replaced = replaced;
    for (size_t i = 0; i < merge->slices.source_count; i++)
        key_cache_forget(&store->key_cache, merge->slices.sources[i].block.id);
    return true;
}

/* ---- what is to go ---- */

/* As the writer: one block of this staging, if there is one. */
static bool drop_one(struct store *store, int64_t staging, bool *out_any, struct err *err) {
    int64_t block;

    if (!block_next_staged(&store->writer, staging, &block, err))
        return false;
    *out_any = block != 0;
    if (block == 0)
        return true;
    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!block_drop(&store->writer, block, err) || !database_do(&store->writer, SQL_COMMIT, err)) {
        database_rollback(&store->writer);
        return false;
    }
    return true;
}

static bool drop_all(struct store *store, int64_t staging, const atomic_bool *cancel,
                     struct err *err) {
    bool any = true;

    while (any) {
        if (!go_on(cancel, err))
            return false;
        take_turn(store);
        bool good = drop_one(store, staging, &any, err);
        pthread_mutex_unlock(&store->writing);
        if (!good)
            return false;
    }
    return true;
}

bool merge_drop_replaced(struct store *store, const atomic_bool *cancel, struct err *err) {
    if (store->tidying.replaced == 0)
        return true;
    if (!drop_all(store, store->tidying.replaced, cancel, err))
        return err_add(err, "dropping blocks that were merged");
    store->tidying.replaced = 0;
    return true;
}

/* What cannot be dropped now is staged, and goes when the store is opened next. */
static void give_up(struct merge *merge) {
    struct err ignored;

    if (merge->staging != 0)
        (void)!drop_all(merge->store, merge->staging, NULL, &ignored);
}

/* ---- all of it ---- */

static void begin_staging(struct merge *merge) {
    pthread_mutex_lock(&merge->store->writing);
    merge->staging = ++merge->store->last_staging;
    pthread_mutex_unlock(&merge->store->writing);
}

static bool build_and_exchange(struct merge *merge, struct err *err) {
    begin_staging(merge);
    if (!fill_slices(merge, err) || !stage_slices(merge, err))
        return false;
    if (merge->written != merge->slices.rows)
        return err_set(err, ERR_INTERNAL, "%zu events became %zu", merge->slices.rows,
                       merge->written);
    take_turn(merge->store);
    bool good = exchange(merge, err);
    pthread_mutex_unlock(&merge->store->writing);
    return good;
}

static bool merge_on_reader(struct merge *merge, const struct block *const *group, size_t count,
                            bool *out_worth, struct err *err) {
    if (!slices_cut(&merge->slices, &merge->reader->database, group, count, err))
        return false;
    /* Of what was expected a part may be lost: the group was shortened, or the events crowd. */
    *out_worth = overlap_gain(group, count, slices_span_ms(&merge->slices)) >= OVERLAP_GAIN / 2;
    return !*out_worth || build_and_exchange(merge, err);
}

bool merge_blocks(struct store *store, const struct block *const *group, size_t count,
                  const atomic_bool *cancel, bool *out_worth, struct err *err) {
    struct merge merge = {.store = store, .cancel = cancel};

    merge.reader = readers_take(&store->readers, err);
    if (merge.reader == NULL)
        return false;
    compressor_open(&merge.compressor, COMPRESS_TO_KEEP);
    bool good = merge_on_reader(&merge, group, count, out_worth, err);
    if (!good)
        give_up(&merge);
    slices_clear(&merge.slices);
    batch_clear(&merge.batch);
    compressor_close(&merge.compressor);
    readers_give_back(&store->readers, merge.reader);
    return good;
}
