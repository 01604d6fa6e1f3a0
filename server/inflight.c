#include "server/inflight.h"

#include <errno.h>
#include <time.h>

void inflight_init(struct inflight *inflight) {
    pthread_condattr_t attributes;

    *inflight = (struct inflight){0};
    pthread_mutex_init(&inflight->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&inflight->ended, &attributes);
    pthread_condattr_destroy(&attributes);
}

void inflight_clear(struct inflight *inflight) {
    pthread_cond_destroy(&inflight->ended);
    pthread_mutex_destroy(&inflight->lock);
}

void inflight_begin(struct inflight *inflight) {
    pthread_mutex_lock(&inflight->lock);
    inflight->count++;
    pthread_mutex_unlock(&inflight->lock);
}

void inflight_end(struct inflight *inflight) {
    pthread_mutex_lock(&inflight->lock);
    inflight->count--;
    if (inflight->count == 0)
        pthread_cond_broadcast(&inflight->ended);
    pthread_mutex_unlock(&inflight->lock);
}

bool inflight_wait(struct inflight *inflight, int64_t patience_ms) {
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t nanoseconds = end.tv_nsec + patience_ms % 1000 * 1000000;
    end.tv_sec += patience_ms / 1000 + nanoseconds / 1000000000;
    end.tv_nsec = nanoseconds % 1000000000;
    pthread_mutex_lock(&inflight->lock);
    while (inflight->count > 0 &&
           pthread_cond_timedwait(&inflight->ended, &inflight->lock, &end) != ETIMEDOUT)
        continue;
    bool none = inflight->count == 0;
    pthread_mutex_unlock(&inflight->lock);
    return none;
}
