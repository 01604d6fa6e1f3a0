/* The keys of a trail that wait to be tried again, by their hashes: what a listing that overlaps
 * must not fetch in between. Two keys with one hash, once in 2^64, would wait together. */
#ifndef TRAILD_COLLECT_RETRY_KEYS_H
#define TRAILD_COLLECT_RETRY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Zeroed: empty. One thread at a time. */
struct retry_keys {
    uint64_t *hashes; /* owned, in order */
    size_t count;
    size_t capacity;
};

void retry_keys_clear(struct retry_keys *keys);

bool retry_keys_hold(const struct retry_keys *keys, struct span key);

/* Both also fine when it is (is not) there. */
void retry_keys_add(struct retry_keys *keys, struct span key);
void retry_keys_drop(struct retry_keys *keys, struct span key);

#endif
