/* Counts requests that are being answered, so that stopping can wait for them. Any thread. */
#ifndef TRAILD_SERVER_INFLIGHT_H
#define TRAILD_SERVER_INFLIGHT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct inflight {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int64_t count;
};

void inflight_init(struct inflight *inflight);
void inflight_clear(struct inflight *inflight);

void inflight_begin(struct inflight *inflight);
void inflight_end(struct inflight *inflight);

/* True once there are none; false when there are some after this time. */
bool inflight_wait(struct inflight *inflight, int64_t patience_ms);

#endif
