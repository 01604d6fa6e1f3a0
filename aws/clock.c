#include "aws/clock.h"

#include "base/utc.h"

/* Some services take signatures that are off by five minutes, others by fifteen; an answer says
 * when it was made and not when the request came. */
#define OFF_MS (INT64_C(4) * 60 * 1000)

int64_t aws_clock_now_ms(struct aws_clock *clock) {
    return utc_now_ms() + atomic_load(&clock->offset_ms);
}

bool aws_clock_learn(struct aws_clock *clock, int64_t signed_ms, int64_t their_ms) {
    int64_t off_ms = their_ms - signed_ms;

    if (their_ms < 0 || (off_ms < OFF_MS && off_ms > -OFF_MS))
        return false;
    atomic_store(&clock->offset_ms, their_ms - utc_now_ms());
    return true;
}
