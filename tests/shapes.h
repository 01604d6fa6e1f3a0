/* What the tests of shape_walk share: a sink that writes down what it is told, and records to make
 * texts of. */
#ifndef TRAILD_TESTS_SHAPES_H
#define TRAILD_TESTS_SHAPES_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "ingest/shape.h"
#include "ingest/text_window.h"
#include "tests/drip_reader.h"

#define TIME "\"eventTime\":\"2023-07-10T11:42:31Z\""
#define A    "{" TIME ",\"eventName\":\"A\"}"
#define B    "{\"eventName\": \"B\", " TIME "}"
#define C    "{" TIME ",\"eventSource\":\"c.amazonaws.com\",\"recipientAccountId\":\"222222222222\"}"
#define NO   "{\"eventName\":\"N\"}"
/* A inside a JSON string. */
#define A_TEXT "\"{\\\"eventTime\\\":\\\"2023-07-10T11:42:31Z\\\",\\\"eventName\\\":\\\"A\\\"}\""
#define EVENTBRIDGE(record)                                                                        \
    "{\"version\":\"0\",\"id\":\"1\",\"detail-type\":\"AWS API Call via CloudTrail\","             \
    "\"source\":\"aws.s3\",\"account\":\"111111111111\",\"detail\":" record "}"
#define LOG_EVENT(text)    "{\"id\":\"1\",\"timestamp\":1689000000000,\"message\":" text "}"
#define LOOKUP_EVENT(text) "{\"EventId\":\"1\",\"CloudTrailEvent\":" text ",\"Username\":\"u\"}"
#define S3_NOTICE          "{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\"," TIME ",\"s3\":{}}"
#define S3_REASON          " an S3 event notification, not a CloudTrail event: "
#define DIGEST             "{\"digestStartTime\":\"2023\",\"digestS3Object\":\"a\"}"
#define SNS                "{\"Type\":\"Notification\",\"TopicArn\":\"arn:x\",\"Message\":\"m\"}"
#define TEST_NOTE          "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\"}"

/* How a text comes: byte by byte, and up to all at once. */
static const size_t drips[] = {1, 7, 1000000};

/* Writes down what the walk tells it: a line "+RECORD" for an event, with " of ACCOUNT" when the
 * envelope names one; "-INDEX@OFFSET REASON: VALUE" for a rejection. */
struct transcript {
    struct record_sink sink;
    struct buffer text;
    int64_t begin; /* what offsets count from */
    int64_t events;
    int64_t rejections;
    int64_t fail_at;  /* the call that fails, from 1; 0: none */
    bool counts_only; /* writes nothing down */
};

static inline bool tell(struct transcript *transcript, struct err *err) {
    if (transcript->events + transcript->rejections == transcript->fail_at)
        return err_set(err, ERR_INTERNAL, "the disk is full");
    return true;
}

static inline bool write_event(struct record_sink *sink, const struct event *event,
                               struct span account, struct err *err) {
    struct transcript *self = (struct transcript *)sink;

    self->events++;
    if (self->counts_only)
        return tell(self, err);
    buffer_append_format(&self->text, "+%.*s", SPAN_ARGS(event->record));
    if (account.data != NULL)
        buffer_append_format(&self->text, " of %.*s", SPAN_ARGS(account));
    buffer_append_text(&self->text, "\n");
    return tell(self, err);
}

static inline bool write_rejection(struct record_sink *sink, const struct rejection *rejection,
                                   struct err *err) {
    struct transcript *self = (struct transcript *)sink;

    self->rejections++;
    if (self->counts_only)
        return tell(self, err);
    buffer_append_format(&self->text, "-%" PRId64 "@%" PRId64 " %.*s: %.*s\n", rejection->index,
                         rejection->offset - self->begin, SPAN_ARGS(rejection->reason),
                         SPAN_ARGS(rejection->record));
    return tell(self, err);
}

static inline void transcript_init(struct transcript *transcript, int64_t begin) {
    *transcript = (struct transcript){.sink = {write_event, write_rejection}, .begin = begin};
}

static inline void transcript_clear(struct transcript *transcript) {
    buffer_clear(&transcript->text);
}

static inline const char *transcript_text(struct transcript *transcript) {
    buffer_append(&transcript->text, (struct span){"", 1});
    return transcript->text.data;
}

static inline bool walk(struct reader *reader, struct transcript *transcript,
                        struct shape_result *out, struct err *err) {
    struct inflate_budget budget = {.limit = 100 * MIB};
    struct shape_input input = {.text = reader, .budget = &budget};

    return shape_walk(&input, &transcript->sink, out, err);
}

static inline bool walk_drips(struct span text, size_t drip, struct transcript *transcript,
                              struct shape_result *out, struct err *err) {
    struct drip_reader reader;

    drip_reader_init(&reader, text, drip);
    return walk(&reader.reader, transcript, out, err);
}

/* Blanks up to the end of the window's first piece, and the text behind; `cut` bytes fewer of them,
 * so that the piece ends that far inside the text. */
static inline bool walk_behind_blanks(struct span blanks_and_text, size_t cut,
                                      struct transcript *transcript, struct shape_result *out,
                                      struct err *err) {
    struct span_reader reader;

    span_reader_init(&reader, span_skip(blanks_and_text, cut));
    transcript_init(transcript, (int64_t)(TEXT_PIECE_BYTES - cut));
    return walk(&reader.reader, transcript, out, err);
}

static inline void append_blanks(struct buffer *buffer, size_t count) {
    memset(buffer_reserve(buffer, count), ' ', count);
    buffer->length += count;
}

#endif
