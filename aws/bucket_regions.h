/* The regions of buckets, as S3 told them: a request to another region is refused. One thread at a
 * time. */
#ifndef TRAILD_AWS_BUCKET_REGIONS_H
#define TRAILD_AWS_BUCKET_REGIONS_H

#include <stddef.h>

#include "base/span.h"

struct bucket_region;

/* A zeroed struct knows none. */
struct bucket_regions {
    struct bucket_region *all; /* owned */
    size_t count;
};

void bucket_regions_clear(struct bucket_regions *regions);

/* In place of what was known. Beyond LIMIT_BUCKETS_LEARNT all are forgotten, to be learnt again. */
void bucket_regions_learn(struct bucket_regions *regions, struct span bucket, struct span region);

/* Borrowed until the next change; SPAN_NONE: not known. */
struct span bucket_regions_find(const struct bucket_regions *regions, struct span bucket);

#endif
