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

#define PACE_SWEPT_MS (7 * MS_PER_DAY)

/* How far a look goes back from the newest file. Files may arrive late, after an outage by days,
 * and those of one minute come in any order. */
enum pace_reach {
    PACE_HOUR,
    PACE_DAY,  /* and all of the day before */
    PACE_WEEK, /* and all of PACE_SWEPT_MS before */
};

/* start-after of a listing; of a place that is new, the day of `from_ms`. In the arena or borrowed
 * from the state. */
struct span pace_start_after(const struct pace_state *state, enum pace_reach reach,
                             struct arena *arena);

/* Whether to look back a week once more, `swept_ms` being when that was last done (-1: never):
 * about once a day, not everywhere at the same time, and only where files came within that week. */
bool pace_sweeps(const struct pace_state *state, int64_t swept_ms, int64_t now_ms);

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
