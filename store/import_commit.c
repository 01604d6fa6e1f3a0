#include "store/import_commit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utc.h"
#include "store/duplicates.h"
#include "store/object_marks.h"
#include "store/open_block.h"
#include "store/receipts.h"

/* ---- rows, as the writer ---- */

static void drop_rows(struct commit *commit, size_t member) {
    memset(commit->dropped + commit->group->imports[member]->first_row, 1,
           commit_rows_of(commit, member));
}

static int64_t count_dropped(const struct commit *commit, size_t member) {
    const struct import *import = commit->group->imports[member];
    int64_t count = 0;

    for (size_t row = import->first_row; row < import->end_row; row++)
        count += commit->dropped[row];
    return count;
}

/* What the imports of the image's rows count from. */
static int64_t base_of_imports(const struct commit *commit) {
    size_t member = 0;

    while (commit_members_with_rows(commit) == 1 && commit_rows_of(commit, member) == 0)
        member++;
    return commit->first_id + (int64_t)member;
}

static bool write_own_block(struct commit *commit, struct err *err) {
    struct store *store = commit->group->store;

    if (memcmp(commit->dropped, commit->left_out, commit->group->batch.rows * sizeof(bool)) != 0)
        commit_build(commit);
    return commit->image == NULL || block_write(&store->writer, commit->image, ++store->last_block,
                                                0, base_of_imports(commit), err);
}

static bool write_pending_of(struct commit *commit, size_t member, struct err *err) {
    size_t first = commit->group->imports[member]->first_row;
    size_t bytes = commit_rows_of(commit, member) * sizeof(bool);
    uint16_t *kept = memory_new(commit_rows_of(commit, member), sizeof(*kept));
    size_t rows = commit_keep_rows(commit, member, kept);
    bool good = true;

    if (memcmp(commit->dropped + first, commit->left_out + first, bytes) != 0)
        commit_encode(commit, member, kept, rows);
    if (rows > 0)
        good = open_block_save(commit->group->store, &commit->group->batch, kept, rows,
                               buffer_span(&commit->members[member].encoded),
                               commit->first_id + (int64_t)member, err);
    free(kept);
    return good;
}

static bool write_rows(struct commit *commit, struct err *err) {
    if (commit->own_block)
        return write_own_block(commit, err);
    for (size_t i = 0; i < commit->group->count; i++) {
        if (!write_pending_of(commit, i, err))
            return false;
    }
    return true;
}

/* ---- receipts, as the writer ---- */

static void fill_receipt(struct commit *commit, size_t member) {
    const struct import *import = commit->group->imports[member];
    const struct import_facts *facts = &import->facts;
    struct receipt *receipt = &commit->members[member].receipt;

    *receipt = (struct receipt){
        .id = commit->first_id + (int64_t)member,
        .parent = facts->parent,
        .source = facts->source,
        .kind = facts->kind,
        .status = facts->status,
        .bytes = facts->bytes,
        .records = import->events + import->rejected_count,
        .duplicates =
            import->duplicates + import->staged_duplicates + count_dropped(commit, member),
        .rejected = import->rejected_count,
        .first_event_ms = import->first_event_ms,
        .last_event_ms = import->last_event_ms,
        .received_ms = utc_now_ms(),
        .has_sha256 = true,
        .etag = facts->etag,
        .version_id = facts->version_id,
        .error = facts->error,
    };
    memcpy(receipt->sha256, facts->sha256, sizeof(receipt->sha256));
}

static bool write_receipt(struct commit *commit, size_t index, struct err *err) {
    struct import *import = commit->group->imports[index];
    struct receipt *receipt = &commit->members[index].receipt;
    struct database *writer = &commit->group->store->writer;

    receipt->inserted = import->events - receipt->duplicates;
    return import_write_rejections(import, err) &&
           (!import->rejections_begun || rejections_end(writer, import->rejections_owner, err)) &&
           receipt_write(writer, receipt, import->rejections_owner, err) &&
           object_mark_write(writer, import->facts.object, receipt->id, err);
}

/* What is left to say of a file that was imported before. */
static bool repeat_member(struct commit *commit, size_t index, struct err *err) {
    struct member *member = &commit->members[index];

    drop_rows(commit, index);
    receipt_repeat(&member->receipt);
    return object_mark_write(&commit->group->store->writer,
                             commit->group->imports[index]->facts.object, member->receipt.id, err);
}

/* All of an import but its rows in the batch. The numbers go by the place in the group: a file that
 * was imported before, perhaps in this very group, leaves a gap. */
static bool write_member(struct commit *commit, size_t index, struct err *err) {
    struct import *import = commit->group->imports[index];
    struct member *member = &commit->members[index];

    if (!receipt_find(&commit->group->store->writer, import->facts.sha256, &commit->arena,
                      &member->receipt, err))
        return false;
    member->repeated = member->receipt.id != 0;
    if (member->repeated)
        return repeat_member(commit, index, err);
    fill_receipt(commit, index);
    return import_publish(import, &member->receipt, err) && write_receipt(commit, index, err);
}

/* Of a group, only the first import that has rows can have staged blocks. */
static int64_t staging_of(const struct import_group *group) {
    int64_t staging = 0;

    for (size_t i = 0; staging == 0 && i < group->count; i++)
        staging = group->imports[i]->staging;
    return staging;
}

/* What the batch holds of what is stored. Begins with what was so when the commit was prepared:
 * what a transaction dropped that was rolled back may not be stored after all. */
static bool mark_all(struct commit *commit, struct err *err) {
    const struct consulted consulted = {.since = commit->checked,
                                        .staging = staging_of(commit->group)};

    memcpy(commit->dropped, commit->known, commit->group->batch.rows * sizeof(bool));
    return commit_mark(commit, &consulted, err);
}

bool commit_write(struct commit *commit, struct err *err) {
    struct import_group *group = commit->group;

    commit->first_id = group->store->last_import + 1;
    if (!mark_all(commit, err))
        return false;
    for (size_t i = 0; i < group->count; i++) {
        if (!write_member(commit, i, err))
            return false;
    }
    if (!write_rows(commit, err))
        return false;
    for (size_t i = 0; i < group->count; i++) {
        if (!commit->members[i].repeated)
            group->store->last_import = commit->members[i].receipt.id;
    }
    return true;
}
