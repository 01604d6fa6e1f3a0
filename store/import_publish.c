/* The end of what was staged: compared once more with what came meanwhile, and made visible. */
#include "store/duplicates.h"
#include "store/import.h"

/* A staged block that leaves out the rows that are flagged. */
static bool restage(struct import *import, struct staged_block *staged, const struct batch *batch,
                    const bool *dropped, struct err *err) {
    struct store *store = import->group->store;
    struct compressor compressor;

    compressor_open(&compressor, COMPRESS_TO_KEEP);
    struct block_image *image =
        block_build(batch, dropped, false, dictionaries_newest(&store->dictionaries), &compressor);
    compressor_close(&compressor);
    bool good = block_drop(&store->writer, staged->id, err);
    key_cache_forget(&store->key_cache, staged->id);
    staged->id = 0;
    if (good && image != NULL) {
        staged->id = ++store->last_block;
        good = block_write(&store->writer, image, staged->id, import->staging, 0, err);
    }
    block_image_free(image);
    return good;
}

/* Reads the whole block: only when some of its rows have to go. */
static bool rebuild_block(struct import *import, struct staged_block *staged,
                          const struct block *block, const bool *dropped, struct err *err) {
    struct store *store = import->group->store;
    struct batch batch = {0};
    bool good = block_read_batch(&store->writer, &store->decompressor,
                                 dictionaries_get(&store->dictionaries, block->dictionary), block,
                                 &batch, err) &&
                restage(import, staged, &batch, dropped, err);

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
static bool recheck(struct import *import, struct staged_block *staged, int64_t *out_duplicates,
                    struct err *err) {
    struct store *store = import->group->store;
    const struct consulted consulted = {.since = staged->checked};
    struct arena arena = {0};
    struct block block;
    size_t count = 0;

    if (staged->checked == store->last_import)
        return true;
    if (!block_get(&store->writer, staged->id, &block, err))
        return false;
    bool *dropped = arena_new(&arena, block.rows, sizeof(*dropped));
    const struct event_key *keys = read_keys(store, &block, &arena, err);
    bool good = keys != NULL &&
                duplicates_mark(store, keys, block.rows, &consulted, dropped, &count, err) &&
                (count == 0 || rebuild_block(import, staged, &block, dropped, err));
    *out_duplicates += (int64_t)count;
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
    import->group->store->publications++;
    return database_run(writer, statement, err);
}

/* Goes over a copy: what is built anew here is as it was when the transaction is rolled back. */
bool import_publish(struct import *import, struct receipt *receipt, struct err *err) {
    bool good = true;

    if (import->staged_count == 0)
        return true;
    for (size_t i = 0; good && i < import->staged_count; i++) {
        struct staged_block staged = import->staged[i];
        good = recheck(import, &staged, &receipt->duplicates, err);
    }
    return good && publish(import, receipt->id, err);
}
