/* What fetcher.c (threads), fetch_queue.c (who is served when, and told) and fetch_object.c (one
 * object) share. */
#ifndef TRAILD_COLLECT_FETCHER_STATE_H
#define TRAILD_COLLECT_FETCHER_STATE_H

#include "collect/fetcher.h"
#include "collect/full_disk.h"
#include "collect/under_way.h"

struct aws_channel;
struct gathering;

struct fetcher {
    struct fetcher_config config;
    struct gathering *gathering;
    struct full_disk disk;
    pthread_mutex_t lock; /* guards what follows, and the queues */
    pthread_cond_t work;  /* something waits, or it is time to stop */
    pthread_cond_t ended; /* a `done` has returned, or a download ended */
    bool stopping;
    struct fetch_queue *queues; /* in turn: the one served last is at the end */
    struct fetch_queue *last;
    struct under_way under_way;
    struct fetcher_figures figures;
    size_t downloading; /* of all queues */
    size_t started;
    pthread_t threads[];
};

/* What one thread fetches with. */
struct fetch_means {
    const struct fetcher_config *config;
    struct gathering *gathering;
    struct full_disk *disk;
    struct aws_channel *channel;
    struct arena *arena;
};

/* What came of one object. Spans are in the arena that it was fetched with. */
struct fetched {
    bool gathered; /* the rest is told by the gathering, or was; the fetch may be gone */
    bool again;    /* those that were gathered before it failed: it is to be fetched alone */
    enum fetch_outcome outcome;
    struct receipt receipt; /* id 0: there is none */
    int64_t bytes;          /* downloaded */
    struct err err;
};

/* Fetches, imports, and leaves a receipt of a failure where the fetch wants one. */
void fetch_object(const struct fetch_means *means, struct fetch *fetch, const atomic_bool *cancel,
                  struct fetched *out);

/* What came of one that was gathered and is committed with this receipt. */
void fetch_gathered(const struct fetcher_config *config, const struct fetch *fetch,
                    const struct receipt *receipt, struct arena *arena, struct fetched *out);

/* ---- fetch_queue.c; with the lock held ---- */

/* The one with the fewest downloads, and of those the one that waits longest for its turn; NULL
 * when none may go on. */
struct fetch_queue *fetch_queue_next(const struct fetcher *fetcher);

/* Behind the others. */
void fetch_queue_had_turn(struct fetch_queue *queue);

/* The first of those that wait, from now on under way; there is one. NULL: all of them wait for
 * what is under way already. */
struct fetch *fetch_queue_take(struct fetch_queue *queue);

/* It is not under way any more: those who waited for it have their turn. */
void fetch_queue_leave(struct fetcher *fetcher, struct fetch *fetch);

/* What waits for another's does not any more, of any queue. */
void fetch_queue_release_all(struct fetcher *fetcher);

/* Of one that was taken: it was told, it is downloaded. The queue may be gone once both have been
 * said of all. */
void fetch_queue_end_told(struct fetch_queue *queue);
void fetch_queue_end_download(struct fetch_queue *queue);

/* Nothing is on the way to join what was gathered. */
bool fetch_queue_waits_for_nothing(const struct fetch_queue *queue);

/* Without the lock: counts it and calls `done`. */
void fetch_queue_tell(struct fetcher *fetcher, struct fetch *fetch, const struct fetched *fetched);

#endif
