/* A few threads that build blocks, so that the reading of one large file, its compression and the
 * writing of what is ready go on at the same time. They are started when they are first needed. */
#ifndef TRAILD_STORE_BUILDERS_H
#define TRAILD_STORE_BUILDERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Each holds a block's text in memory: their number bounds what imports take. */
#define BUILDERS_MAX 3

/* Embedded in what is to be done. After `run` has returned, the task is not touched any more. */
struct builder_task {
    void (*run)(struct builder_task *task);
    struct builder_task *next; /* the queue's */
};

struct builders {
    pthread_mutex_t lock;
    pthread_cond_t wanted;
    pthread_t threads[BUILDERS_MAX];
    size_t count; /* of threads */
    size_t limit;
    long spare; /* threads, less the tasks that run or wait */
    struct builder_task *first;
    struct builder_task *last;
    bool ending;
};

void builders_init(struct builders *builders);

/* Runs what waits, then ends the threads. */
void builders_close(struct builders *builders);

/* Takes the task when a thread is free for it; false when none is: then the caller does it himself,
 * which slows him down as it should. */
bool builders_offer(struct builders *builders, struct builder_task *task);

/* Takes it even when it has to wait; false when there is no thread at all. */
bool builders_submit(struct builders *builders, struct builder_task *task);

#endif
