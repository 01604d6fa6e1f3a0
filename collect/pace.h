/* Where a look at one place of a trail begins, and when the next one is due. A place is the folder
 * of one account and region: `.../CloudTrail/us-east-1/`, and below it YYYY/MM/DD/. */
#ifndef TRAILD_COLLECT_PACE_H
#define TRAILD_COLLECT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/utc.h"

struct pace_state {
    struct span folder;
    struct span position; /* the last key that is done; empty: none */
    int64_t delivered_ms; /* of the newest file; -1: none, or its name did not tell */
    int64_t from_ms;      /* of the trail; 0: everything is wanted */
};

/* start-after of a listing. Files may arrive late, and those of one minute come in any order, so it
 * begins an hour before the newest one, or with the whole day before (`deep`); with a place that is
 * new, at the day of `from_ms`. In the arena or borrowed from the state. */
struct span pace_start_after(const struct pace_state *state, bool deep, struct arena *arena);

/* The bounds of what waits follow from `interval_ms` (--follow-interval). */
#define PACE_SLOWEST 15 /* intervals: of a place where nothing arrives, and between discoveries */

/* Until the next look at a place whose newest file came `quiet_ms` ago (-1: never one did). */
int64_t pace_wait_ms(int64_t interval_ms, int64_t quiet_ms);

/* After so many failures in a row, 1 or more, of a listing: doubles from one interval on. */
int64_t pace_after_failures_ms(int64_t interval_ms, int64_t failures);

#define PACE_LONGEST_RETRY_MS MS_PER_DAY

/* Before an object is tried again that has failed so many times: 1 minute, doubling up to 1 hour;
 * when it was refused, which hardly passes by itself, up to 1 day. */
int64_t pace_retry_ms(int64_t attempts, bool refused);

#endif
