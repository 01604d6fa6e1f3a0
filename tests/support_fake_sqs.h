/* As much of SQS as a receiver sees, on loopback: one queue in memory. A message that was received
 * is hidden until the test says otherwise. */
#ifndef TRAILD_TESTS_SUPPORT_FAKE_SQS_H
#define TRAILD_TESTS_SUPPORT_FAKE_SQS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct fake_sqs;

struct fake_sqs *fake_sqs_start(void);
void fake_sqs_stop(struct fake_sqs *sqs);

/* The queue's URL. */
const char *fake_sqs_url(const struct fake_sqs *sqs);

/* Puts a message into the queue: the n-th has the id "m-n", from 0. */
void fake_sqs_send(struct fake_sqs *sqs, struct span body);

/* Those that were received are delivered again, with other handles. */
void fake_sqs_show_again(struct fake_sqs *sqs);

/* Until nobody waits for messages: one who has gone would get them otherwise, as with SQS. */
void fake_sqs_wait_idle(struct fake_sqs *sqs);

/* The next requests of this action ("ReceiveMessage") are answered with an error; of batches with
 * `part`, only the entries are. */
void fake_sqs_fail(struct fake_sqs *sqs, const char *action, int times, bool part);

/* How many messages were deleted, with the handle of their last delivery; waits for so many. */
size_t fake_sqs_deleted(struct fake_sqs *sqs);
void fake_sqs_wait_deleted(struct fake_sqs *sqs, size_t count);

/* How many requests of this action have come; waits for so many. */
size_t fake_sqs_count(struct fake_sqs *sqs, const char *action);
void fake_sqs_wait(struct fake_sqs *sqs, const char *action, size_t count);

/* The body of the last request of this action; as long as the server lives. */
struct span fake_sqs_last(struct fake_sqs *sqs, const char *action);

#endif
