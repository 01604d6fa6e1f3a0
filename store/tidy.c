/* Keeps lists quick whatever the order in which events came: looks whether too many blocks overlap
 * somewhere, and merges some of them. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "store/merge.h"
#include "store/overlap.h"

/* Blocks that may overlap at a moment: a list opens as many. While imports are under way it may be
 * more, since what is merged a little later is merged with more of its like, and fewer times. And
 * the bytes of records in stored form that are kept in memory during a merge: about 16 full blocks,
 * or 8 while imports need memory, too. */
static const struct {
    size_t overlap;
    int64_t merged_bytes;
} cares[] = {
    [TIDY_WORST] = {128, 48 * MIB},
    [TIDY_BUSY] = {16, 24 * MIB},
    [TIDY_QUIET] = {8, 48 * MIB},
};

void tidying_init(struct tidying *tidying) {
    pthread_mutex_init(&tidying->lock, NULL);
}

void tidying_clear(struct tidying *tidying) {
    free(tidying->spared);
    pthread_mutex_destroy(&tidying->lock);
}

/* ---- blocks that are left alone ---- */

static bool is_spared(const struct tidying *tidying, int64_t block) {
    for (size_t i = 0; i < tidying->spared_count; i++) {
        if (tidying->spared[i] == block)
            return true;
    }
    return false;
}

static void spare(struct tidying *tidying, const struct block *const *group, size_t count) {
    tidying->spared =
        memory_resize(tidying->spared, tidying->spared_count + count, sizeof(*tidying->spared));
    for (size_t i = 0; i < count; i++)
        tidying->spared[tidying->spared_count++] = group[i]->id;
}

/* ---- looking ---- */

struct block_list {
    struct block *blocks;
    size_t count;
    size_t capacity;
};

static void add_block(struct block_list *list, const struct block *block) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        list->blocks = memory_resize(list->blocks, list->capacity, sizeof(*list->blocks));
    }
    list->blocks[list->count++] = *block;
}

static bool list_blocks(struct database *database, const struct tidying *tidying,
                        struct block_list *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_BLOCKS, err);
    bool row = true;

    if (statement == NULL)
        return false;
    while (database_step(database, statement, &row, err) && row) {
        struct block block = block_from_row(statement);
        if (!is_spared(tidying, block.id))
            add_block(out, &block);
    }
    return !row;
}

static bool read_bytes(struct database *database, int64_t block, int64_t *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_COUNT_CHUNK_BYTES, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, chunk_id(block, 0));
    bind_integer(statement, 2, chunk_id(block, BLOCK_CHUNKS));
    if (!database_step(database, statement, &row, err))
        return false;
    *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return true;
}

/* Shortens the group to `most` bytes; two are taken in any case. */
static bool fit_into_memory(struct database *database, int64_t most,
                            const struct block *const *group, size_t *count, struct err *err) {
    int64_t sum = 0;
    int64_t bytes;

    for (size_t i = 0; i < *count; i++) {
        if (!read_bytes(database, group[i]->id, &bytes, err))
            return false;
        sum += bytes;
        if (i >= 2 && sum > most)
            *count = i;
    }
    return true;
}

static bool choose(struct store *store, enum tidy_care care, struct block_list *list,
                   const struct block **out_group, size_t *out_count, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);

    if (reader == NULL)
        return false;
    bool good = list_blocks(&reader->database, &store->tidying, list, err);
    if (good) {
        *out_count = overlap_choose(list->blocks, list->count, cares[care].overlap, out_group);
        good =
            fit_into_memory(&reader->database, cares[care].merged_bytes, out_group, out_count, err);
    }
    readers_give_back(&store->readers, reader);
    return good;
}

/* ---- doing ---- */

static bool merge(struct store *store, const struct block *const *group, size_t count,
                  const atomic_bool *cancel, struct err *err) {
    struct tidying *tidying = &store->tidying;
    bool worth = true;
    bool good = merge_blocks(store, group, count, cancel, &worth, err);

    /* What is damaged would fail again each time; the rest goes on without it. */
    if (!worth || (!good && err->kind == ERR_INTERNAL))
        spare(tidying, group, count);
    if (!good)
        return err_add(err, "merging %zu blocks", count);
    if (worth) {
        atomic_fetch_add(&tidying->merges, 1);
        atomic_fetch_add(&tidying->merged_blocks, (int64_t)count);
    }
    return merge_drop_replaced(store, cancel, err);
}

static bool tidy(struct store *store, enum tidy_care care, const atomic_bool *cancel,
                 int64_t changes, bool *out_more, struct err *err) {
    struct tidying *tidying = &store->tidying;
    const struct block *group[OVERLAP_GROUP];
    struct block_list list = {0};
    size_t count = 0;

    bool good = choose(store, care, &list, group, &count, err);
    if (good && count > 0)
        good = merge(store, group, count, cancel, err);
    if (good && count == 0) {
        tidying->seen_changes = changes;
        tidying->seen_care = care;
    }
    *out_more = count > 0;
    free(list.blocks);
    return good;
}

/* `*out_changes` grows with every block that comes, and when staged ones become live: these may be
 * older than the newest. */
static void look(struct store *store, int64_t *out_changes, int64_t *out_import) {
    pthread_mutex_lock(&store->writing);
    *out_changes = store->last_block + store->publications;
    *out_import = store->last_import;
    pthread_mutex_unlock(&store->writing);
}

static bool tidy_alone(struct store *store, enum tidy_care care, const atomic_bool *cancel,
                       struct tidy_report *out, struct err *err) {
    const struct tidying *tidying = &store->tidying;
    int64_t changes;

    look(store, &changes, &out->last_import);
    if (!merge_drop_replaced(store, cancel, err))
        return false;
    if (tidying->seen_changes == changes && tidying->seen_care >= care)
        return true;
    return tidy(store, care, cancel, changes, &out->more, err);
}

bool store_tidy(struct store *store, enum tidy_care care, const atomic_bool *cancel,
                struct tidy_report *out, struct err *err) {
    *out = (struct tidy_report){0};
    if (pthread_mutex_trylock(&store->tidying.lock) != 0)
        return true;
    bool good = tidy_alone(store, care, cancel, out, err);
    pthread_mutex_unlock(&store->tidying.lock);
    return good;
}
