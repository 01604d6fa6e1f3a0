/* Points in time: int64_t milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
#ifndef TRAILD_BASE_UTC_H
#define TRAILD_BASE_UTC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/span.h"

/* Years 1970 to 9999; what cannot be written back as RFC 3339 is not taken. */
#define UTC_MIN_MS INT64_C(0)
#define UTC_MAX_MS INT64_C(253402300799999)

#define UTC_TEXT_BYTES 32

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR   (60 * MS_PER_MINUTE)
#define MS_PER_DAY    (24 * MS_PER_HOUR)

/* RFC 3339: `2023-07-10T12:25:29Z`, fraction of any length (cut to milliseconds), offset.
 * Also, since logs hold them: a space for the T, a missing offset (UTC), and the basic form
 * `20230710T122529Z`. A date alone is midnight UTC. Year 1970 to 9999, real days only. */
MUST_USE bool utc_parse(struct span text, int64_t *out_ms);

/* `2023-07-10T12:25:29Z`, with `.123` only when there are milliseconds. UTC_MIN_MS to UTC_MAX_MS.
 */
struct span utc_format(int64_t ms, char out_text[UTC_TEXT_BYTES]);

int64_t utc_now_ms(void);

/* A clock that never goes back, for durations. */
int64_t monotonic_ms(void);
int64_t monotonic_us(void);

#endif
