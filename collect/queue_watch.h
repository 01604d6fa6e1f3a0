/* SQS queues whose messages name new objects: received, imported, and only then deleted.
 *
 * A message stays hidden from other receivers as long as its files are being fetched. It is deleted
 * once each of them is stored or has a receipt that says why it never will be. One that cannot be
 * understood, or whose files may not or cannot be read, is left to the queue's redrive policy.
 * While S3 or the disk fails, nothing more is received. */
#ifndef TRAILD_COLLECT_QUEUE_WATCH_H
#define TRAILD_COLLECT_QUEUE_WATCH_H

#include "collect/state.h"

/* A thread for each queue of the collector's configuration, whose client, fetcher and agenda are
 * there. ERR_INVALID when one is no queue's URL. */
MUST_USE bool queue_watch_open(struct collector *collector, struct queue_watch **out,
                               struct err *err);

/* Receives nothing any more, and tells what is under way to end. */
void queue_watch_interrupt(struct queue_watch *watch);

/* Waits for all of it. Messages whose files are not stored are delivered again. Before the agenda
 * and the fetcher are closed. NULL is fine. */
void queue_watch_close(struct queue_watch *watch);

struct queue_figures {
    int64_t received; /* messages since the start */
    int64_t deleted;
    int64_t failed; /* left to be delivered again, and not deleted when they should have been */
};

void queue_watch_measure(struct queue_watch *watch, struct queue_figures *out);

#endif
