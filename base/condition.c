#include "base/condition.h"

#include <errno.h>
#include <time.h>

void condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t deadline_ms) {
    struct timespec end = {0};

    /* A moment before the clock began is not one that it takes. */
    if (deadline_ms > 0) {
        end.tv_sec = deadline_ms / 1000;
        end.tv_nsec = deadline_ms % 1000 * 1000000;
    }
    return pthread_cond_timedwait(condition, lock, &end) != ETIMEDOUT;
}
