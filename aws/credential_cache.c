#include "aws/credential_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/condition.h"
#include "base/memory.h"
#include "base/utc.h"

#define RENEW_MS      (15 * MS_PER_MINUTE)
#define WAIT_MS       (10 * MS_PER_MINUTE)
#define RETRY_MS      (MS_PER_MINUTE / 2) /* after a search that failed */
#define JUST_FOUND_MS INT64_C(5000)
#define NONE_MS       INT64_C(10000) /* so long a search that found nothing is not repeated */
#define LOOK_MS       INT64_C(100)   /* how often one who waits looks whether it was cancelled */

struct credential_cache {
    pthread_mutex_t lock;
    pthread_cond_t searched;
    struct credentials current; /* in `memory` */
    struct arena memory;
    bool known;       /* there are current ones */
    bool refused;     /* and AWS does not take them */
    int64_t found_ms; /* when */
    int64_t renew_ms; /* from then on they are sought anew */
    int64_t wait_ms;  /* from then on nobody goes on with them while they are sought */
    int64_t end_ms;   /* from then on they are of no use */
    bool searching;
    uint64_t search;        /* number of the one under way, or of the last */
    uint64_t failed_search; /* that failed as `failure` says; 0: none */
    struct err failure;
    bool none; /* there are none to be found: `failure` says why */
    int64_t none_ms;
};

struct credential_cache *credential_cache_open(void) {
    struct credential_cache *cache = memory_new(1, sizeof(*cache));

    pthread_mutex_init(&cache->lock, NULL);
    condition_init(&cache->searched);
    return cache;
}

void credential_cache_close(struct credential_cache *cache) {
    if (cache == NULL)
        return;
    pthread_cond_destroy(&cache->searched);
    pthread_mutex_destroy(&cache->lock);
    arena_wipe(&cache->memory);
    free(cache);
}

static struct credentials copy(struct arena *arena, const struct credentials *from) {
    struct span origin = arena_format(arena, "%s", from->origin);

    return (struct credentials){
        .access_key = arena_copy(arena, from->access_key),
        .secret = arena_copy(arena, from->secret),
        .token = arena_copy(arena, from->token),
        .expires_ms = from->expires_ms,
        .region = arena_copy(arena, from->region),
        .origin = origin.data,
    };
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void keep(struct credential_cache *cache, const struct credentials *found, int64_t now_ms) {
    int64_t life_ms = found->expires_ms > now_ms ? found->expires_ms - now_ms : 0;

    arena_wipe(&cache->memory);
    cache->current = copy(&cache->memory, found);
    cache->known = true;
    cache->refused = false;
    cache->none = false;
    cache->found_ms = now_ms;
    if (life_ms == 0) {
        cache->renew_ms = cache->wait_ms = cache->end_ms = now_ms + MS_PER_MINUTE;
        return;
    }
    cache->end_ms = found->expires_ms;
    cache->renew_ms = cache->end_ms - smaller(RENEW_MS, life_ms / 4);
    cache->wait_ms = cache->end_ms - smaller(WAIT_MS, life_ms / 6);
}

static bool good_until(const struct credential_cache *cache, int64_t now_ms, int64_t end_ms) {
    return cache->known && !cache->refused && now_ms < end_ms;
}

static bool is_cancelled(const atomic_bool *cancel) {
    return cancel != NULL && atomic_load(cancel);
}

/* Until the search under way has ended. */
static bool wait_for_search(struct credential_cache *cache, const atomic_bool *cancel,
                            struct err *err) {
    uint64_t search = cache->search;

    while (cache->searching && cache->search == search) {
        if (is_cancelled(cancel))
            return err_set(err, ERR_CANCELLED, "cancelled while credentials were sought");
        (void)condition_wait_until(&cache->searched, &cache->lock, monotonic_ms() + LOOK_MS);
    }
    if (cache->failed_search != search)
        return true;
    *err = cache->failure;
    return false;
}

/* Where there were some once, there may be some again: nobody gives up for good what waits. */
static enum err_kind kind_of(const struct credential_cache *cache, const struct err *failure) {
    return failure->kind == ERR_REMOTE && cache->known ? ERR_BUSY : failure->kind;
}

/* What another thread was told is told to those who waited for it, unless it was cancelled, which
 * is its own affair. Old ones that are still good are gone on with. */
static bool take_failure(struct credential_cache *cache, struct err *failure, int64_t now_ms,
                         struct err *err) {
    if (good_until(cache, now_ms, cache->end_ms)) {
        cache->renew_ms = now_ms + RETRY_MS;
        return true;
    }
    failure->kind = kind_of(cache, failure);
    if (failure->kind != ERR_CANCELLED) {
        cache->failed_search = cache->search;
        cache->failure = *failure;
        /* Of what may pass the next attempt must not be told an old failure. */
        cache->none = failure->kind == ERR_REMOTE;
        cache->none_ms = now_ms;
    }
    *err = *failure;
    return false;
}

/* To look everywhere may take seconds: on a machine of no cloud nobody answers for the metadata. */
static bool found_none_just_now(const struct credential_cache *cache, int64_t now_ms) {
    return cache->none && now_ms >= cache->none_ms && now_ms - cache->none_ms < NONE_MS;
}

static bool search(struct credential_cache *cache, struct credential_source *source, int64_t now_ms,
                   struct err *err) {
    struct arena arena = {0};
    struct credentials found;
    struct err failure = {0};

    cache->searching = true;
    cache->search++;
    pthread_mutex_unlock(&cache->lock);
    bool good = source->search(source, &arena, &found, &failure);
    pthread_mutex_lock(&cache->lock);
    if (good)
        keep(cache, &found, now_ms);
    else
        good = take_failure(cache, &failure, now_ms, err);
    arena_wipe(&arena);
    cache->searching = false;
    pthread_cond_broadcast(&cache->searched);
    return good;
}

static bool get_locked(struct credential_cache *cache, int64_t now_ms,
                       struct credential_source *source, const atomic_bool *cancel,
                       struct err *err) {
    while (!good_until(cache, now_ms, smaller(cache->renew_ms, cache->end_ms))) {
        if (found_none_just_now(cache, now_ms)) {
            *err = cache->failure;
            return false;
        }
        if (!cache->searching)
            return search(cache, source, now_ms, err);
        if (good_until(cache, now_ms, cache->wait_ms))
            return true;
        if (!wait_for_search(cache, cancel, err))
            return false;
    }
    return true;
}

bool credential_cache_get(struct credential_cache *cache, int64_t now_ms,
                          struct credential_source *source, const atomic_bool *cancel,
                          struct arena *arena, struct credentials *out, struct err *err) {
    pthread_mutex_lock(&cache->lock);
    bool good = get_locked(cache, now_ms, source, cancel, err);
    if (good)
        *out = copy(arena, &cache->current);
    pthread_mutex_unlock(&cache->lock);
    return good;
}

void credential_cache_refuse(struct credential_cache *cache, int64_t now_ms,
                             struct span access_key) {
    pthread_mutex_lock(&cache->lock);
    bool just_found = now_ms >= cache->found_ms && now_ms - cache->found_ms < JUST_FOUND_MS;
    if (cache->known && !just_found && span_equal(cache->current.access_key, access_key))
        cache->refused = true;
    pthread_mutex_unlock(&cache->lock);
}
