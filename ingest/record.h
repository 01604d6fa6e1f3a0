/* A record's bytes -> the event: one strict pass that checks the JSON and picks the fields that
 * filters and lists need. CloudTrail record contents, event versions 1.0 to 1.11. */
#ifndef TRAILD_INGEST_RECORD_H
#define TRAILD_INGEST_RECORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"
#include "ingest/scanner.h"
#include "store/event.h"

struct record_result {
    struct scan_result scan; /* of the JSON, as scan_value gives it */
    bool is_event;           /* when DONE: a CloudTrail event was picked */
    const char *reason;      /* when DONE and no event: why, constant: "eventTime is missing" */
};

/* Scans the value at the front of `text` as a record at depth 0. On SCAN_DONE with `is_event`,
 * `*out` is the event: its spans point into `text` or, where escapes were decoded, into `arena`,
 * and `out->record` covers exactly the value. Untouched otherwise. A key that stands twice counts
 * as its last value. An event is an object with a time that utc_parse takes (eventTime, else
 * @timestamp), of major version 1 if it says so, that is no S3 event notification and holds at most
 * LIMIT_RESOURCES_PER_RECORD items in resources. */
struct record_result record_pick(struct span text, bool whole, struct arena *arena,
                                 struct event *out);

#endif
