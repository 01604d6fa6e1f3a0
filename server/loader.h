/* The threads of `traild import`. Each takes a run of files that lie side by side and loads it in
 * groups, so that each block holds what happened together. */
#ifndef TRAILD_SERVER_LOADER_H
#define TRAILD_SERVER_LOADER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "server/import_files.h"
#include "store/store.h"

struct loader {
    struct store *store;
    const struct import_files *files;
    int64_t max_inflated;
    size_t threads; /* wanted */

    /* What has become of a file, its receipt or the reason; with the lock held. */
    void (*done)(struct loader *loader, const char *path, const struct receipt *receipt,
                 const struct err *err);
    /* Every so often while it runs, with the lock held. */
    void (*tick)(struct loader *loader);
    int64_t tick_ms;

    /* The loader's own. */
    _Atomic(int64_t) bytes; /* read so far */
    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t ended;
    size_t next;        /* file */
    int64_t bytes_left; /* of the files from there on */
    size_t running;     /* threads */
};

/* Loads all files; returns when all are done. Fails when no thread could be started. */
MUST_USE bool loader_run(struct loader *loader, struct err *err);

#endif
