/* Threads for what takes long, behind bounded queues, so that the threads that talk to clients
 * never wait. Uploads never take the last worker: searches go on beside any number of them. */
#ifndef TRAILD_SERVER_WORKERS_H
#define TRAILD_SERVER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/macros.h"

enum lane {
    LANE_SEARCH,
    LANE_UPLOAD,
    LANES,
};

/* Embedded in what is to be done. After `run` has returned, the job is not touched any more. */
struct job {
    void (*run)(struct job *job);
    enum lane lane;
    struct job *next; /* the queue's */
};

struct workers;

/* `count` threads, at most `room` jobs waiting in each lane. */
MUST_USE bool workers_start(size_t count, size_t room, struct workers **out, struct err *err);

/* False when the lane's queue is full. Any thread. */
MUST_USE bool workers_submit(struct workers *workers, struct job *job);

/* Jobs that wait. Any thread. */
size_t workers_waiting(struct workers *workers);

/* Whether a job would be refused now. Any thread. */
bool workers_full(struct workers *workers, enum lane lane);

/* Runs all that waits, then ends the threads; further jobs are refused. NULL is fine. */
void workers_end(struct workers *workers);

/* After workers_end. NULL is fine. */
void workers_free(struct workers *workers);

#endif
