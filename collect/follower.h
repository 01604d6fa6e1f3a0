/* One trail that is followed, as its parts see it: discovery.c finds its places, look.c looks at
 * one (look_page.c: a page), follower_fetches.c fetches what is new, follower_retries.c tries again
 * what failed, follower_log.c tells of it, and follower.c holds them together. The door to all
 * trails is trails.h.
 *
 * What several threads touch is guarded by `lock`, which is held for moments: never while the store
 * or S3 is asked. */
#ifndef TRAILD_COLLECT_FOLLOWER_H
#define TRAILD_COLLECT_FOLLOWER_H

#include <pthread.h>
#include <stdatomic.h>

#include "aws/s3.h"
#include "base/buffer.h"
#include "collect/retry_keys.h"
#include "collect/trail_notes.h"
#include "collect/trails.h"
#include "store/collection.h"

/* While so many objects of a trail wait or are under way, none of its places lists more. Looks that
 * have begun may each add a page. */
#define FOLLOWER_FETCHES 2000

/* Places of a trail that list at once: lists that hang take no more threads of the agenda. */
#define FOLLOWER_LOOKS 2

/* Objects that are tried again at a time. */
#define FOLLOWER_RETRIES 100

struct follower;

/* What the agenda runs for the trail as a whole. */
struct follower_task {
    struct agenda_item item; /* first */
    struct follower *follower;
};

/* The folder of an account and region. `saved` is what the store has or will have of it. */
struct place {
    struct agenda_item item; /* first */
    struct follower *follower;
    struct span folder; /* owned by the follower's arena */

    /* Guarded by the follower's lock. */
    struct buffer position;
    struct buffer newest_key;
    struct trail_place saved; /* its spans are the three above */
    bool counted;             /* counters have changed since it was saved */
    bool complete;            /* a look has come to its end */
    int64_t failures;         /* of looks, in a row */
    struct place *next_waiting;

    /* Of the look under way alone: there is one at a time. */
    bool looking;
    bool found;           /* something new */
    struct buffer cursor; /* start-after of the next page */
    int64_t deep_ms;      /* when the day before was looked at last; -1: not yet */
    int64_t sweep_ms;     /* when this look began, if it goes back a week or further; else -1 */
};

struct follower {
    const struct trails_config *config;
    struct arena arena; /* of names; places are added under the lock */
    int64_t id;
    struct span bucket;
    struct span prefix; /* empty, or ending in '/' */
    int64_t from_ms;
    int64_t created_ms;
    bool configured; /* by --follow */
    bool follows;    /* false: `error` says why not */

    atomic_bool cancel;
    struct fetch_queue queue;
    struct follower_task discovery;
    struct follower_task retries;

    pthread_mutex_t saving; /* held while notes are saved, so that newer ones come last; taken
                               before `lock` */
    pthread_mutex_t lock;
    struct place **places; /* owned, in the order of their folders */
    size_t place_count;
    size_t place_capacity;
    size_t fetches;             /* waiting or under way */
    size_t looks;               /* pages that are being listed */
    struct place *waiting;      /* places that wait until there are fewer, in their order */
    struct place *last_waiting; /* while there is a first one */
    struct retry_keys retry_keys;
    bool retrying;
    bool hurry;         /* all that waits is to be tried again now */
    int64_t hurried_ms; /* when it was last, since something that had been refused came; 0: never */
    struct trail_notes notes;
    bool discovered;
    int64_t runs;      /* discoveries, looks and retries that have ended, well or not */
    int64_t failures;  /* of discoveries, in a row */
    int64_t named_day; /* when folders of other kinds were counted, in days since 1970; -1: never */
    int64_t listed_ms; /* -1: never */
    struct err error;  /* the last one; ERR_NONE: none so far */
    int64_t error_ms;
    int64_t failure_told_ms; /* in the log; 0: all is well, as far as it says */
    int64_t file_told_ms;    /* 0: never */
};

/* ---- follower.c ---- */

/* Reads what the store has of the trail and begins. `reason` NULL: follows it; else only shows it
 * with that reason. */
MUST_USE bool follower_open(const struct trails_config *config, const struct trail *trail,
                            const struct err *reason, struct follower **out, struct err *err);

/* Listings and downloads under way are told to end. */
void follower_stop(struct follower *follower);

/* Stops, waits and frees; NULL is fine. */
void follower_close(struct follower *follower);

/* What goes wrong, for those who look; cancellations are not told. Takes the lock. */
void follower_note_error(struct follower *follower, const struct err *err);

/* The same of the trail as a whole or one of its places, also for the log. Takes the lock. */
void follower_note_failure(struct follower *follower, const struct err *err);

/* With the lock held: it is not followed, or a discovery or a look failed and none after it went
 * well. */
bool follower_is_failing(const struct follower *follower);

/* The text of the notes when they have changed since it was last taken, else SPAN_NONE. With the
 * lock held. */
struct span follower_take_notes(struct follower *follower, struct arena *arena);

/* Spans are copied to the arena. */
void follower_view(struct follower *follower, struct arena *arena, struct trail_view *out);

/* ---- follower_log.c; these take the lock ---- */

void follower_log_failure(struct follower *follower, const struct err *err);

/* After a discovery or a look that went well: says so if a failure was told and none is left. */
void follower_log_recovery(struct follower *follower);

/* Of one that left no receipt, and is tried again. */
void follower_log_file(struct follower *follower, const struct err *err);

/* ---- discovery.c ---- */

void discovery_run(struct agenda_item *item, struct aws_channel *channel);

/* ---- place.c ---- */

/* With the lock held; the one there is when the folder is known. `saved` NULL: it is new. */
struct place *place_add(struct follower *follower, struct span folder,
                        const struct trail_place *saved);

/* The one whose folder the key lies in, NULL without. With the lock held. */
struct place *place_find(struct follower *follower, struct span key);

void place_free(struct place *place);

/* Puts a text in the place of another. */
void place_replace(struct buffer *buffer, struct span text);

/* Lets `saved` point into the buffers, which have changed. With the lock held. */
void place_point_saved(struct place *place);

/* ---- look.c ---- */

/* Lists a page of the place; goes on by itself. */
void look_run(struct agenda_item *item, struct aws_channel *channel);

/* ---- follower_fetches.c ---- */

struct fetch_batch;

/* An object of a batch. */
struct wanted {
    struct fetch fetch; /* first */
    struct fetch_batch *batch;
    struct place *place; /* it is counted with; NULL: none */
    int64_t attempts;    /* that failed before */
    bool refused;        /* the last of them was */
};

/* Objects that are fetched together; owns itself until `ended` is called. */
struct fetch_batch {
    struct arena arena;
    struct follower *follower;
    struct wanted *wanted;
    size_t count;
    void (*ended)(struct fetch_batch *batch); /* by the thread that ends the last one */

    /* Guarded by the lock until `ended`. */
    size_t left;
    size_t outcomes[FETCH_OUTCOMES]; /* of those that were not tried before */
    struct trail_notes skipped;      /* what of those is none, and of a page what was not fetched */
    bool cancelled;
    bool freed; /* something that was refused before is not any more */
    bool lost;  /* something is neither imported nor kept to be tried again; the error is noted */
};

/* Fetches all of it; `ended` is called even when there is nothing to fetch, maybe before this
 * returns. The batch is embedded or alone; whoever made it frees it in `ended`. */
void fetch_batch_start(struct fetch_batch *batch);

/* What it holds, not the batch itself. */
void fetch_batch_release(struct fetch_batch *batch);

/* Whether a place may list, until follower_leave; else it waits, and its item is set when it may.
 */
bool follower_enter(struct follower *follower, struct place *place);

/* It has listed, whatever came of it, and what it wants is in its batch: lets another one go on. */
void follower_leave(struct follower *follower);

/* ---- follower_retries.c ---- */

void retries_run(struct agenda_item *item, struct aws_channel *channel);

/* Keeps an object to be tried again, after `attempts` that failed. */
MUST_USE bool retries_keep(struct follower *follower, const struct s3_object *object,
                           int64_t attempts, const struct err *reason, struct err *err);

MUST_USE bool retries_forget(struct follower *follower, struct span key, struct err *err);

#endif
