/* A file that is larger than a block: each full batch becomes a block at once, staged, so that no
 * query sees it before the commit. Building goes on beside the reading of what follows. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/duplicates.h"
#include "store/import.h"

/* What one batch needs on its way. */
struct staging {
    struct builder_task task;
    struct import *import;
    struct batch batch; /* owned */
    bool *dropped;
    size_t dropped_count;
    struct staged_block staged;
    int64_t seen; /* block up to which it was compared with what is staged */
};

int64_t import_staging(struct import *import) {
    if (import->staging == 0)
        import->staging = ++import->group->store->last_staging;
    return import->staging;
}

/* ---- as the writer ---- */

static bool mark(struct staging *staging, const struct consulted *consulted, struct err *err) {
    return duplicates_mark(staging->import->group->store, staging->batch.keys, staging->batch.rows,
                           consulted, staging->dropped, &staging->dropped_count, err);
}

/* What is stored, and what this file brought before. */
static bool mark_first(struct staging *staging, struct err *err) {
    struct import *import = staging->import;
    struct store *store = import->group->store;
    const struct consulted consulted = {.staging = import_staging(import)};

    staging->staged.checked = store->last_import;
    staging->seen = store->last_block;
    return mark(staging, &consulted, err);
}

/* In a transaction of its own. */
static bool write(struct staging *staging, const struct block_image *image, struct err *err) {
    struct store *store = staging->import->group->store;
    int64_t block = store->last_block + 1;

    if (image == NULL)
        return true;
    if (!database_do(&store->writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!block_write(&store->writer, image, block, import_staging(staging->import), 0, err) ||
        !database_do(&store->writer, SQL_COMMIT, err)) {
        database_rollback(&store->writer);
        return false;
    }
    store->last_block = block;
    staging->staged.id = block;
    return true;
}

static void remember(struct staging *staging) {
    struct import *import = staging->import;

    import->staged_duplicates += (int64_t)staging->dropped_count;
    if (staging->staged.id == 0)
        return;
    import->staged =
        memory_resize(import->staged, import->staged_count + 1, sizeof(*import->staged));
    import->staged[import->staged_count++] = staging->staged;
}

/* ---- building ---- */

static struct block_image *build(const struct staging *staging, struct compressor *compressor) {
    return block_build(&staging->batch, staging->dropped, false,
                       dictionaries_newest(&staging->import->group->store->dictionaries),
                       compressor);
}

/* Batches of the same file that were staged meanwhile may hold some of the rows. */
static bool finish(struct staging *staging, struct block_image **image,
                   struct compressor *compressor, struct err *err) {
    const struct consulted consulted = {.since = INT64_MAX,
                                        .staging = import_staging(staging->import),
                                        .after_block = staging->seen};
    size_t before = staging->dropped_count;

    if (!mark(staging, &consulted, err))
        return false;
    if (staging->dropped_count > before) {
        block_image_free(*image);
        *image = build(staging, compressor);
    }
    if (!write(staging, *image, err))
        return false;
    remember(staging);
    return true;
}

static bool stage(struct staging *staging, struct err *err) {
    struct store *store = staging->import->group->store;
    struct compressor compressor;

    if (!dictionaries_learn(&store->dictionaries, &staging->batch, err))
        return false;
    staging->dropped = memory_new(staging->batch.rows, sizeof(*staging->dropped));
    pthread_mutex_lock(&store->writing);
    bool good = mark_first(staging, err);
    pthread_mutex_unlock(&store->writing);
    if (!good)
        return false;
    compressor_open(&compressor, COMPRESS_TO_KEEP);
    struct block_image *image = build(staging, &compressor);
    pthread_mutex_lock(&store->writing);
    good = finish(staging, &image, &compressor, err);
    pthread_mutex_unlock(&store->writing);
    block_image_free(image);
    compressor_close(&compressor);
    return good;
}

/* ---- on whichever thread ---- */

static void land(struct import *import, const struct err *failure) {
    struct import_group *group = import->group;

    pthread_mutex_lock(&group->lock);
    if (failure != NULL && !import->failed) {
        import->failed = true;
        import->failure = *failure;
    }
    import->in_flight--;
    pthread_cond_signal(&group->landed);
    pthread_mutex_unlock(&group->lock);
}

static void run(struct builder_task *task) {
    struct staging *staging = (struct staging *)task;
    struct err err;
    bool good = stage(staging, &err);

    batch_clear(&staging->batch);
    free(staging->dropped);
    land(staging->import, good ? NULL : &err);
    free(staging);
}

static bool check(struct import *import, struct err *err) {
    struct import_group *group = import->group;

    pthread_mutex_lock(&group->lock);
    bool good = !import->failed;
    if (!good)
        *err = import->failure;
    else
        import->in_flight++;
    pthread_mutex_unlock(&group->lock);
    return good;
}

bool import_stage(struct import *import, struct err *err) {
    struct import_group *group = import->group;

    if (!check(import, err))
        return false;
    struct staging *staging = memory_new(1, sizeof(*staging));
    *staging = (struct staging){.task = {.run = run}, .import = import, .batch = group->batch};
    group->batch = (struct batch){0};
    if (!builders_offer(&group->store->builders, &staging->task))
        run(&staging->task);
    return true;
}

bool import_land(struct import *import, struct err *err) {
    struct import_group *group = import->group;

    pthread_mutex_lock(&group->lock);
    while (import->in_flight > 0)
        pthread_cond_wait(&group->landed, &group->lock);
    bool good = !import->failed;
    if (!good)
        *err = import->failure;
    pthread_mutex_unlock(&group->lock);
    return good;
}
