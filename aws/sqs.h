/* Amazon SQS as a receiver needs it: messages of a queue, put off and deleted.
 *
 * Amazon SQS API Reference, AWS JSON protocol 1.0. A message that was received is hidden from
 * others for a while (its visibility timeout); one that is not deleted by then is delivered again.
 */
#ifndef TRAILD_AWS_SQS_H
#define TRAILD_AWS_SQS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "aws/client.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define SQS_BATCH        10 /* messages that one request may be about */
#define SQS_WAIT_SECONDS 20 /* the longest that SQS waits for a message */

/* All of it borrows the URL's text. */
struct sqs_queue {
    struct span url;
    struct span origin; /* scheme and host, when they are not AWS's usual ones; else SPAN_NONE */
    struct span region; /* SPAN_NONE: the URL does not tell */
    struct span name;
};

/* `https://sqs.eu-west-1.amazonaws.com/111122223333/name`; also of another server. ERR_INVALID. */
MUST_USE bool sqs_queue_parse(struct span url, struct sqs_queue *out, struct err *err);

/* Spans are in the arena. */
struct sqs_message {
    struct span id;
    struct span handle; /* names this delivery of it */
    struct span body;
};

struct sqs_batch {
    struct sqs_message messages[SQS_BATCH];
    size_t count;
};

/* Waits up to SQS_WAIT_SECONDS for messages and hides them for `hidden_seconds` (at most 43,200).
 * None is no failure. Failures as aws_call's. */
MUST_USE bool sqs_receive(struct aws_channel *channel, const struct sqs_queue *queue,
                          int hidden_seconds, const atomic_bool *cancel, struct arena *arena,
                          struct sqs_batch *out, struct err *err);

/* What became of each message of a batch: SQS may do it for some and not for others. */
struct sqs_results {
    bool done[SQS_BATCH];
    struct span why; /* of the first that was not done: SQS's code and message */
    size_t failed;
};

/* At most SQS_BATCH handles each. A failure means that nothing is known of any of them. */
MUST_USE bool sqs_delete(struct aws_channel *channel, const struct sqs_queue *queue,
                         const struct span *handles, size_t count, const atomic_bool *cancel,
                         struct arena *arena, struct sqs_results *out, struct err *err);

/* Hides them for so long from now on; 0: they may be delivered again at once. */
MUST_USE bool sqs_hide(struct aws_channel *channel, const struct sqs_queue *queue,
                       const struct span *handles, size_t count, int hidden_seconds,
                       const atomic_bool *cancel, struct arena *arena, struct sqs_results *out,
                       struct err *err);

#endif
