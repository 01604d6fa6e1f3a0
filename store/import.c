/* Files on their way into the store.
 *
 * The events of a group of files gather in one batch. When it is full in the middle of a file, the
 * files before are committed and the batch goes on with this one's rows; a file that fills it alone
 * has it written as a staged block, which queries do not see (import_stage.c). The commit publishes
 * what is staged, stores what is left in the batch, and writes the receipts, in one transaction
 * (import_commit.c). So memory is bounded by one batch, and no transaction lasts while a file is
 * read. A file that is imported alone is a group of one. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/import_commit.h"
#include "store/receipts.h"

#define REJECTED_BYTES ((size_t)4 * 1024 * 1024) /* kept in memory before they are staged */

struct import *import_begin_in(struct import_group *group) {
    struct import *import = memory_new(1, sizeof(*import));

    import->group = group;
    import->index = (int64_t)group->count;
    import->first_row = group->batch.rows;
    import->first_event_ms = -1;
    import->last_event_ms = -1;
    return import;
}

void import_free(struct import *import) {
    free(import->staged);
    free(import->rejections);
    arena_clear(&import->rejected);
    free(import);
}

/* ---- events ---- */

/* The files before this one are complete: they are committed, and the batch begins with its rows.
 */
static bool commit_those_before(struct import *import, struct err *err) {
    struct import_group *group = import->group;
    size_t rows = group->batch.rows - import->first_row;
    uint16_t *order = memory_new(rows, sizeof(*order));
    struct batch begun = {0};

    for (size_t i = 0; i < rows; i++)
        order[i] = (uint16_t)(import->first_row + i);
    batch_append(&begun, &group->batch, order, rows, 0);
    free(order);
    batch_truncate(&group->batch, import->first_row);
    bool good = import_group_commit(group, err);
    batch_clear(&group->batch);
    group->batch = begun;
    import->first_row = 0;
    import->index = 0;
    return good;
}

static void note_time(struct import *import, int64_t time_ms) {
    if (import->events == 0 || time_ms < import->first_event_ms)
        import->first_event_ms = time_ms;
    if (import->events == 0 || time_ms > import->last_event_ms)
        import->last_event_ms = time_ms;
    import->events++;
}

static bool make_room(struct import *import, struct err *err) {
    if (import->first_row > 0)
        return commit_those_before(import, err);
    return import_stage(import, err);
}

bool import_add(struct import *import, const struct event *event, struct err *err) {
    struct batch *batch = &import->group->batch;

    if (batch_is_full(batch) && !make_room(import, err))
        return false;
    note_time(import, event->time_ms);
    if (!batch_add(batch, event, import->index))
        import->duplicates++;
    return true;
}

/* ---- rejections ---- */

bool import_write_rejections(struct import *import, struct err *err) {
    struct store *store = import->group->store;

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
    struct database *writer = &import->group->store->writer;

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
    pthread_mutex_lock(&import->group->store->writing);
    bool good = write_early(import, err);
    import->rejections_begun = import->rejections_begun || good;
    pthread_mutex_unlock(&import->group->store->writing);
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
static bool drop_block(struct import *import, bool *out_more, struct err *err) {
    struct store *store = import->group->store;
    int64_t block;

    if (!block_next_staged(&store->writer, import->staging, &block, err))
        return false;
    *out_more = block != 0;
    if (block == 0)
        return true;
    key_cache_forget(&store->key_cache, block);
    return block_drop(&store->writer, block, err);
}

static bool drop_next(struct import *import, bool *out_more, struct err *err) {
    struct database *writer = &import->group->store->writer;

    *out_more = false;
    if (!database_do(writer, SQL_BEGIN_WRITE, err))
        return false;
    if ((import->staging == 0 || drop_block(import, out_more, err)) &&
        (!import->rejections_begun || rejections_drop(writer, import->rejections_owner, err)) &&
        database_do(writer, SQL_COMMIT, err))
        return true;
    database_rollback(writer);
    return false;
}

/* A block at a time: others want to write meanwhile. */
void import_give_up(struct import *import) {
    struct store *store = import->group->store;
    bool more = import->staging != 0 || import->rejections_begun;
    struct err ignored;

    while (more) {
        pthread_mutex_lock(&store->writing);
        bool good = drop_next(import, &more, &ignored);
        pthread_mutex_unlock(&store->writing);
        import->rejections_begun = import->rejections_begun && !good;
        more = more && good;
    }
}
