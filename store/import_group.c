/* Groups of files that are committed together, and the file that is a group of its own. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/import_commit.h"
#include "store/receipts.h"

/* A small upload spends as much on getting memory and compressors as on its events: they are kept.
 */
#define SPARE_GROUPS    16
#define SPARE_ROWS_MAX  2048
#define SPARE_BYTES_MAX ((size_t)1024 * 1024)

static struct import_group *new_group(struct store *store) {
    struct import_group *group = memory_new(1, sizeof(*group));

    group->store = store;
    pthread_mutex_init(&group->lock, NULL);
    pthread_cond_init(&group->landed, NULL);
    return group;
}

static void free_group(struct import_group *group) {
    batch_clear(&group->batch);
    arena_clear(&group->arena);
    free(group->imports);
    compressor_close(&group->to_keep);
    compressor_close(&group->to_pass);
    pthread_cond_destroy(&group->landed);
    pthread_mutex_destroy(&group->lock);
    free(group);
}

/* ---- those that wait for the next file ---- */

static struct import_group *take_spare(struct spare_groups *spare) {
    pthread_mutex_lock(&spare->lock);
    struct import_group *group = spare->first;
    if (group != NULL) {
        spare->first = group->next;
        spare->count--;
    }
    pthread_mutex_unlock(&spare->lock);
    return group;
}

static bool put_spare(struct spare_groups *spare, struct import_group *group) {
    if (group->batch.capacity > SPARE_ROWS_MAX || group->batch.arena.bytes > SPARE_BYTES_MAX)
        return false;
    pthread_mutex_lock(&spare->lock);
    bool kept = spare->count < SPARE_GROUPS;
    if (kept) {
        group->next = spare->first;
        spare->first = group;
        spare->count++;
    }
    pthread_mutex_unlock(&spare->lock);
    return kept;
}

void spare_groups_init(struct spare_groups *spare) {
    *spare = (struct spare_groups){0};
    pthread_mutex_init(&spare->lock, NULL);
}

void spare_groups_close(struct spare_groups *spare) {
    struct import_group *group;

    while ((group = take_spare(spare)) != NULL)
        free_group(group);
    pthread_mutex_destroy(&spare->lock);
}

/* ---- groups ---- */

struct import_group *import_group_begin(struct store *store, import_done *done, void *context) {
    struct import_group *group = take_spare(&store->spare_groups);

    if (group == NULL)
        group = new_group(store);
    group->done = done;
    group->context = context;
    return group;
}

/* The imports that have joined, and their rows. */
static void empty_group(struct import_group *group) {
    for (size_t i = 0; i < group->count; i++)
        import_free(group->imports[i]);
    group->count = 0;
    group->rejected_bytes = 0;
    batch_reset(&group->batch);
    arena_reset(&group->arena);
}

static void end_group(struct import_group *group) {
    empty_group(group);
    group->alone = false;
    if (put_spare(&group->store->spare_groups, group))
        return;
    free_group(group);
    memory_give_back();
}

bool import_group_fills_block(const struct import_group *group) {
    return group->batch.rows >= OWN_BLOCK_ROWS;
}

void import_group_abort(struct import_group *group) {
    for (size_t i = 0; i < group->count; i++)
        import_give_up(group->imports[i]);
    end_group(group);
}

/* ---- the end ---- */

static void clear_commit(struct commit *commit) {
    for (size_t i = 0; i < commit->group->count; i++)
        buffer_clear(&commit->members[i].encoded);
    free(commit->members);
    free(commit->order);
    free(commit->dropped);
    free(commit->left_out);
    free(commit->known);
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
    for (size_t i = 0; i < commit->group->count; i++) {
        if (!commit->good || commit->members[i].repeated)
            import_give_up(commit->group->imports[i]);
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
    import->facts.etag = arena_copy(&group->arena, facts->etag);
    import->facts.version_id = arena_copy(&group->arena, facts->version_id);
    import->facts.error = arena_copy(&group->arena, facts->error);
    import->ticket = ticket;
    import->end_row = group->batch.rows;
}

static bool holds_enough(const struct import_group *group) {
    return group->count >= GROUP_FILES_MAX || group->rejected_bytes >= GROUP_REJECTED_BYTES;
}

bool import_join(struct import *import, const struct import_facts *facts, void *ticket,
                 struct err *err) {
    struct import_group *group = import->group;
    struct err ignored;

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
    group->rejected_bytes += import->rejected.bytes;
    if (!group->alone && holds_enough(group))
        (void)!import_group_commit(group, &ignored); /* all that have joined are told */
    return true;
}

void import_abort(struct import *import) {
    struct err ignored;

    if (import == NULL)
        return;
    (void)!import_land(import, &ignored);
    batch_truncate(&import->group->batch, import->first_row);
    import_give_up(import);
    if (import->group->alone)
        end_group(import->group);
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
    receipt_keep(receipt, arena, out);
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
    end_group(group);
    return good;
}
