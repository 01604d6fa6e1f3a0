#include "collect/retry_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json_text.h"
#include "base/memory.h"

void retry_keys_clear(struct retry_keys *keys) {
    free(keys->keys);
    *keys = (struct retry_keys){0};
}

/* The first whose hash is not smaller. */
static size_t find(const struct retry_keys *keys, uint64_t hash) {
    size_t low = 0;
    size_t high = keys->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys->keys[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct retry_keys *keys, size_t at, uint64_t hash) {
    return at < keys->count && keys->keys[at].hash == hash;
}

bool retry_keys_hold(const struct retry_keys *keys, struct span key) {
    uint64_t hash = hash_bytes(key, 0);

    return is_at(keys, find(keys, hash), hash);
}

static void insert(struct retry_keys *keys, size_t at) {
    if (keys->count == keys->capacity) {
        keys->capacity = keys->capacity == 0 ? 16 : keys->capacity * 2;
        keys->keys = memory_resize(keys->keys, keys->capacity, sizeof(*keys->keys));
    }
    memmove(keys->keys + at + 1, keys->keys + at, (keys->count - at) * sizeof(*keys->keys));
    keys->count++;
}

static void count(struct waiting_files *waiting, struct span example) {
    waiting->files++;
    waiting->length =
        example.length < sizeof(waiting->example) ? example.length : sizeof(waiting->example);
    memcpy(waiting->example, example.data, waiting->length);
}

void retry_keys_add(struct retry_keys *keys, struct span key, enum retry_cause cause,
                    struct span reason) {
    uint64_t hash = hash_bytes(key, 0);
    size_t at = find(keys, hash);

    if (is_at(keys, at, hash))
        keys->waiting[keys->keys[at].cause].files--;
    else
        insert(keys, at);
    keys->keys[at] = (struct retry_key){hash, cause};
    count(&keys->waiting[cause], reason);
}

void retry_keys_drop(struct retry_keys *keys, struct span key) {
    uint64_t hash = hash_bytes(key, 0);
    size_t at = find(keys, hash);

    if (!is_at(keys, at, hash))
        return;
    keys->waiting[keys->keys[at].cause].files--;
    keys->count--;
    memmove(keys->keys + at, keys->keys + at + 1, (keys->count - at) * sizeof(*keys->keys));
}

struct span retry_keys_to_text(const struct retry_keys *keys, struct arena *arena) {
    struct buffer CLEANUP(buffer_clear) text = {0};

    buffer_append_byte(&text, '{');
    for (size_t i = 0; i < RETRY_CAUSES; i++) {
        const struct waiting_files *waiting = &keys->waiting[i];
        if (waiting->files == 0)
            continue;
        json_text_name(&text, retry_cause_word((enum retry_cause)i));
        buffer_append_byte(&text, '{');
        json_text_integer_member(&text, "files", (int64_t)waiting->files);
        json_text_string_member(&text, "example", (struct span){waiting->example, waiting->length});
        buffer_append_byte(&text, '}');
    }
    buffer_append_byte(&text, '}');
    return arena_copy(arena, buffer_span(&text));
}
