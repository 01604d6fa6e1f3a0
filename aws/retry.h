/* How often something is tried, and how long it is waited in between: each wait is a random part of
 * a span that doubles ("full jitter"), so that many who were refused together do not come back
 * together. AWS Architecture Blog, "Exponential Backoff And Jitter". */
#ifndef TRAILD_AWS_RETRY_H
#define TRAILD_AWS_RETRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define RETRY_LONGEST_MS INT64_C(20000)

enum retry_reason {
    RETRY_FAILED,    /* a connection or a server: soon again */
    RETRY_THROTTLED, /* we ask too much: not so soon */
};

struct retry {
    int64_t attempts;          /* that may be made, with the first one */
    int64_t made;              /* and have failed */
    const atomic_bool *cancel; /* ends a wait; NULL: nobody does */
};

/* The longest that the next wait may take. */
int64_t retry_span_ms(const struct retry *retry, enum retry_reason reason);

/* After an attempt that failed: waits, at least `least_ms` (no more than RETRY_LONGEST_MS), and
 * says whether to try again. False: no attempts are left, and err tells how many there were; or
 * ERR_CANCELLED.
 */
MUST_USE bool retry_wait(struct retry *retry, enum retry_reason reason, int64_t least_ms,
                         struct err *err);

#endif
