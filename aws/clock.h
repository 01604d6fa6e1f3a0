/* AWS's time, as far as it was told: signatures hold only near it, and this machine's clock may be
 * off. Zeroed: this machine's. Any thread. */
#ifndef TRAILD_AWS_CLOCK_H
#define TRAILD_AWS_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct aws_clock {
    _Atomic(int64_t) offset_ms; /* theirs minus ours */
};

int64_t aws_clock_now_ms(struct aws_clock *clock);

/* They refused what was signed at `signed_ms`, by this clock, and their own showed `their_ms` (-1:
 * they did not say). True: that is so far off that signing again helps, by theirs from now on. */
bool aws_clock_learn(struct aws_clock *clock, int64_t signed_ms, int64_t their_ms);

#endif
