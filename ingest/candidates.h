/* What becomes of each value that stands where a record should: an event or a rejection for the
 * sink; or it is a stranger, remembered until it is clear whether the file holds anything else.
 *
 * Knows nothing of how a file is built: ingest/shape.c finds the values. */
#ifndef TRAILD_INGEST_CANDIDATES_H
#define TRAILD_INGEST_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "ingest/envelope.h"
#include "ingest/record.h"
#include "ingest/shape.h"

/* An envelope may be as large again as the record inside: escapes double a quote. */
#define LIMIT_ENVELOPE_BYTES (2 * LIMIT_RECORD_BYTES)

struct candidate {
    struct span text;            /* one JSON value */
    int64_t offset;              /* of its first byte in the text of the file */
    struct span account;         /* that what stands around it names, or SPAN_NONE */
    struct record_result picked; /* what record_pick found, SCAN_DONE */
    struct event event;          /* set when it found an event */
};

struct candidates {
    struct record_sink *sink; /* borrowed */
    struct arena arena;       /* working memory for the candidate in hand */
    int64_t count;            /* so far: the index of the next one */
    bool any_control;         /* a control message of CloudWatch Logs was passed over */
    const char *kind;         /* of the envelopes around all of them, see candidates_kind */
    bool told;                /* the sink knows of one: strangers are rejected from then on */
    struct arena memory;      /* of the strangers so far */
    struct rejection *strangers;
    size_t stranger_count;
    const char *stranger_kind; /* of the first one */
};

void candidates_init(struct candidates *candidates, struct record_sink *sink);
void candidates_clear(struct candidates *candidates);

/* Whether it was picked as an event and tells more of itself than a time: an envelope that some
 * tool gave a time is opened, not stored. */
bool candidate_is_event(const struct candidate *candidate);

/* One that is an event by itself. */
MUST_USE bool candidates_take_event(struct candidates *candidates,
                                    const struct candidate *candidate, struct err *err);

/* Any other, opened; but for ENVELOPE_PACKED, which holds many. */
MUST_USE bool candidates_take_envelope(struct candidates *candidates,
                                       const struct candidate *candidate,
                                       const struct envelope *envelope, struct err *err);

/* Rejects it for a reason of the caller's. */
MUST_USE bool candidates_reject(struct candidates *candidates, const struct candidate *candidate,
                                struct span reason, struct err *err);

/* What is in the arena is needed no longer. */
void candidates_forget(struct candidates *candidates);

/* Takes note of one more envelope; `kind` is "" for a record without any. */
void candidates_note_kind(struct candidates *candidates, const char *kind);

/* The kind that all envelopes so far have; "" when they differ or there are none. */
const char *candidates_kind(const struct candidates *candidates);

#endif
