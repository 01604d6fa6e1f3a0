/* One call of an AWS service: signed, sent, repeated where that helps, its refusal put into words.
 *
 * Repeated: connections refused or cut, 5xx, throttling (attempts by AWS_MAX_ATTEMPTS, else 5, with
 * full jitter up to 20 s, or as long as Retry-After says, up to 20 s). Once more each: a bucket of
 * another region (which is remembered), credentials that are out of date (fetched anew), a clock
 * that is off (corrected by the server's). */
#ifndef TRAILD_AWS_CALL_H
#define TRAILD_AWS_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/client.h"
#include "aws/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct aws_call {
    const char *service; /* as in its endpoint and in signatures: "s3", "sqs" */
    const char *method;
    struct span bucket; /* S3's; SPAN_NONE else */
    struct span path;   /* percent-encoded, begins with a slash; of S3: the key's, behind the bucket
                         */
    struct span query;  /* percent-encoded, without the question mark; may be empty */
    struct span url;    /* scheme and host of an endpoint that is told (a queue's); SPAN_NONE: the
                           service's */
    struct span region; /* SPAN_NONE: the bucket's, or the client's */
    const struct http_field *fields;
    size_t field_count;
    struct span body;
    int64_t total_ms; /* of one attempt; 0: two minutes, with a sink as long as bytes come */
    int64_t stall_ms; /* 0: 30 s */
    int64_t max_body; /* 0: LIMIT_ANSWER_BYTES */
    /* Its `begin` may come once for each attempt; once it has come, a cut is told to the caller,
     * who knows what it has, and is not repeated here. NULL: the body goes into the answer. */
    struct sink *sink;
    struct span about;         /* what texts begin with: `s3://bucket/key`, a queue's name */
    const atomic_bool *cancel; /* ends waiting too; NULL: nobody does */
};

/* True: the answer has a status of 2xx, or 412 or 416, which the caller reads.
 * Else ERR_ABSENT (NoSuchKey, NoSuchBucket, NoSuchVersion), ERR_REMOTE (refused for good),
 * ERR_BUSY (would work later; also credentials that are refused, once some were not),
 * ERR_CANCELLED, or what the sink said. */
MUST_USE bool aws_call(struct aws_channel *channel, const struct aws_call *call,
                       struct arena *arena, struct transport_answer *out, struct err *err);

#endif
