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

/* ---- groups ---- */

struct import_group *import_group_begin(struct store *store, import_done *done, void *context) {
    struct import_group *group = memory_new(1, sizeof(*group));

    group->store = store;
    group->done = done;
    group->context = context;
    pthread_mutex_init(&group->lock, NULL);
    pthread_cond_init(&group->landed, NULL);
    return group;
}

/* The imports that have joined, and their rows. */
static void empty_group(struct import_group *group) {
    for (size_t i = 0; i < group->count; i++)
        import_free(group->imports[i]);
    group->count = 0;
    batch_reset(&group->batch);
    arena_clear(&group->arena);
}

static void free_group(struct import_group *group) {
    empty_group(group);
    batch_clear(&group->batch);
    free(group->imports);
    compressor_close(&group->to_keep);
    compressor_close(&group->to_pass);
    pthread_cond_destroy(&group->landed);
    pthread_mutex_destroy(&group->lock);
    free(group);
}

bool import_group_fills_block(const struct import_group *group) {
    return group->batch.rows >= OWN_BLOCK_ROWS;
}

static void give_up_all(struct import_group *group) {
    pthread_mutex_lock(&group->store->writing);
    for (size_t i = 0; i < group->count; i++)
        import_give_up(group->imports[i]);
    pthread_mutex_unlock(&group->store->writing);
}

void import_group_abort(struct import_group *group) {
    give_up_all(group);
    free_group(group);
}

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

/* ---- the end ---- */

static void clear_commit(struct commit *commit) {
    for (size_t i = 0; i < commit->group->count; i++) {
        buffer_clear(&commit->members[i].encoded);
        free(commit->members[i].staged);
    }
    free(commit->members);
    free(commit->order);
    free(commit->dropped);
    free(commit->image_dropped);
    block_image_free(commit->image);
    arena_clear(&commit->arena);
}

static void tell(const struct commit *commit) {
    struct import_group *group = commit->group;

    for (size_t i = 0; i < group->count; i++)
        group->done(group->context, group->imports[i]->ticket,
                    commit->good ? &commit->members[i].receipt : NULL, &commit->err);
}

/* What was staged for files that are not stored after all. */
static void give_up_unused(const struct commit *commit) {
    struct store *store = commit->group->store;

    for (size_t i = 0; i < commit->group->count; i++) {
        if (commit->good && !commit->members[i].repeated)
            continue;
        pthread_mutex_lock(&store->writing);
        import_give_up(commit->group->imports[i]);
        pthread_mutex_unlock(&store->writing);
    }
}

bool import_group_commit(struct import_group *group, struct err *err) {
    struct commit commit = {.group = group};

    if (group->count == 0)
        return true;
    if (commit_prepare(&commit, &commit.err))
        commit_run(group->store, &commit);
    give_up_unused(&commit);
    tell(&commit);
    clear_commit(&commit);
    empty_group(group);
    if (!commit.good)
        *err = commit.err;
    return commit.good;
}

static void keep_facts(struct import *import, const struct import_facts *facts, void *ticket) {
    struct import_group *group = import->group;

    import->facts = *facts;
    import->facts.source = arena_copy(&group->arena, facts->source);
    import->facts.kind = arena_copy(&group->arena, facts->kind);
    import->ticket = ticket;
    import->end_row = group->batch.rows;
}

bool import_join(struct import *import, const struct import_facts *facts, void *ticket,
                 struct err *err) {
    struct import_group *group = import->group;

    if (!import_land(import, err)) {
        import_abort(import);
        return false;
    }
    keep_facts(import, facts, ticket);
    if (group->count == group->capacity) {
        group->capacity = group->capacity == 0 ? 1 : group->capacity * 2;
        group->imports = memory_resize(group->imports, group->capacity, sizeof(*group->imports));
    }
    group->imports[group->count++] = import;
    return true;
}

void import_abort(struct import *import) {
    struct err ignored;

    if (import == NULL)
        return;
    (void)!import_land(import, &ignored);
    batch_truncate(&import->group->batch, import->first_row);
    pthread_mutex_lock(&import->group->store->writing);
    import_give_up(import);
    pthread_mutex_unlock(&import->group->store->writing);
    if (import->group->alone)
        free_group(import->group);
    import_free(import);
}

/* ---- one file alone ---- */

static void keep_receipt(void *context, void *ticket, const struct receipt *receipt,
                         const struct err *err) {
    struct receipt *out = ticket;
    struct arena *arena = context;

    (void)err;
    if (receipt == NULL)
        return;
    *out = *receipt;
    out->source = arena_copy(arena, receipt->source);
    out->kind = arena_copy(arena, receipt->kind);
}

struct import *import_begin(struct store *store) {
    struct import_group *group = import_group_begin(store, keep_receipt, NULL);

    group->alone = true;
    return import_begin_in(group);
}

bool import_commit(struct import *import, const struct import_facts *facts, struct arena *arena,
                   struct receipt *out, struct err *err) {
    struct import_group *group = import->group;

    group->context = arena;
    if (!import_join(import, facts, out, err))
        return false;
    bool good = import_group_commit(group, err);
    free_group(group);
    return good;
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
static bool drop_staged(struct import *import, struct err *err) {
    struct store *store = import->group->store;
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
    struct database *writer = &import->group->store->writer;

    return database_do(writer, SQL_BEGIN_WRITE, err) &&
           (import->staging == 0 || drop_staged(import, err)) &&
           (!import->rejections_begun || rejections_drop(writer, import->rejections_owner, err)) &&
           database_do(writer, SQL_COMMIT, err);
}

void import_give_up(struct import *import) {
    struct err ignored;

    if (import->staging == 0 && !import->rejections_begun)
        return;
    if (!drop_early(import, &ignored))
        database_rollback(&import->group->store->writer);
}
