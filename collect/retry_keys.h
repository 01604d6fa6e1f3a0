/* The keys of a trail that wait to be tried again, by their hashes: what a listing that overlaps
 * must not fetch in between. Two keys with one hash, once in 2^64, would wait together. And how
 * many of them wait why. */
#ifndef TRAILD_COLLECT_RETRY_KEYS_H
#define TRAILD_COLLECT_RETRY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/span.h"
#include "collect/retry_cause.h"

struct retry_key {
    uint64_t hash;
    enum retry_cause cause;
};

/* Those that wait for one cause. */
struct waiting_files {
    size_t files;
    size_t length; /* of the example: why the last one failed, the whole sentence */
    char example[LIMIT_ERROR_TEXT];
};

/* Zeroed: empty. One thread at a time. */
struct retry_keys {
    struct retry_key *keys; /* owned, in the order of their hashes */
    size_t count;
    size_t capacity;
    struct waiting_files waiting[RETRY_CAUSES];
};

void retry_keys_clear(struct retry_keys *keys);

bool retry_keys_hold(const struct retry_keys *keys, struct span key);

/* Also one that waits already, maybe for another cause. */
void retry_keys_add(struct retry_keys *keys, struct span key, enum retry_cause cause,
                    struct span reason);

/* Also fine when it is not there. */
void retry_keys_drop(struct retry_keys *keys, struct span key);

/* `{"refused":{"files":3,"example":"s3://b/k: AccessDenied..."},...}`, only what there is. */
struct span retry_keys_to_text(const struct retry_keys *keys, struct arena *arena);

#endif
