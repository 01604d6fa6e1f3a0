/* Waiting for a condition until a moment of base/utc.h's monotonic_ms(): a change of the system's
 * clock neither ends a wait nor stretches it. */
#ifndef TRAILD_BASE_CONDITION_H
#define TRAILD_BASE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

/* Ended with pthread_cond_destroy. */
void condition_init(pthread_cond_t *condition);

/* With the lock held, as it is again at the end. False once the deadline has passed; true may also
 * mean nothing: look whether what was waited for is there. Only of what condition_init made. */
bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t deadline_ms);

#endif
