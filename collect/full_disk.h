/* Whether the disk is full, as those learn who fetch: while it is, objects are downloaded for
 * nothing, again and again, and whoever owns the bucket pays for it. So from one that found no room
 * on, none is downloaded for a moment; then a few try whether there is some. Any thread. */
#ifndef TRAILD_COLLECT_FULL_DISK_H
#define TRAILD_COLLECT_FULL_DISK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Shorter than the first pause of an import that tries again, which finds out then. */
#define FULL_DISK_MS 1500

/* Zeroed: it is not. */
struct full_disk {
    _Atomic(int64_t) till_ms; /* monotonic; 0: it is not */
};

/* Times are of monotonic_ms(). There was no room for a file. */
void full_disk_found(struct full_disk *disk, int64_t now_ms);

/* There was. */
void full_disk_over(struct full_disk *disk);

/* Nothing was stored since no room was found. */
bool full_disk_lasts(const struct full_disk *disk);

/* ERR_NO_SPACE for that moment. */
MUST_USE bool full_disk_check(const struct full_disk *disk, int64_t now_ms, struct err *err);

#endif
