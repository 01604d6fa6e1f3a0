/* The shapes in which records reach people: log files and what other services wrap around them. */
#ifndef TRAILD_BENCH_CORPUS_PARCEL_H
#define TRAILD_BENCH_CORPUS_PARCEL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/span.h"
#include "bench/corpus/corpus.h"

enum parcel_shape {
    PARCEL_RECORDS,     /* {"Records":[...]}, what CloudTrail itself writes */
    PARCEL_ARRAY,       /* [...] */
    PARCEL_NDJSON,      /* a record a line */
    PARCEL_EVENTBRIDGE, /* an event of EventBridge a line, the record as its detail */
    PARCEL_LOOKUP,      /* the output of LookupEvents, records as text in text */
    PARCEL_CLOUDWATCH,  /* what a CloudWatch Logs subscription delivers, before its gzip */
};

/* By its name on the command line: records array ndjson eventbridge lookup cloudwatch. */
MUST_USE bool parcel_find(struct span name, enum parcel_shape *out);

/* What stands before the first item, between two and behind the last. `account` is the owner of
 * the log group. */
void parcel_head(enum parcel_shape shape, struct span account, struct buffer *out);
void parcel_separator(enum parcel_shape shape, struct buffer *out);
void parcel_tail(enum parcel_shape shape, struct buffer *out);

/* One record, wrapped. */
void parcel_item(enum parcel_shape shape, struct span record, const struct corpus_facts *facts,
                 struct buffer *out);

#endif
