/* One event as the API shows it. */
#ifndef TRAILD_HANDLERS_EVENT_JSON_H
#define TRAILD_HANDLERS_EVENT_JSON_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "store/event.h"
#include "store/store.h"

enum event_view {
    VIEW_FULL,    /* the summary, and the record's own bytes in `record` */
    VIEW_SUMMARY, /* without `record` */
    VIEW_RECORDS, /* nothing but the record's own bytes */
};

/* Appends the event as a JSON value. Spans of what is picked from the record live in `arena`. */
MUST_USE bool event_json_write(const struct found *found, enum event_view view, struct arena *arena,
                               struct buffer *out, struct err *err);

#endif
