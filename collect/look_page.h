/* One page of a look at a place: what was listed, what of it is wanted, and how far it reaches. */
#ifndef TRAILD_COLLECT_LOOK_PAGE_H
#define TRAILD_COLLECT_LOOK_PAGE_H

#include "collect/follower.h"

struct look_page {
    struct fetch_batch batch; /* first */
    struct place *place;
    struct s3_page listed;
    bool more;
    struct span last;   /* the last key in the layout, SPAN_NONE without */
    struct span newest; /* the newest file's, SPAN_NONE without */
    int64_t newest_ms;
    struct span position; /* of the place before: what is behind it is counted */
    int64_t known;
    int64_t skipped;
};

/* The place's next page, with the batch of what is to be fetched; moves the place's cursor on. */
MUST_USE bool look_page_read(struct look_page *page, struct aws_channel *channel, int64_t now_ms,
                             struct err *err);

#endif
