/* A JSON object that is no event by itself -> what it is: an envelope around a record, something
 * else that is known and stands where logs are kept, or nothing we know. */
#ifndef TRAILD_INGEST_ENVELOPE_H
#define TRAILD_INGEST_ENVELOPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

enum envelope_type {
    ENVELOPE_UNKNOWN,
    ENVELOPE_RECORD,   /* holds a record as JSON */
    ENVELOPE_TEXT,     /* holds a record as text, which may be no JSON at all */
    ENVELOPE_PACKED,   /* holds a CloudWatch Logs document: base64 of gzip */
    ENVELOPE_CONTROL,  /* CloudWatch Logs trying out its destination: to be passed over */
    ENVELOPE_STRANGER, /* something else, whose name we know */
};

struct envelope {
    enum envelope_type type;
    const char *kind;    /* a word for the receipt, see ingest/shape.h; "" when unknown */
    const char *member;  /* RECORD, TEXT, PACKED: the member that `content` is of */
    const char *reason;  /* STRANGER: why it is no event, for a rejection */
    struct span content; /* what is inside; in the object or in the arena */
    struct span account; /* the account that the envelope names; SPAN_NONE without */
};

/* `object` is a JSON value that was checked before. */
struct envelope envelope_open(struct span object, struct arena *arena);

#endif
