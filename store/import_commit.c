#include "store/import_commit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utc.h"
#include "store/duplicates.h"
#include "store/open_block.h"
#include "store/receipts.h"

static size_t rows_of(const struct commit *commit, size_t member) {
    const struct import *import = commit->group->imports[member];

    return import->end_row - import->first_row;
}

static uint16_t *order_of(const struct commit *commit, size_t member) {
    return commit->order + commit->group->imports[member]->first_row;
}

/* ---- without being the writer ---- */

/* The rows of one import that stay, in order. */
static size_t keep_rows(const struct commit *commit, size_t member, uint16_t *out_kept) {
    const uint16_t *order = order_of(commit, member);
    size_t kept = 0;

    for (size_t k = 0; k < rows_of(commit, member); k++) {
        if (!commit->dropped[order[k]])
            out_kept[kept++] = order[k];
    }
    return kept;
}

static void encode(struct commit *commit, size_t member, const uint16_t *kept, size_t rows) {
    struct import_group *group = commit->group;
    struct member *of = &commit->members[member];

    if (rows == of->encoded_rows)
        return;
    if (group->to_pass.context == NULL)
        compressor_open(&group->to_pass, COMPRESS_TO_PASS);
    of->encoded.length = 0;
    batch_encode(&group->batch, kept, rows, &group->to_pass, &of->encoded);
    of->encoded_rows = rows;
}

static void prepare_pending(struct commit *commit, size_t member) {
    const struct import_group *group = commit->group;
    size_t rows = rows_of(commit, member);
    uint16_t *order = order_of(commit, member);
    uint16_t *kept = memory_new(rows, sizeof(*kept));

    for (size_t k = 0; k < rows; k++)
        order[k] = (uint16_t)(group->imports[member]->first_row + k);
    batch_sort_rows(&group->batch, order, rows);
    encode(commit, member, kept, keep_rows(commit, member, kept));
    free(kept);
}

static size_t members_with_rows(const struct commit *commit) {
    size_t count = 0;

    for (size_t i = 0; i < commit->group->count; i++)
        count += rows_of(commit, i) > 0;
    return count;
}

static void build(struct commit *commit) {
    struct import_group *group = commit->group;
    size_t bytes = group->batch.rows * sizeof(bool);

    if (group->to_keep.context == NULL)
        compressor_open(&group->to_keep, COMPRESS_TO_KEEP);
    block_image_free(commit->image);
    commit->image = block_build(&group->batch, commit->dropped, members_with_rows(commit) > 1,
                                dictionaries_newest(&group->store->dictionaries), &group->to_keep);
    memcpy(commit->image_dropped, commit->dropped, bytes);
}

/* Flags the rows that are stored already. As the writer. */
static bool mark(struct commit *commit, const struct consulted *consulted, struct err *err) {
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
    bool good = mark(commit, &consulted, err);
    commit->checked = store->last_import;
    measure(commit);
    commit->own_block = is_large(commit->rows, commit->text_bytes);
    good = good && (!commit->own_block || dictionaries_learn(&store->dictionaries, &store->writer,
                                                             &commit->group->batch, err));
    pthread_mutex_unlock(&store->writing);
    if (good && commit->own_block)
        build(commit);
    return good;
}

bool commit_prepare(struct commit *commit, struct err *err) {
    const struct batch *batch = &commit->group->batch;

    commit->members = memory_new(commit->group->count, sizeof(*commit->members));
    commit->dropped = memory_new(batch->rows, sizeof(*commit->dropped));
    commit->image_dropped = memory_new(batch->rows, sizeof(*commit->image_dropped));
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

/* ---- staged blocks, as the writer ---- */

static bool read_block(struct store *store, int64_t id, struct block *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_GET_BLOCK, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, id);
    if (!database_step(&store->writer, statement, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "staged block %lld is gone", (long long)id);
    *out = block_from_row(statement);
    sqlite3_reset(statement);
    return true;
}

/* Reads the whole block: only when some of its rows have to go. */
static bool rebuild_block(struct import *import, struct staged_block *staged,
                          const struct block *block, const bool *dropped, struct err *err) {
    struct store *store = import->group->store;
    struct batch batch = {0};
    bool good = block_read_batch(&store->writer, &store->decompressor,
                                 dictionaries_get(&store->dictionaries, block->dictionary), block,
                                 &batch, err) &&
                import_restage(import, staged, &batch, dropped, err);

    batch_clear(&batch);
    return good;
}

/* The keys of a staged block's rows. */
static struct event_key *read_keys(struct store *store, const struct block *block,
                                   struct arena *arena, struct err *err) {
    const int64_t *times;
    const uint64_t *hashes;
    struct event_key *keys = arena_new(arena, block->rows, sizeof(*keys));

    if (!block_read_times(&store->writer, &store->decompressor, block, arena, &times, err) ||
        !block_read_hashes(&store->writer, &store->decompressor, block, arena, &hashes, err))
        return NULL;
    for (size_t row = 0; row < block->rows; row++)
        keys[row] = (struct event_key){times[row], hashes[row]};
    return keys;
}

/* Compares a staged block with what other imports committed since it was compared last. */
static bool recheck_staged(struct import *import, struct member *member,
                           struct staged_block *staged, struct err *err) {
    struct store *store = import->group->store;
    const struct consulted consulted = {.since = staged->checked};
    struct arena arena = {0};
    struct block block;
    size_t count = 0;

    if (staged->checked == store->last_import)
        return true;
    if (!read_block(store, staged->id, &block, err))
        return false;
    bool *dropped = arena_new(&arena, block.rows, sizeof(*dropped));
    const struct event_key *keys = read_keys(store, &block, &arena, err);
    bool good = keys != NULL &&
                duplicates_mark(store, keys, block.rows, &consulted, dropped, &count, err) &&
                (count == 0 || rebuild_block(import, staged, &block, dropped, err));
    member->receipt.duplicates += (int64_t)count;
    arena_clear(&arena);
    return good;
}

static bool publish(struct import *import, int64_t id, struct err *err) {
    struct database *writer = &import->group->store->writer;
    sqlite3_stmt *statement = database_prepare(writer, SQL_PUBLISH_BLOCKS, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, import->staging);
    bind_integer(statement, 2, id);
    return database_run(writer, statement, err);
}

static bool write_staged(struct import *import, struct member *member, struct err *err) {
    size_t bytes = import->staged_count * sizeof(*member->staged);

    if (import->staged_count == 0)
        return true;
    /* A copy: what is built anew here is as it was when the transaction is rolled back. */
    member->staged = memory_resize(member->staged, bytes, 1);
    memcpy(member->staged, import->staged, bytes);
    for (size_t i = 0; i < import->staged_count; i++) {
        if (!recheck_staged(import, member, &member->staged[i], err))
            return false;
    }
    return publish(import, member->receipt.id, err);
}

/* ---- rows, as the writer ---- */

static void drop_rows(struct commit *commit, size_t member) {
    memset(commit->dropped + commit->group->imports[member]->first_row, 1, rows_of(commit, member));
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

    while (members_with_rows(commit) == 1 && rows_of(commit, member) == 0)
        member++;
    return commit->first_id + (int64_t)member;
}

static bool write_own_block(struct commit *commit, struct err *err) {
    struct store *store = commit->group->store;

    if (memcmp(commit->dropped, commit->image_dropped, commit->group->batch.rows * sizeof(bool)) !=
        0)
        build(commit);
    return commit->image == NULL || block_write(&store->writer, commit->image, ++store->last_block,
                                                0, base_of_imports(commit), err);
}

static bool write_pending_of(struct commit *commit, size_t member, struct err *err) {
    uint16_t *kept = memory_new(rows_of(commit, member), sizeof(*kept));
    size_t rows = keep_rows(commit, member, kept);
    bool good = true;

    encode(commit, member, kept, rows);
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
           receipt_write(writer, receipt, import->rejections_owner, err);
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
    if (member->repeated) {
        receipt_repeat(&member->receipt);
        drop_rows(commit, index);
        return true;
    }
    fill_receipt(commit, index);
    return write_staged(import, member, err) && write_receipt(commit, index, err);
}

/* What the batch holds of what is stored. Only the first import of a group can have staged blocks.
 */
static bool mark_all(struct commit *commit, struct err *err) {
    size_t bytes = commit->group->batch.rows * sizeof(bool);
    struct consulted consulted = {.staging = commit->group->imports[0]->staging};

    memset(commit->dropped, 0, bytes);
    if (commit->own_block) {
        memcpy(commit->dropped, commit->image_dropped, bytes);
        consulted.since = commit->checked;
    }
    return mark(commit, &consulted, err);
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
