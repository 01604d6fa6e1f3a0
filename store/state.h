/* What an open store holds; shared by the files behind store.h.
 *
 * Locks, in the order in which they may be taken: `writing` (one writer at a time), `open.lock`
 * (the open block), then the small ones of readers and dictionaries. */
#ifndef TRAILD_STORE_STATE_H
#define TRAILD_STORE_STATE_H

#include <pthread.h>
#include <stdint.h>

#include "store/batch.h"
#include "store/compress.h"
#include "store/database.h"
#include "store/dictionaries.h"
#include "store/duplicates.h"
#include "store/readers.h"
#include "store/store.h"

/* Events of small imports, in the order in which they came. */
struct waiting {
    struct batch batch;
    int64_t first_import; /* 0 while empty */
    int64_t last_import;
};

/* The events that wait to become a block. Durable in the pending table; here they are queried.
 * Changed after the commit that made them durable, so it may lag behind the table for a moment. */
struct open_block {
    pthread_rwlock_t lock;
    struct waiting *current; /* takes what comes */
    struct waiting *aside;   /* full, on its way to become a block; or NULL */
    bool sealing;            /* a thread is at it; guarded by `writing` */
    int64_t last_import;     /* the newest that ever came here */
    int64_t seals;           /* how often events have left it, as the database counts */
};

struct store {
    char *directory;
    int directory_lock; /* a locked file */
    uint64_t identity;

    pthread_mutex_t writing; /* guards the rest of this group */
    struct database writer;
    struct compressor compressor; /* for blocks */
    struct compressor quick;      /* for what is pending */
    struct decompressor decompressor;
    struct key_cache key_cache;
    int64_t last_import; /* numbers that were given last */
    int64_t last_block;
    int64_t last_staging;
    int64_t last_rejections; /* owner of rejected records */

    struct open_block open;
    struct dictionaries dictionaries;
    struct readers readers;
};

#endif
