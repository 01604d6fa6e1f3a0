/* The forms in which a query gives a point in time. */
#ifndef TRAILD_HANDLERS_TIMES_H
#define TRAILD_HANDLERS_TIMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* RFC 3339 (also where the + of the offset has become a space on its way through a URL), a date
 * (midnight UTC), epoch seconds (up to 11 digits) or milliseconds (12 or 13), `now`, `now-24h` and
 * `-7d` with s m h d w. Fails with ERR_INVALID and a reason; digits that look like a year or a
 * date are refused, since as seconds they would mean 1970. */
MUST_USE bool times_read(struct span text, int64_t now_ms, int64_t *out_ms, struct err *err);

#endif
