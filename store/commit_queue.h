/* Commits that come at the same time share a transaction: the first one leads and takes all that
 * have gathered behind the one before, so that they pay for one write to the disk. */
#ifndef TRAILD_STORE_COMMIT_QUEUE_H
#define TRAILD_STORE_COMMIT_QUEUE_H

#include <pthread.h>
#include <stdbool.h>

struct commit;
struct store;

struct commit_queue {
    pthread_mutex_t lock;
    pthread_cond_t done;
    struct commit *first;
    struct commit *last;
    bool led; /* somebody is at it */
};

void commit_queue_init(struct commit_queue *queue);
void commit_queue_close(struct commit_queue *queue);

/* Returns when the commit is done, for good or not: commit->good and commit->err tell. */
void commit_run(struct store *store, struct commit *commit);

#endif
