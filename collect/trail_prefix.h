/* The prefix that a trail is followed below. */
#ifndef TRAILD_COLLECT_TRAIL_PREFIX_H
#define TRAILD_COLLECT_TRAIL_PREFIX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/* With a slash at its end, so that `logs` is not `logs2/`; empty for the whole bucket. In the
 * arena, or the text itself. ERR_INVALID, with a sentence that begins with "must": no log
 * files of CloudTrail can lie below it, or only those of some days. */
MUST_USE bool trail_prefix_read(struct span text, struct arena *arena, struct span *out,
                                struct err *err);

#endif
