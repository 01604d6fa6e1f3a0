/* The end of an import: all of it becomes visible and durable in one transaction. Everything here
 * runs as the writer. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utc.h"
#include "store/duplicates.h"
#include "store/import.h"
#include "store/open_block.h"
#include "store/receipts.h"

/* A rest of at least this many rows becomes a block of its own; less goes into the open block. */
#define OWN_BLOCK_ROWS (BLOCK_ROWS / 2)

/* What a commit decides before it writes and does after it. */
struct commit {
    struct import *import;
    struct receipt receipt;
    bool *dropped;   /* per row of the batch */
    uint16_t *order; /* rows of the batch that stay */
    size_t rows;
    size_t text_bytes; /* of their records */
    bool sealed;       /* the open block became a block */
    bool opened;       /* the rows went into the open block */
    bool seals;        /* what the open block has set aside is to be sealed afterwards */
};

/* Rows of a staged block that another import brought in the meantime leave it again. */
static bool rebuild_staged(struct import *import, struct staged_block *staged,
                           const struct batch *batch, const bool *dropped, struct err *err) {
    struct store *store = import->store;
    struct block_image *image = block_build(
        batch, dropped, false, dictionaries_newest(&store->dictionaries), &import->compressor);
    bool good = block_drop(&store->writer, staged->id, err);

    key_cache_forget(&store->key_cache, staged->id);
    if (good && image != NULL) {
        staged->id = ++store->last_block;
        good = block_write(&store->writer, image, staged->id, import->staging, 0, err);
    }
    block_image_free(image);
    return good;
}

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
    struct store *store = import->store;
    struct batch batch = {0};
    bool good = block_read_batch(&store->writer, &store->decompressor,
                                 dictionaries_get(&store->dictionaries, block->dictionary), block,
                                 &batch, err) &&
                rebuild_staged(import, staged, &batch, dropped, err);

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
static bool recheck_staged(struct import *import, struct staged_block *staged, struct err *err) {
    struct store *store = import->store;
    struct arena arena = {0};
    struct block block;
    size_t count = 0;

    if (staged->checked == store->last_import)
        return true;
    if (!read_block(store, staged->id, &block, err))
        return false;
    bool *dropped = arena_new(&arena, block.rows, sizeof(*dropped));
    const struct event_key *keys = read_keys(store, &block, &arena, err);
    bool good =
        keys != NULL &&
        duplicates_mark(store, keys, block.rows, staged->checked, 0, dropped, &count, err) &&
        (count == 0 || rebuild_block(import, staged, &block, dropped, err));
    import->duplicates += (int64_t)count;
    arena_clear(&arena);
    return good;
}

static bool publish_staged(struct commit *commit, struct err *err) {
    struct import *import = commit->import;
    struct database *writer = &import->store->writer;
    sqlite3_stmt *publish = database_prepare(writer, SQL_PUBLISH_BLOCKS, err);

    if (publish == NULL)
        return false;
    bind_integer(publish, 1, import->staging);
    bind_integer(publish, 2, commit->receipt.id);
    return database_run(writer, publish, err);
}

/* The rejections that are still in memory, and the end of those that are not. */
static bool write_rejections(struct import *import, struct err *err) {
    return import_write_rejections(import, err) &&
           (!import->rejections_begun ||
            rejections_end(&import->store->writer, import->rejections_owner, err));
}

/* Which rows of the rest stay, in order. */
static bool choose_rows(struct commit *commit, struct err *err) {
    struct batch *batch = &commit->import->batch;

    commit->dropped = memory_new(batch->rows, sizeof(*commit->dropped));
    commit->order = memory_new(batch->rows, sizeof(*commit->order));
    if (!import_mark_duplicates(commit->import, commit->dropped, err))
        return false;
    batch_sort(batch, commit->order);
    for (size_t i = 0; i < batch->rows; i++) {
        uint16_t row = commit->order[i];
        if (commit->dropped[row])
            continue;
        commit->order[commit->rows++] = row;
        commit->text_bytes += batch->records[row].length;
    }
    return true;
}

static bool write_own_block(struct commit *commit, struct err *err) {
    struct import *import = commit->import;
    struct store *store = import->store;
    struct block_image *image =
        block_build(&import->batch, commit->dropped, false,
                    dictionaries_newest(&store->dictionaries), &store->compressor);
    bool good =
        block_write(&store->writer, image, ++store->last_block, import_staging(import), 0, err);

    block_image_free(image);
    return good;
}

static bool write_to_open_block(struct commit *commit, struct err *err) {
    struct import *import = commit->import;
    struct store *store = import->store;

    if (!open_block_has_room(store, commit->rows, commit->text_bytes)) {
        if (!open_block_seal(store, err))
            return false;
        commit->sealed = true;
    }
    commit->opened = true;
    return open_block_save(store, &import->batch, commit->order, commit->rows, commit->receipt.id,
                           err);
}

static bool write_rest(struct commit *commit, struct err *err) {
    if (commit->rows == 0)
        return true;
    if (commit->rows >= OWN_BLOCK_ROWS || commit->text_bytes >= BATCH_TEXT_BYTES / 2)
        return write_own_block(commit, err);
    return write_to_open_block(commit, err);
}

static void fill_receipt(struct commit *commit, const struct import_facts *facts,
                         struct arena *arena) {
    struct import *import = commit->import;
    struct receipt *receipt = &commit->receipt;

    *receipt = (struct receipt){
        .id = import->store->last_import + 1,
        .parent = facts->parent,
        .source = arena_copy(arena, facts->source),
        .kind = arena_copy(arena, facts->kind),
        .status = facts->status,
        .bytes = facts->bytes,
        .records = import->events + import->rejected_count,
        .rejected = import->rejected_count,
        .first_event_ms = import->first_event_ms,
        .last_event_ms = import->last_event_ms,
        .received_ms = utc_now_ms(),
    };
    memcpy(receipt->sha256, facts->sha256, sizeof(receipt->sha256));
}

static bool write_all(struct commit *commit, struct err *err) {
    struct import *import = commit->import;
    struct receipt *receipt = &commit->receipt;

    for (size_t i = 0; i < import->staged_count; i++) {
        if (!recheck_staged(import, &import->staged[i], err))
            return false;
    }
    if (!choose_rows(commit, err) || !write_rest(commit, err))
        return false;
    if (import->staging != 0 && !publish_staged(commit, err))
        return false;
    receipt->duplicates = import->duplicates;
    receipt->inserted = import->events - import->duplicates;
    return write_rejections(import, err) &&
           receipt_write(&import->store->writer, receipt, import->rejections_owner, err);
}

/* The memory follows what was committed. */
static void follow(struct commit *commit) {
    struct import *import = commit->import;
    struct store *store = import->store;

    store->last_import = commit->receipt.id;
    if (commit->sealed)
        open_block_forget(store);
    if (commit->opened)
        open_block_add(store, &import->batch, commit->order, commit->rows, commit->receipt.id);
}

/* Before the transaction: a dictionary for a block that may be built in it. */
static bool learn_before_commit(struct import *import, struct err *err) {
    struct store *store = import->store;
    const struct batch *batch =
        import->batch.rows >= OWN_BLOCK_ROWS ? &import->batch : &store->open.current->batch;

    if (import->batch.rows < OWN_BLOCK_ROWS &&
        open_block_has_room(store, import->batch.rows, import->batch.text_bytes))
        return true;
    return dictionaries_learn(&store->dictionaries, &store->writer, batch, err);
}

static bool commit_as_writer(struct commit *commit, const struct import_facts *facts,
                             struct arena *arena, struct err *err) {
    struct import *import = commit->import;
    struct database *writer = &import->store->writer;

    if (!receipt_find(writer, facts->sha256, arena, &commit->receipt, err))
        return false;
    if (commit->receipt.id != 0) {
        receipt_repeat(&commit->receipt);
        import_give_up(import);
        return true;
    }
    fill_receipt(commit, facts, arena);
    if (!learn_before_commit(import, err) || !database_do(writer, SQL_BEGIN_WRITE, err))
        return false;
    if (!write_all(commit, err) || !database_do(writer, SQL_COMMIT, err)) {
        database_rollback(writer);
        return false;
    }
    follow(commit);
    return true;
}

/* This import is stored, whatever comes of it. When it fails, all waits as before, and the next
 * commit tries again; one that needs the room gets the reason. */
static void seal(struct store *store) {
    struct err ignored;

    (void)!open_block_seal_aside(store, &ignored);
}

bool import_commit(struct import *import, const struct import_facts *facts, struct arena *arena,
                   struct receipt *out, struct err *err) {
    struct commit commit = {.import = import};

    pthread_mutex_lock(&import->store->writing);
    bool good = commit_as_writer(&commit, facts, arena, err);
    if (!good)
        import_give_up(import);
    commit.seals = good && open_block_set_aside(import->store);
    pthread_mutex_unlock(&import->store->writing);
    if (commit.seals)
        seal(import->store);

    if (good)
        *out = commit.receipt;
    free(commit.dropped);
    free(commit.order);
    import_free(import);
    return good;
}
