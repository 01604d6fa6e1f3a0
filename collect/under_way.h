/* Objects that are being fetched at this moment, by their marks, and those who want one of them
 * too: they wait until it has ended and find it stored then, or try it themselves. So an object
 * that several sources want at a time is downloaded once.
 *
 * Nobody waits for one that waits itself. A mark without an ETag is nobody's, and never waited for.
 * One thread at a time: the fetcher's lock guards it. */
#ifndef TRAILD_COLLECT_UNDER_WAY_H
#define TRAILD_COLLECT_UNDER_WAY_H

#include <stdbool.h>
#include <stddef.h>

struct fetch;
struct fetch_queue;

/* A few thousand are gathered at most. */
#define UNDER_WAY_CHAINS 1024

/* Zeroed: nothing is under way. */
struct under_way {
    struct fetch *chains[UNDER_WAY_CHAINS];
    size_t waiting; /* for one of them */
};

/* True: the same object is under way, and this one waits for it, linked by `next`. */
bool under_way_wait(struct under_way *under_way, struct fetch *fetch);

/* From now on it is; the same object is not. */
void under_way_add(struct under_way *under_way, struct fetch *fetch);

/* It is not any more, if it was. Gives those who waited for it, linked by `next`. */
struct fetch *under_way_remove(struct under_way *under_way, struct fetch *fetch);

/* One of this queue (NULL: of any) that waits, which it does not any more; NULL when there is none.
 */
struct fetch *under_way_take_waiting(struct under_way *under_way, const struct fetch_queue *queue);

#endif
