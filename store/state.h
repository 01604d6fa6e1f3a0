/* What an open store holds; shared by the files behind store.h.
 *
 * Locks, in the order in which they may be taken: `tidying.lock`, `dictionaries.learning`,
 * `writing` (one writer at a time), `open.lock` (the open block), then the small ones, each held
 * alone: of readers, their cache, dictionaries, builders, spare groups, and of a group. That of the
 * commit queue is let go before `writing` is taken. */
#ifndef TRAILD_STORE_STATE_H
#define TRAILD_STORE_STATE_H

#include <pthread.h>
#include <stdint.h>

#include "store/builders.h"
#include "store/commit_queue.h"
#include "store/compress.h"
#include "store/database.h"
#include "store/dictionaries.h"
#include "store/duplicates.h"
#include "store/readers.h"
#include "store/store.h"
#include "store/waiting.h"

/* The events that wait to become a block. Durable in the pending table; here they are queried.
 * They come in shortly before the commit that makes them durable: readers leave out those whose
 * import their snapshot does not know. */
struct open_block {
    pthread_rwlock_t lock;
    struct waiting *current; /* takes what comes */
    struct waiting *aside;   /* full, on its way to become a block; or NULL */
    bool sealing;            /* a thread is at it; guarded by `writing` */
    pthread_cond_t sealed;   /* it has ended, well or not; with `writing` */
    int64_t last_import;     /* the newest that ever came here */
    int64_t seals;           /* how often events have left it, as the database counts */
};

/* Of the background merge (tidy.c). */
struct tidying {
    pthread_mutex_t lock;     /* one at a time; guards the rest but the counters */
    int64_t seen_changes;     /* of blocks, when nothing was left to do */
    enum tidy_care seen_care; /* nor with this care */
    int64_t replaced;         /* staging number of blocks that are to be dropped, or 0 */
    int64_t *spared;          /* blocks that cannot be merged to any use */
    size_t spared_count;
    _Atomic(int64_t) merges;
    _Atomic(int64_t) merged_blocks;
};

void tidying_init(struct tidying *tidying);
void tidying_clear(struct tidying *tidying);

/* Groups whose memory and compressors wait for the next import. */
struct spare_groups {
    pthread_mutex_t lock;
    struct import_group *first;
    size_t count;
};

struct store {
    char *directory;
    int directory_lock; /* a locked file */
    uint64_t identity;

    pthread_mutex_t writing; /* guards the rest of this group */
    struct database writer;
    struct compressor quick; /* for rejected records */
    struct decompressor decompressor;
    struct key_cache key_cache;
    int64_t last_import; /* numbers that were given last */
    int64_t last_block;
    int64_t last_staging;
    int64_t last_rejections; /* owner of rejected records */
    int64_t publications;    /* how often staged blocks of an import became live */

    struct tidying tidying; /* its lock comes before `writing` */
    struct open_block open;
    struct commit_queue commits;
    struct builders builders;
    struct spare_groups spare_groups;
    struct dictionaries dictionaries;
    struct readers readers;
};

#endif
