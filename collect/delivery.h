/* The objects that one message names, wanted together: it tells once when all of them have ended,
 * and whether the message is done with or should be delivered again. */
#ifndef TRAILD_COLLECT_DELIVERY_H
#define TRAILD_COLLECT_DELIVERY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "collect/fetcher.h"
#include "collect/notice.h"

struct delivery;

/* Called once, by a thread of the fetcher or the one that began or cancelled, without a lock. It
 * may free the delivery. */
typedef void delivery_ended(struct delivery *delivery);

struct delivery {
    struct arena arena; /* for the notice, and for whoever owns the delivery */
    struct notice notice;
    delivery_ended *ended;
    void *context;

    /* To be read once it has ended. An object that is stored, was before, is no log file, or never
     * will be one (it is unreadable or gone: then it has a receipt that says so) is settled. */
    size_t unsettled;
    struct err err; /* of the first that is not settled */

    pthread_mutex_t lock;
    size_t left; /* under the lock */
};

/* Empty: the caller reads a notice into it, in its arena. */
struct delivery *delivery_new(delivery_ended *ended, void *context);

/* Not between delivery_begin and the end. NULL is fine. */
void delivery_free(struct delivery *delivery);

/* Wants the notice's objects, of which there is at least one. */
void delivery_begin(struct delivery *delivery, struct fetch_queue *queue);

#endif
