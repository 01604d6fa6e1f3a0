/* The values of options, as people type them: sizes, durations, counts. */
#ifndef TRAILD_SERVER_VALUE_H
#define TRAILD_SERVER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct value_range {
    int64_t least;
    int64_t most;
};

/* All give ERR_INVALID with a sentence that begins with "must be". */

/* Bytes: `4096`, `512K`, `64M`, `2G`, `1T`, with or without `iB` or `B`, in either case. */
MUST_USE bool value_size(struct span text, struct value_range range, int64_t *out, struct err *err);

/* Milliseconds: `250ms`, `10s`, `2m`, `1h`; a bare number is seconds. */
MUST_USE bool value_duration(struct span text, struct value_range range, int64_t *out,
                             struct err *err);

MUST_USE bool value_count(struct span text, struct value_range range, int64_t *out,
                          struct err *err);

/* Of the texts, the one most like `text`, when it is near enough to be meant; else NULL. */
const char *value_nearest(struct span text, const char *const *texts, size_t count);

#endif
