/* The commits of a store's writer, as a test wants them: counted, held up, or failing. */
#ifndef TRAILD_TESTS_SUPPORT_COMMITS_H
#define TRAILD_TESTS_SUPPORT_COMMITS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/corpus/dice.h"
#include "store/store.h"
#include "tests/support_stored.h"

struct commits {
    struct store *store;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t seen;
    uint64_t failing; /* bit i: the commit i from now on fails, as on a disk that does */
    uint64_t one_in;  /* besides, so many fail by chance; 0: none */
    struct dice dice;
    bool held;
    bool waiting; /* one is held up */
};

/* From now on; not while an import is under way. */
void commits_watch(struct commits *commits, struct store *store);

/* How many have come, those that failed too. */
int64_t commits_seen(struct commits *commits);

void commits_fail(struct commits *commits, uint64_t failing);
void commits_fail_one_in(struct commits *commits, uint64_t one_in);

/* The next commit waits, as on a slow disk. */
void commits_hold(struct commits *commits);
/* Until one does. */
void commits_wait_held(struct commits *commits);
void commits_release(struct commits *commits);

/* From now on imports wait for their commit, as behind that of somebody else. */
void commits_gather(struct commits *commits);
/* Until so many do. */
void commits_wait_queued(struct commits *commits, size_t count);
/* They go on, together. */
void commits_go_on(struct commits *commits);

/* A file that is imported by a thread of its own. */
struct upload {
    struct store *store;
    int64_t from;
    int64_t to;
    uint8_t salt;
    struct object_mark object; /* as which it comes; none: as that of made_facts */
    pthread_t thread;
    struct outcome outcome;
};

/* Imports it, in the thread that calls; a pthread function. */
void *run_upload(void *upload);

/* One after another up to the queue, and then all at once; these of their commits fail: bit 0 is
 * the one that all share, the others are those of each alone. */
void run_together(struct commits *commits, struct upload *uploads, size_t count, uint64_t failing);

#endif
