#include "store/part_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

#define BUCKETS     8192
#define NUMBER_BITS 12

#define PAGE_BYTES   ((size_t)4096)
#define MAPPED_BYTES (4 * PAGE_BYTES)
#define SPARE_SIZES  64 /* in pages; larger ones share their place with smaller ones */
#define SPARE_BYTES  ((size_t)4 * 1024 * 1024)
#define LARGE_SHARE  16 /* of the whole: larger parts would push out too much */
#define SEEN         4096
#define NOT_LONG     1024 /* questions */

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
    struct cached_part *spare[SPARE_SIZES]; /* stacks, by size */
    size_t spare_bytes;
    size_t next_spare;
};

struct part_cache *part_cache_new(size_t bytes) {
    struct part_cache *cache = memory_new(1, sizeof(*cache));

    pthread_mutex_init(&cache->lock, NULL);
    cache->size_max = bytes;
    return cache;
}

/* ---- memory ---- */

/* Parts come and go in threads of all kinds: left to malloc, each thread's heap would keep what
 * others could use. So all but small ones are whole pages of the system's, and some of what is let
 * go waits to be used again, since fresh pages have to be zeroed. */
static struct cached_part *take_spare(struct part_cache *cache, size_t size) {
    struct cached_part **spare = &cache->spare[size / PAGE_BYTES % SPARE_SIZES];

    pthread_mutex_lock(&cache->lock);
    struct cached_part *part = *spare;
    if (part != NULL && part->size == size) {
        *spare = part->next;
        cache->spare_bytes -= size;
    } else {
        part = NULL;
    }
    pthread_mutex_unlock(&cache->lock);
    return part;
}

static struct cached_part *take_pages(struct part_cache *cache, size_t size) {
    struct cached_part *part = take_spare(cache, size);

    if (part != NULL)
        return part;
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

struct cached_part *part_new(struct part_cache *cache, size_t bytes) {
    size_t size = sizeof(struct cached_part) + bytes;
    size_t pages = (size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    struct cached_part *part = pages >= MAPPED_BYTES ? take_pages(cache, pages) : NULL;

    if (part != NULL) {
        *part = (struct cached_part){.size = pages, .holders = 1, .mapped = true};
        return part;
    }
    part = memory_resize(NULL, 1, size);
    *part = (struct cached_part){.size = size, .holders = 1};
    return part;
}

static void part_free(struct cached_part *part) {
    if (part->mapped)
        munmap(part, part->size);
    else
        free(part);
}

/* From the sizes in turn, so that none that is never asked for takes the room of others. */
static void free_spares(struct part_cache *cache, size_t until_bytes) {
    while (cache->spare_bytes > until_bytes) {
        struct cached_part **spare = &cache->spare[cache->next_spare++ % SPARE_SIZES];
        struct cached_part *part = *spare;
        if (part == NULL)
            continue;
        *spare = part->next;
        cache->spare_bytes -= part->size;
        part_free(part);
    }
}

/* Under the lock. */
static void let_go(struct part_cache *cache, struct cached_part *part) {
    if (!part->mapped || part->size > SPARE_BYTES) {
        part_free(part);
        return;
    }
    free_spares(cache, SPARE_BYTES - part->size);
    struct cached_part **spare = &cache->spare[part->size / PAGE_BYTES % SPARE_SIZES];
    part->next = *spare;
    *spare = part;
    cache->spare_bytes += part->size;
}

void part_cache_free(struct part_cache *cache) {
    if (cache == NULL)
        return;
    while (cache->oldest != NULL) {
        struct cached_part *part = cache->oldest;
        cache->oldest = part->newer;
        part_free(part);
    }
    free_spares(cache, 0);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/* ---- places ---- */

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
    let_go(cache, part);
}

/* What is held or was asked for again queues up anew, once. */
static void make_room(struct part_cache *cache) {
    for (size_t looks = 2 * cache->count; looks > 0 && cache->size > cache->size_max; looks--) {
        struct cached_part *part = cache->oldest;
        if (!part->asked_again && atomic_load_explicit(&part->holders, memory_order_acquire) == 0) {
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
    part_free(part);
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

void part_cache_give_back(struct cached_part *part) {
    if (part->kept)
        atomic_fetch_sub_explicit(&part->holders, 1, memory_order_release);
    else
        part_free(part);
}
