/* What a commit does before it is the writer's turn: most of its work. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/duplicates.h"
#include "store/import_commit.h"

size_t commit_rows_of(const struct commit *commit, size_t member) {
    const struct import *import = commit->group->imports[member];

    return import->end_row - import->first_row;
}

static uint16_t *order_of(const struct commit *commit, size_t member) {
    return commit->order + commit->group->imports[member]->first_row;
}

size_t commit_keep_rows(const struct commit *commit, size_t member, uint16_t *out_kept) {
    const uint16_t *order = order_of(commit, member);
    size_t kept = 0;

    for (size_t k = 0; k < commit_rows_of(commit, member); k++) {
        if (!commit->dropped[order[k]])
            out_kept[kept++] = order[k];
    }
    return kept;
}

void commit_encode(struct commit *commit, size_t member, const uint16_t *kept, size_t rows) {
    struct import_group *group = commit->group;
    struct buffer *encoded = &commit->members[member].encoded;
    size_t first = group->imports[member]->first_row;

    if (group->to_pass.context == NULL)
        compressor_open(&group->to_pass, COMPRESS_TO_PASS);
    encoded->length = 0;
    batch_encode(&group->batch, kept, rows, &group->to_pass, encoded);
    memcpy(commit->left_out + first, commit->dropped + first,
           commit_rows_of(commit, member) * sizeof(bool));
}

static void prepare_pending(struct commit *commit, size_t member) {
    const struct import_group *group = commit->group;
    size_t rows = commit_rows_of(commit, member);
    uint16_t *order = order_of(commit, member);
    uint16_t *kept = memory_new(rows, sizeof(*kept));

    for (size_t k = 0; k < rows; k++)
        order[k] = (uint16_t)(group->imports[member]->first_row + k);
    batch_sort_rows(&group->batch, order, rows);
    commit_encode(commit, member, kept, commit_keep_rows(commit, member, kept));
    free(kept);
}

size_t commit_members_with_rows(const struct commit *commit) {
    size_t count = 0;

    for (size_t i = 0; i < commit->group->count; i++)
        count += commit_rows_of(commit, i) > 0;
    return count;
}

void commit_build(struct commit *commit) {
    struct import_group *group = commit->group;
    size_t bytes = group->batch.rows * sizeof(bool);

    if (group->to_keep.context == NULL)
        compressor_open(&group->to_keep, COMPRESS_TO_KEEP);
    block_image_free(commit->image);
    commit->image =
        block_build(&group->batch, commit->dropped, commit_members_with_rows(commit) > 1,
                    dictionaries_newest(&group->store->dictionaries), &group->to_keep);
    memcpy(commit->left_out, commit->dropped, bytes);
}

bool commit_mark(struct commit *commit, const struct consulted *consulted, struct err *err) {
    const struct batch *batch = &commit->group->batch;
    size_t count = 0;

    return duplicates_mark(commit->group->store, batch->keys, batch->rows, consulted,
                           commit->dropped, &count, err);
}

static bool is_large(size_t rows, size_t text_bytes) {
    return rows >= OWN_BLOCK_ROWS || text_bytes >= BATCH_TEXT_BYTES / 2;
}

/* What stays as far as it is known now. */
static void measure(struct commit *commit) {
    const struct batch *batch = &commit->group->batch;

    commit->rows = 0;
    commit->text_bytes = 0;
    for (size_t row = 0; row < batch->rows; row++) {
        commit->rows += !commit->dropped[row];
        commit->text_bytes += commit->dropped[row] ? 0 : batch->records[row].length;
    }
}

/* A large batch is compared with what is stored first: should little of it be new, it is no block.
 */
static bool prepare_large(struct commit *commit, struct err *err) {
    struct store *store = commit->group->store;
    const struct consulted consulted = {0};

    pthread_mutex_lock(&store->writing);
    bool good = commit_mark(commit, &consulted, err);
    memcpy(commit->known, commit->dropped, commit->group->batch.rows * sizeof(bool));
    commit->checked = store->last_import;
    measure(commit);
    commit->own_block = is_large(commit->rows, commit->text_bytes);
    pthread_mutex_unlock(&store->writing);
    if (!good || !commit->own_block)
        return good;
    if (!dictionaries_learn(&store->dictionaries, &commit->group->batch, err))
        return false;
    commit_build(commit);
    return true;
}

bool commit_prepare(struct commit *commit, struct err *err) {
    const struct batch *batch = &commit->group->batch;

    commit->members = memory_new(commit->group->count, sizeof(*commit->members));
    commit->dropped = memory_new(batch->rows, sizeof(*commit->dropped));
    commit->left_out = memory_new(batch->rows, sizeof(*commit->left_out));
    commit->known = memory_new(batch->rows, sizeof(*commit->known));
    commit->order = memory_new(batch->rows, sizeof(*commit->order));
    measure(commit);
    if (is_large(batch->rows, batch->text_bytes) && !prepare_large(commit, err))
        return false;
    for (size_t i = 0; !commit->own_block && i < commit->group->count; i++)
        prepare_pending(commit, i);
    return true;
}

size_t commit_pending_rows(const struct commit *commit) {
    return commit->own_block ? 0 : commit->rows;
}

size_t commit_pending_bytes(const struct commit *commit) {
    return commit->own_block ? 0 : commit->text_bytes;
}
