/* What a record means, by plain evaluation of a jansson tree: the second opinion that
 * ingest/record.c is compared with. */
#ifndef TRAILD_TESTS_SUPPORT_EXPECTED_H
#define TRAILD_TESTS_SUPPORT_EXPECTED_H

#include <stdbool.h>

#include <jansson.h>

#include "base/span.h"
#include "store/event.h"

/* {"reason": "..."} for what is no event; else the event's values under the names they have in
 * answers, "time_ms", "resources" and "lookup_resources", absent ones left out. A value is the
 * record's own string or number. NULL when a tree cannot tell, since it does not keep how numbers
 * are written. */
json_t *expected_event(const json_t *record);

/* NULL when the event is the one expected, else the name of a value that differs. */
const char *event_difference(const struct event *event, const json_t *expected);

/* Absent, the same string, or the same number however it is written. */
bool same_text(struct span text, const json_t *expected);

#endif
