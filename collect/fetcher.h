/* Objects that are wanted, fetched by a few threads and imported as uploads are.
 *
 * Whoever wants objects has a queue; queues are served in turns, so that a large one starves no
 * other, and none ever holds all threads, so that one whose downloads stall stops no other. What is
 * under way for one and wanted by another is not fetched twice (collect/under_way.h). A thread asks
 * the store whether it has the object (key and ETag), reads it into a spool, which takes no lock
 * and no transaction, and gives it to ingest_file; then it tells by `done`. Files of a source that
 * waits for none of them are gathered and committed together (collect/gathering.h); it is told when
 * they are. While the disk is full next to nothing is fetched (collect/full_disk.h). Any thread may
 * call any function. */
#ifndef TRAILD_COLLECT_FETCHER_H
#define TRAILD_COLLECT_FETCHER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/s3.h"
#include "base/err.h"
#include "base/spool.h"
#include "store/store.h"

struct aws_client;
struct fetcher;
struct fetch;

enum fetch_outcome {
    FETCH_IMPORTED,  /* receipt; also when this import (`parent`) had brought this object before */
    FETCH_KNOWN,     /* the receipt it was imported with before, `duplicate_of` set */
    FETCH_SKIPPED,   /* receipt: recognised as something else than a log file */
    FETCH_FAILED,    /* err; receipt when one was left */
    FETCH_CANCELLED, /* neither */
};

#define FETCH_OUTCOMES 5

/* Which failures leave a receipt with status failed. */
enum fetch_failures {
    FETCH_FORGETS,        /* none: the one who asked is told */
    FETCH_RECORDS_BYTES,  /* those that lie in its bytes: unreadable, too large */
    FETCH_RECORDS_OBJECT, /* those that the object is to blame for: unreadable, too large, gone */
    FETCH_RECORDS,        /* all but those that may pass (err_may_pass) */
    FETCH_RECORDS_ALL, /* those that may pass too, since nobody tries again; but a full disk is no
                          object's fault, and room for a receipt says nothing */
};

/* One object wanted; filled in and kept by the one who asks until `done` was called. */
struct fetch {
    struct s3_object object; /* spans borrowed */
    int64_t parent;          /* import it belongs to, or 0 */
    enum fetch_failures failures;
    /* An object that was found unreadable before, with this ETag, is known and not tried again. */
    bool trusts_failures;
    /* Nobody waits for this one: it may be committed with others, and told of a second later. */
    bool gathers;
    /* Called once, by a thread of the fetcher or the one that cancels, without any lock held; what
     * it is given lives until it returns. May add to queues. */
    void (*done)(struct fetch *fetch, enum fetch_outcome outcome, const struct receipt *receipt,
                 const struct err *err);

    /* The fetcher's own. */
    struct fetch *next;
    struct fetch_queue *queue;
    struct object_mark mark;
    bool under_way; /* as these are collect/under_way.h's */
    struct fetch *next_under_way;
    struct fetch *waiting; /* the first of those that want the same object */
    bool alone;            /* those that it was gathered with could not be committed */
    int64_t begun_ms;      /* monotonic */
    int64_t bytes;         /* downloaded */
};

/* Those of one who asks, fetched in the order in which they were added. The fetcher's own, guarded
 * by its lock but for `cancel`. */
struct fetch_queue {
    struct fetcher *fetcher;
    struct fetch *first;
    struct fetch **end; /* where the next one is linked in */
    size_t waiting;
    size_t behind;      /* those that wait for another queue's, or one of its own, to end */
    size_t running;     /* `done` has not returned */
    size_t downloading; /* a thread has it; what is gathered, none has until it is committed */
    atomic_bool cancel;
    struct fetch_queue *next; /* of all queues, in turn */
    struct fetch_queue *previous;
};

/* So many sources whose downloads all stall hold up no other. */
#define SPARE_DOWNLOADS 8

struct fetcher_config {
    struct store *store;        /* borrowed */
    struct spool_place *spools; /* borrowed */
    struct aws_client *client;  /* borrowed */
    size_t downloads; /* at once; and one of each queue that has none among them, by the spare
                         threads */
    int64_t max_object_bytes;
    int64_t max_inflated;
    void (*imported)(void *context, const struct receipt *receipt); /* NULL receipt: failed */
    void *context;
};

MUST_USE bool fetcher_open(const struct fetcher_config *config, struct fetcher **out,
                           struct err *err);

/* Cancels all that waits or is under way, and all that is added later. Returns at once. */
void fetcher_stop(struct fetcher *fetcher);

/* Stops, waits for the threads and frees it. All queues have ended. NULL is fine. */
void fetcher_close(struct fetcher *fetcher);

void fetch_queue_init(struct fetch_queue *queue, struct fetcher *fetcher);

/* Also to a cancelled queue: `done` then tells FETCH_CANCELLED before this returns. */
void fetch_queue_add(struct fetch_queue *queue, struct fetch *fetch);

/* Cancels what waits (`done` is called before this returns), what is under way (which ends within
 * moments) and what is added later. */
void fetch_queue_cancel(struct fetch_queue *queue);

/* Cancels, and waits until no `done` is running any more. Not from `done`. */
void fetch_queue_halt(struct fetch_queue *queue);

/* Halts and forgets the queue. */
void fetch_queue_end(struct fetch_queue *queue);

/* Whether trying again later may help: the disk is full, S3 is busy or out of reach, we are
 * stopping. */
bool err_may_pass(const struct err *err);

struct fetcher_figures {
    int64_t outcomes[FETCH_OUTCOMES]; /* since it was opened */
    int64_t bytes;                    /* downloaded */
    int64_t under_way;
    int64_t waiting;
};

void fetcher_measure(struct fetcher *fetcher, struct fetcher_figures *out);

#endif
