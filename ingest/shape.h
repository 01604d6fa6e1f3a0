/* Text of a log file -> its records, whatever envelope they come in.
 *
 * Takes {"Records":[]}, a bare array, NDJSON and concatenated values, one record, LookupEvents
 * output and single events of it, EventBridge envelopes, CloudWatch Logs subscription documents and
 * the output of filter-log-events; and names the strangers: digest files, S3 test messages and
 * event notifications, SNS messages. */
#ifndef TRAILD_INGEST_SHAPE_H
#define TRAILD_INGEST_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/reader.h"
#include "ingest/limit_reader.h"
#include "store/event.h"
#include "store/store.h"

/* Who receives what the walk finds, in the order of the file. What is passed lives until the
 * function returns. */
struct record_sink {
    /* `account` is the one that the envelope names, SPAN_NONE without. */
    bool (*event)(struct record_sink *sink, const struct event *event, struct span account,
                  struct err *err);
    bool (*reject)(struct record_sink *sink, const struct rejection *rejection, struct err *err);
};

struct shape_input {
    struct reader *text;
    struct span at_hand; /* all of the text when it is in memory, instead of the reader */
    bool unwrapped; /* the text came out of gzip or base64: for the sentence when it is no JSON */
    struct inflate_budget *budget; /* what is packed inside the text counts here, too */
};

struct shape_result {
    const char *kind; /* a word for the receipt: records array ndjson record lookup_events
                         eventbridge cloudwatch_logs; digest lake_signature s3_test_message
                         s3_event_notification sns_message cloudwatch_control_message for
                         strangers */
    bool stranger;    /* the file is something else; the sink saw nothing */
};

/* Reads the text to its end in bounded memory, whatever its size. Any JSON damage, a record over
 * LIMIT_RECORD_BYTES or LIMIT_RECORD_DEPTH, or a text of no value at all fails with ERR_UNREADABLE,
 * the byte offset in the text and the record's index. */
MUST_USE bool shape_walk(const struct shape_input *input, struct record_sink *sink,
                         struct shape_result *out, struct err *err);

#endif
