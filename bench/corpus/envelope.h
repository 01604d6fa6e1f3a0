/* The shapes in which records reach people: log files and what other services wrap around them. */
#ifndef TRAILD_BENCH_CORPUS_ENVELOPE_H
#define TRAILD_BENCH_CORPUS_ENVELOPE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/span.h"
#include "bench/corpus/corpus.h"

enum envelope_shape {
    ENVELOPE_RECORDS,     /* {"Records":[...]}, what CloudTrail itself writes */
    ENVELOPE_ARRAY,       /* [...] */
    ENVELOPE_NDJSON,      /* a record a line */
    ENVELOPE_EVENTBRIDGE, /* an event of EventBridge a line, the record as its detail */
    ENVELOPE_LOOKUP,      /* the output of LookupEvents, records as text in text */
    ENVELOPE_CLOUDWATCH,  /* what a CloudWatch Logs subscription delivers, before its gzip */
};

/* By its name on the command line: records array ndjson eventbridge lookup cloudwatch. */
MUST_USE bool envelope_find(struct span name, enum envelope_shape *out);

/* What stands before the first item, between two and behind the last. `account` is the owner of
 * the log group. */
void envelope_head(enum envelope_shape shape, struct span account, struct buffer *out);
void envelope_separator(enum envelope_shape shape, struct buffer *out);
void envelope_tail(enum envelope_shape shape, struct buffer *out);

/* One record, wrapped. */
void envelope_item(enum envelope_shape shape, struct span record, const struct corpus_facts *facts,
                   struct buffer *out);

#endif
