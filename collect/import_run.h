/* One import of many objects under way: pages of its listing go into the window, objects from there
 * to the fetcher, and how far all is finished into the store.
 *
 * Its agenda item lists, saves and ends it; the fetcher's threads tell it what has become of an
 * object and get the next. Objects whose failure may pass are tried again, later and later; the
 * last failure of the others leaves a receipt, and the import goes on. */
#ifndef TRAILD_COLLECT_IMPORT_RUN_H
#define TRAILD_COLLECT_IMPORT_RUN_H

#include <pthread.h>

#include "collect/import_request.h"
#include "collect/known_failures.h"
#include "collect/outage.h"
#include "collect/rate.h"
#include "collect/state.h"
#include "collect/window.h"
#include "store/collection.h"

struct import_run {
    struct agenda_item item;     /* first */
    struct collector *collector; /* borrowed */
    struct import_run *next;     /* the list's that it is in */
    bool begun;                  /* this and what follows are that list's own */
    bool halted;
    void (*over)(struct import_run *run); /* called once, at its end, by the item */

    struct arena arena; /* of these */
    int64_t id;
    struct import_request request;
    struct selector selector; /* of a prefix */
    struct fetch_queue queue;
    atomic_bool cancel; /* of listings; the queue has its own */

    /* Of the item alone. */
    struct buffer listed_up_to; /* everything up to this key has been seen; of a prefix */
    size_t next_object;         /* of those that are named */
    int64_t listing_failures;   /* in a row */
    struct known_failures known_failures;
    bool saving_fails;
    bool failures_read;

    pthread_mutex_t lock; /* guards the rest */
    enum import_status status;
    struct window window;
    struct rate rate;
    bool listed;           /* nothing comes any more */
    bool ended;            /* what has become of it is in the store */
    int64_t saved_files;   /* of those settled: they need not be saved again */
    int64_t list_after_ms; /* monotonic: not before, since it failed */
    int64_t saved_ms;      /* monotonic */
    int64_t brought_ms;    /* monotonic: when an object last came, or it went on; 0: not yet */
    size_t failed_tries;   /* since an object last came, or the disk was full */
    struct outage_watch outage;
    bool given_up;      /* `failure` says why; what is left is not tried any more */
    int64_t moved_ms;   /* monotonic: when a list or an object last ended well, or it began */
    struct err failure; /* of the listing, for good; kind ERR_NONE: none */
    struct err waiting; /* why it does not go on just now; kind ERR_NONE: it does */
};

/* As it was saved, or as it was added. ERR_INVALID when the request cannot be read. */
MUST_USE bool import_run_new(struct collector *collector, const struct prefix_import *saved,
                             void (*over)(struct import_run *run), struct import_run **out,
                             struct err *err);

/* Sets it going. */
void import_run_begin(struct import_run *run);

/* Tells what is under way to end; it ends within moments, and nothing new is begun. */
void import_run_interrupt(struct import_run *run);

/* Interrupts and waits; no file is imported any more. */
void import_run_halt(struct import_run *run);

/* Of one that is halted, or was never begun. */
void import_run_free(struct import_run *run);

bool import_run_ended(struct import_run *run);

/* It has begun and brought nothing for so long that nobody should wait for it. */
bool import_run_is_stuck(struct import_run *run);

/* Tells those who look why it does not go on. */
void import_run_wait_for(struct import_run *run, const struct err *why);

void import_run_measure(struct import_run *run, struct arena *arena, struct import_live *out);

/* ---- import_saving.c ---- */

/* Of one that is halted and not ended: how far it has come, to go on from there. */
MUST_USE bool import_run_save(struct import_run *run, struct err *err);

/* The same, as its end: cancelled, with all that has finished. */
MUST_USE bool import_run_save_cancelled(struct import_run *run, struct err *err);

/* How far it has come, by its item; a failure is told by `waiting` and in the log. */
void import_save_now(struct import_run *run);

/* All is finished: saves what has become of it. False when that cannot be saved now. */
bool import_end(struct import_run *run);

/* ---- import_objects.c ---- */

/* So many of its objects are with the fetcher at most. */
size_t import_most(const struct import_run *run);

/* Gives the fetcher as many objects as it may have of this import. Without the lock. */
void import_feed(struct import_run *run);

/* Whether objects came once, but none has for long, however often many of them are tried: then the
 * import ends, instead of each of them. With the lock held. */
bool import_is_cut_off(struct import_run *run);

/* ---- import_listing.c ---- */

/* Puts the next page into the window, which has room for it; sets `listed` behind the last one.
 * Without the lock. */
MUST_USE bool import_list_page(struct import_run *run, struct aws_channel *channel,
                               struct err *err);

#endif
