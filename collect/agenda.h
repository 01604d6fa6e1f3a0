/* What is to be done when: a few threads that run items as they fall due.
 *
 * An item that takes long holds up its own thread only. When all threads are held up, such as by
 * lists of a bucket that hang, and something has been due for AGENDA_PATIENCE_MS, a spare thread
 * helps until nothing is due; it is started when it is first needed. Any thread may call any
 * function. */
#ifndef TRAILD_COLLECT_AGENDA_H
#define TRAILD_COLLECT_AGENDA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define AGENDA_PATIENCE_MS INT64_C(1000)

struct agenda;
struct aws_channel;
struct aws_client;

/* Embedded in what is to be done; zeroed but for `run`. Not moved while the agenda knows it. */
struct agenda_item {
    /* On one thread at a time. It says by agenda_set when it wants to run again. */
    void (*run)(struct agenda_item *item, struct aws_channel *channel);

    /* The agenda's own, guarded by its lock. */
    size_t place;   /* in the heap, from 1; 0: not in it */
    int64_t due_ms; /* while it is in the heap */
    bool running;
    bool again; /* was set while it ran: due_ms tells for when */
    bool removed;
};

/* `client` is for the channels of the threads; NULL: items get none. `spares`: so many at most. */
MUST_USE bool agenda_open(struct aws_client *client, size_t threads, size_t spares,
                          struct agenda **out, struct err *err);

/* Runs the item at this moment of monotonic_ms(); 0: as soon as a thread is free. Of several
 * moments that are set the earliest counts, also of those set while it runs, so that a wake-up is
 * never lost; a run forgets the moments set before it began. An item that is being removed, or set
 * after agenda_stop, is not run. */
void agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t due_ms);

/* Takes the item off and waits for its run to end; then it may be freed. What the run waits for
 * must have been told to end before. Not to be called by the item itself. */
void agenda_remove(struct agenda *agenda, struct agenda_item *item);

/* Runs nothing any more and waits for the runs under way, which must have been told to end. */
void agenda_stop(struct agenda *agenda);

/* Stops and frees it; NULL is fine. */
void agenda_close(struct agenda *agenda);

#endif
