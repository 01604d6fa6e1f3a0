#include "aws/bucket_regions.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

struct bucket_region {
    char *bucket; /* owned, as the region */
    size_t bucket_length;
    char *region;
};

void bucket_regions_clear(struct bucket_regions *regions) {
    for (size_t i = 0; i < regions->count; i++) {
        free(regions->all[i].bucket);
        free(regions->all[i].region);
    }
    free(regions->all);
    *regions = (struct bucket_regions){0};
}

static struct bucket_region *find(const struct bucket_regions *regions, struct span bucket) {
    for (size_t i = 0; i < regions->count; i++) {
        struct bucket_region *one = &regions->all[i];
        if (span_equal((struct span){one->bucket, one->bucket_length}, bucket))
            return one;
    }
    return NULL;
}

static struct bucket_region *add(struct bucket_regions *regions, struct span bucket) {
    if (regions->count == LIMIT_BUCKETS_LEARNT)
        bucket_regions_clear(regions);
    regions->all = memory_resize(regions->all, regions->count + 1, sizeof(*regions->all));
    struct bucket_region *one = &regions->all[regions->count++];
    *one = (struct bucket_region){.bucket = memory_copy_text(bucket.data, bucket.length),
                                  .bucket_length = bucket.length};
    return one;
}

void bucket_regions_learn(struct bucket_regions *regions, struct span bucket, struct span region) {
    struct bucket_region *one = find(regions, bucket);

    if (one == NULL)
        one = add(regions, bucket);
    free(one->region);
    one->region = memory_copy_text(region.data, region.length);
}

struct span bucket_regions_find(const struct bucket_regions *regions, struct span bucket) {
    const struct bucket_region *one = find(regions, bucket);

    return one == NULL ? SPAN_NONE : span_of(one->region);
}
