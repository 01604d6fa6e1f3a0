#include "store/duplicates.h"

#include "store/open_block.h"
#include "store/state.h"

void key_cache_clear(struct key_cache *cache) {
    for (size_t i = 0; i < KEY_CACHE_BLOCKS; i++)
        arena_clear(&cache->entries[i].arena);
    *cache = (struct key_cache){0};
}

static void forget_entry(struct block_keys *entry) {
    arena_clear(&entry->arena);
    *entry = (struct block_keys){0};
}

void key_cache_forget(struct key_cache *cache, int64_t block) {
    for (size_t i = 0; i < KEY_CACHE_BLOCKS; i++) {
        if (cache->entries[i].block == block)
            forget_entry(&cache->entries[i]);
    }
}

/* The entry of the block, or the one to give up for it. */
static struct block_keys *find_entry(struct key_cache *cache, int64_t block) {
    struct block_keys *oldest = &cache->entries[0];

    for (size_t i = 0; i < KEY_CACHE_BLOCKS; i++) {
        struct block_keys *entry = &cache->entries[i];
        if (entry->block == block)
            return entry;
        if (entry->used < oldest->used)
            oldest = entry;
    }
    return oldest;
}

static struct block_keys *load_keys(struct store *store, const struct block *block,
                                    struct err *err) {
    struct block_keys *entry = find_entry(&store->key_cache, block->id);

    entry->used = ++store->key_cache.clock;
    if (entry->block == block->id)
        return entry;
    forget_entry(entry);
    if (!block_read_times(&store->writer, &store->decompressor, block, &entry->arena, &entry->times,
                          err) ||
        !block_read_hashes(&store->writer, &store->decompressor, block, &entry->arena,
                           &entry->hashes, err)) {
        forget_entry(entry);
        return NULL;
    }
    entry->block = block->id;
    entry->used = store->key_cache.clock;
    return entry;
}

static bool key_before(const struct block_keys *keys, size_t at, const struct event_key *key) {
    if (keys->times[at] != key->time_ms)
        return keys->times[at] < key->time_ms;
    return keys->hashes[at] < key->hash;
}

static bool keys_hold(const struct block_keys *keys, size_t rows, const struct event_key *key) {
    size_t low = 0;
    size_t high = rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key_before(keys, middle, key))
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows && keys->times[low] == key->time_ms && keys->hashes[low] == key->hash;
}

/* The keys under question and what was found out. */
struct suspects {
    const struct event_key *keys;
    size_t count;
    int64_t first_ms; /* of the keys */
    int64_t last_ms;
    bool *dropped;
    size_t found;
};

static void drop(struct suspects *suspects, size_t at) {
    suspects->dropped[at] = true;
    suspects->found++;
}

static bool mark_in_block(struct store *store, const struct block *block, struct suspects *suspects,
                          struct err *err) {
    const struct block_keys *keys = load_keys(store, block, err);

    if (keys == NULL)
        return false;
    for (size_t i = 0; i < suspects->count; i++) {
        const struct event_key *key = &suspects->keys[i];
        bool covered = key->time_ms >= block->first_ms && key->time_ms <= block->last_ms;
        if (covered && !suspects->dropped[i] && keys_hold(keys, block->rows, key))
            drop(suspects, i);
    }
    return true;
}

/* Blocks of one staging (0: live) whose time covers the keys, whose imports go beyond `since` and
 * whose number beyond `after_block`. */
static bool mark_in_blocks(struct store *store, int64_t staging, int64_t since, int64_t after_block,
                           struct suspects *suspects, struct err *err) {
    sqlite3_stmt *statement = database_prepare(&store->writer, SQL_BLOCKS_IN_TIME, err);
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, staging);
    bind_integer(statement, 2, suspects->first_ms);
    bind_integer(statement, 3, suspects->last_ms);
    bind_integer(statement, 4, since);
    while (database_step(&store->writer, statement, &row, err) && row) {
        struct block block = block_from_row(statement);
        if (block.id > after_block && !mark_in_block(store, &block, suspects, err)) {
            sqlite3_reset(statement);
            return false;
        }
    }
    return !row;
}

static void mark_in_open_block(const struct store *store, int64_t since,
                               struct suspects *suspects) {
    /* No lock: only the writer changes the open block, and this is the writer. */
    if (store->open.last_import <= since)
        return;
    for (size_t i = 0; i < suspects->count; i++) {
        if (!suspects->dropped[i] && open_block_holds(store, &suspects->keys[i]))
            drop(suspects, i);
    }
}

static void find_time_span(struct suspects *suspects) {
    suspects->first_ms = INT64_MAX;
    suspects->last_ms = INT64_MIN;
    for (size_t i = 0; i < suspects->count; i++) {
        int64_t time_ms = suspects->keys[i].time_ms;
        if (time_ms < suspects->first_ms)
            suspects->first_ms = time_ms;
        if (time_ms > suspects->last_ms)
            suspects->last_ms = time_ms;
    }
}

bool duplicates_mark(struct store *store, const struct event_key *keys, size_t count,
                     const struct consulted *consulted, bool *dropped, size_t *out_count,
                     struct err *err) {
    struct suspects suspects = {.keys = keys, .count = count, .dropped = dropped};

    if (count == 0)
        return true;
    find_time_span(&suspects);
    mark_in_open_block(store, consulted->since, &suspects);
    if (!mark_in_blocks(store, 0, consulted->since, 0, &suspects, err) ||
        (consulted->staging != 0 &&
         !mark_in_blocks(store, consulted->staging, -1, consulted->after_block, &suspects, err)))
        return false;
    *out_count += suspects.found;
    return true;
}
