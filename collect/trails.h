/* Trails that are followed: what is delivered to them is imported, each file once, without ever
 * listing a whole bucket.
 *
 * A trail is discovered from time to time: lists of folders tell its accounts and regions. Each
 * pair of them is a place, which is looked at on its own: one listing that begins shortly before
 * the newest file; what the store does not know by key and ETag is fetched. What fails is kept in a
 * table and tried again, so that nothing is lost when it leaves the overlap of the listings.
 *
 * Any thread may call any function. */
#ifndef TRAILD_COLLECT_TRAILS_H
#define TRAILD_COLLECT_TRAILS_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/agenda.h"
#include "collect/allow.h"
#include "collect/collector.h"
#include "collect/fetcher.h"

struct trails;

struct trails_config {
    struct store *store;            /* borrowed, as all that follows */
    struct fetcher *fetcher;        /* NULL: S3 is off; trails are shown and not followed */
    struct agenda *agenda;          /* NULL with `fetcher` */
    const struct allow_list *allow; /* what trails that a request began may read */
    const char *const *follow;      /* "s3://bucket/prefix" of --follow */
    size_t follow_count;
    int64_t interval_ms;     /* > 0 */
    int64_t (*now_ms)(void); /* the clock that deliveries are dated by: utc_now_ms */
};

/* Goes on with the trails of the store and begins those of --follow. Trails that an earlier
 * --follow alone asked for rest. ERR_INVALID when a text of --follow is no trail. */
MUST_USE bool trails_open(const struct trails_config *config, struct trails **out, struct err *err);

/* Tells listings and downloads under way to end. Returns at once. NULL is fine. */
void trails_stop(struct trails *trails);

/* Stops, waits for what is under way, and frees. The agenda and the fetcher are still there. NULL
 * is fine. */
void trails_close(struct trails *trails);

/* As the functions of collector.h; that the bucket is allowed is checked by the caller. */
MUST_USE bool trails_follow(struct trails *trails, struct span bucket, struct span prefix,
                            int64_t from_ms, struct arena *arena, struct trail_view *out,
                            bool *out_new, struct err *err);
void trails_list(struct trails *trails, struct arena *arena, struct trail_views *out);
MUST_USE bool trails_get(struct trails *trails, int64_t id, struct arena *arena,
                         struct trail_view *out, struct err *err);
MUST_USE bool trails_unfollow(struct trails *trails, int64_t id, struct err *err);

struct trails_figures {
    int64_t trails;
    int64_t failing;
    int64_t lag_ms; /* the largest; -1: not known */
    int64_t retries;
};

void trails_measure(struct trails *trails, struct trails_figures *out);

#endif
