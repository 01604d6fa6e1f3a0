/* The objects of one import that are not finished or stand behind one that is not, in the order in
 * which they were listed.
 *
 * Objects finish in any order, but what is saved must be exact whenever the process dies. So there
 * are two accounts: `live` counts what has finished, for those who watch; `settled` and the
 * position move only over objects before which everything is finished, and are what is saved. Each
 * has the kinds of what was skipped. An import that goes on from there sees the others again, and
 * the store knows which of them it has.
 *
 * One thread at a time: the caller's lock guards it. */
#ifndef TRAILD_COLLECT_WINDOW_H
#define TRAILD_COLLECT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "collect/fetcher.h"
#include "collect/skipped_files.h"
#include "store/store.h"

/* Objects that a window holds: so far a listing runs ahead, so many may finish behind one that is
 * slow, and their keys are what it takes of memory, less than 16 MB. */
#define WINDOW_SLOTS 8192

enum slot_state {
    SLOT_LISTED,    /* to be fetched, maybe again */
    SLOT_UNDER_WAY, /* the fetcher has it */
    SLOT_FINISHED,
};

/* What has become of one object. */
struct slot_end {
    enum fetch_outcome outcome; /* not FETCH_CANCELLED */
    struct span skipped;        /* of FETCH_SKIPPED: the kind, see collect/skipped_files.h */
    int64_t records;
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
};

/* Stays where it is until it is settled. */
struct window_slot {
    struct fetch fetch; /* first; its spans point into `bytes` */
    void *owner;        /* the caller's own */
    enum slot_state state;
    int64_t attempts;      /* that failed */
    int64_t failures;      /* those of them that count */
    int64_t not_before_ms; /* monotonic: when it may be tried again */
    struct slot_end end;   /* once it is finished */
    char bytes[];
};

struct window {
    struct window_slot **slots; /* a ring, owned */
    size_t first;
    size_t count;
    size_t next;  /* how many from the first on are not SLOT_LISTED for the first time */
    size_t again; /* slots before `next` that are SLOT_LISTED once more */
    size_t under_way;
    struct import_progress live;
    struct import_progress settled;
    struct skipped_files live_skipped;
    struct skipped_files settled_skipped;
    struct buffer position; /* key of the object settled last; empty: none yet */
};

/* Goes on from what was saved; `skipped` is what skipped_files_to_text gave, or SPAN_NONE. */
void window_init(struct window *window, const struct import_progress *settled, struct span skipped,
                 struct span position);
void window_clear(struct window *window); /* nothing is under way */

size_t window_room(const struct window *window);

/* The next object, copied; there is room. The slot's `done` and the like are the caller's to set.
 */
struct window_slot *window_add(struct window *window, const struct s3_object *object);

/* The next that is to be fetched, now under way; NULL when there is none at this moment. */
struct window_slot *window_take(struct window *window, int64_t now_ms);

/* When the next of those that wait to be tried again is due; INT64_MAX: none waits, or `most` are
 * under way already, so that the end of one of them is what is waited for. */
int64_t window_next_due(const struct window *window, size_t most);

/* It is finished (under way or not); what is finished at the head settles and is freed. What `end`
 * borrows is copied. */
void window_finish(struct window *window, struct window_slot *slot, const struct slot_end *end);

/* It is not under way any more, and to be tried again. Whether it was tried at all, so that this
 * counts as a failure, is the caller's to say. */
void window_put_back(struct window *window, struct window_slot *slot, int64_t not_before_ms,
                     bool counts);

#endif
