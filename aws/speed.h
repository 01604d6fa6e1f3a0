/* Whether an exchange goes on fast enough. One that stands still is given up, and one that brings a
 * byte from time to time as well: whoever waits for it would wait for ever. */
#ifndef TRAILD_AWS_SPEED_H
#define TRAILD_AWS_SPEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Less than this, on average over one window, is too slow. */
#define SPEED_LEAST_BYTES 1024 /* a second */
#define SPEED_WINDOW_MS   INT64_C(60000)

struct speed {
    int64_t stall_ms; /* at most so long without a byte */
    int64_t total_ms; /* for everything; 0: as long as it takes */
    int64_t started_ms;
    int64_t moved_ms;    /* when the last byte came or went */
    int64_t moved_bytes; /* until then */
    int64_t window_ms;   /* when the window began */
    int64_t window_bytes;
};

/* Times are of monotonic_ms(). */
void speed_begin(struct speed *speed, int64_t stall_ms, int64_t total_ms, int64_t now_ms);

/* `bytes` have come and gone altogether. False: it must end, ERR_BUSY says why. */
MUST_USE bool speed_check(struct speed *speed, int64_t bytes, int64_t now_ms, struct err *err);

#endif
