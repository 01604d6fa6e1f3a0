#include "server/inflight.h"

#include "base/condition.h"
#include "base/utc.h"

void inflight_init(struct inflight *inflight) {
    *inflight = (struct inflight){0};
    pthread_mutex_init(&inflight->lock, NULL);
    condition_init(&inflight->ended);
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
    int64_t deadline_ms = monotonic_ms() + patience_ms;
    bool in_time = true;

    pthread_mutex_lock(&inflight->lock);
    while (inflight->count > 0 && in_time)
        in_time = condition_wait_until(&inflight->ended, &inflight->lock, deadline_ms);
    bool none = inflight->count == 0;
    pthread_mutex_unlock(&inflight->lock);
    return none;
}
