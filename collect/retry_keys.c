#include "collect/retry_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

void retry_keys_clear(struct retry_keys *keys) {
    free(keys->hashes);
    *keys = (struct retry_keys){0};
}

/* The first hash that is not smaller. */
static size_t find(const struct retry_keys *keys, uint64_t hash) {
    size_t low = 0;
    size_t high = keys->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct retry_keys *keys, size_t at, uint64_t hash) {
    return at < keys->count && keys->hashes[at] == hash;
}

bool retry_keys_hold(const struct retry_keys *keys, struct span key) {
    uint64_t hash = hash_bytes(key, 0);

    return is_at(keys, find(keys, hash), hash);
}

void retry_keys_add(struct retry_keys *keys, struct span key) {
    uint64_t hash = hash_bytes(key, 0);
    size_t at = find(keys, hash);

    if (is_at(keys, at, hash))
        return;
    if (keys->count == keys->capacity) {
        keys->capacity = keys->capacity == 0 ? 16 : keys->capacity * 2;
        keys->hashes = memory_resize(keys->hashes, keys->capacity, sizeof(*keys->hashes));
    }
    memmove(keys->hashes + at + 1, keys->hashes + at, (keys->count - at) * sizeof(*keys->hashes));
    keys->hashes[at] = hash;
    keys->count++;
}

void retry_keys_drop(struct retry_keys *keys, struct span key) {
    uint64_t hash = hash_bytes(key, 0);
    size_t at = find(keys, hash);

    if (!is_at(keys, at, hash))
        return;
    keys->count--;
    memmove(keys->hashes + at, keys->hashes + at + 1, (keys->count - at) * sizeof(*keys->hashes));
}
