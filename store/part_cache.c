#include "store/part_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

#define BUCKETS     8192
#define NUMBER_BITS 12
#define LARGE_SHARE 16 /* of the whole: larger parts would push out too much */
#define SEEN        4096
#define NOT_LONG    1024 /* questions */

/* A queue: new parts enter at one end, and leave at the other unless they were asked for again
 * since. So one search through all blocks does not push out what every search needs. */
struct part_cache {
    pthread_mutex_t lock;
    size_t count;
    size_t size;
    size_t size_max;
    struct cached_part *newest;
    struct cached_part *oldest;
    struct cached_part *buckets[BUCKETS];
    struct {
        int64_t key;
        uint64_t when;
    } seen[SEEN]; /* by part_cache_worth, each in its place */
    uint64_t questions;
};

struct part_cache *part_cache_new(size_t bytes) {
    struct part_cache *cache = memory_new(1, sizeof(*cache));

    pthread_mutex_init(&cache->lock, NULL);
    cache->size_max = bytes;
    return cache;
}

void part_cache_free(struct part_cache *cache) {
    if (cache == NULL)
        return;
    while (cache->oldest != NULL) {
        struct cached_part *part = cache->oldest;
        cache->oldest = part->newer;
        free(part);
    }
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

struct cached_part *part_new(size_t bytes) {
    struct cached_part *part = memory_resize(NULL, 1, sizeof(*part) + bytes);

    *part = (struct cached_part){.size = sizeof(*part) + bytes, .holders = 1};
    return part;
}

static int64_t key_of(int64_t block, unsigned number) {
    return block << NUMBER_BITS | (int64_t)number;
}

static size_t place_of(int64_t key, size_t places) {
    return (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (places - 1);
}

static struct cached_part **bucket_of(struct part_cache *cache, int64_t key) {
    return &cache->buckets[place_of(key, BUCKETS)];
}

static struct cached_part *find(struct part_cache *cache, int64_t key) {
    struct cached_part *part = *bucket_of(cache, key);

    while (part != NULL && part->key != key)
        part = part->next;
    return part;
}

/* ---- the queue ---- */

static void enter(struct part_cache *cache, struct cached_part *part) {
    part->older = cache->newest;
    part->newer = NULL;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = part;
    cache->newest = part;
}

static void leave(struct part_cache *cache, struct cached_part *part) {
    *(part->older != NULL ? &part->older->newer : &cache->oldest) = part->newer;
    *(part->newer != NULL ? &part->newer->older : &cache->newest) = part->older;
}

static void forget(struct part_cache *cache, struct cached_part *part) {
    struct cached_part **link = bucket_of(cache, part->key);

    while (*link != part)
        link = &(*link)->next;
    *link = part->next;
    leave(cache, part);
    cache->count--;
    cache->size -= part->size;
    free(part);
}

/* What is held or was asked for again queues up anew, once. */
static void make_room(struct part_cache *cache) {
    for (size_t looks = 2 * cache->count; looks > 0 && cache->size > cache->size_max; looks--) {
        struct cached_part *part = cache->oldest;
        if (part->holders == 0 && !part->asked_again) {
            forget(cache, part);
            continue;
        }
        part->asked_again = false;
        leave(cache, part);
        enter(cache, part);
    }
}

/* ---- for readers ---- */

struct cached_part *part_cache_take(struct part_cache *cache, int64_t block, unsigned number) {
    pthread_mutex_lock(&cache->lock);
    struct cached_part *part = find(cache, key_of(block, number));
    if (part != NULL) {
        part->holders++;
        part->asked_again = true;
    }
    pthread_mutex_unlock(&cache->lock);
    return part;
}

static void insert(struct part_cache *cache, struct cached_part *part) {
    struct cached_part **bucket = bucket_of(cache, part->key);

    part->next = *bucket;
    *bucket = part;
    enter(cache, part);
    cache->count++;
    cache->size += part->size;
    make_room(cache);
}

struct cached_part *part_cache_add(struct part_cache *cache, int64_t block, unsigned number,
                                   struct cached_part *part) {
    part->key = key_of(block, number);
    part->kept = part->size <= cache->size_max / LARGE_SHARE;
    if (!part->kept)
        return part;
    pthread_mutex_lock(&cache->lock);
    struct cached_part *there = find(cache, part->key);
    if (there == NULL)
        insert(cache, part);
    else
        there->holders++;
    pthread_mutex_unlock(&cache->lock);
    if (there == NULL)
        return part;
    free(part);
    return there;
}

bool part_cache_worth(struct part_cache *cache, int64_t block, unsigned number) {
    int64_t key = key_of(block, number);
    size_t place = place_of(key, SEEN);

    pthread_mutex_lock(&cache->lock);
    uint64_t now = NOT_LONG + cache->questions++;
    bool before = cache->seen[place].key == key && now - cache->seen[place].when <= NOT_LONG;
    cache->seen[place].key = key;
    cache->seen[place].when = now;
    pthread_mutex_unlock(&cache->lock);
    return before;
}

void part_cache_give_back(struct part_cache *cache, struct cached_part *part) {
    if (!part->kept) {
        free(part);
        return;
    }
    pthread_mutex_lock(&cache->lock);
    part->holders--;
    pthread_mutex_unlock(&cache->lock);
}
