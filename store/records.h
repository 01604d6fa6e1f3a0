/* Records of some rows of a block. */
#ifndef TRAILD_STORE_RECORDS_H
#define TRAILD_STORE_RECORDS_H

#include "store/frames.h"
#include "store/part_cache.h"

struct record_source {
    struct frames frames;
    const uint16_t *slots;    /* of all rows; borrowed */
    struct part_cache *cache; /* where frames are looked for and left; NULL: nowhere */
};

/* `out[i]` is the record of `rows[i]`, in the arena. Each frame is opened once at most. */
MUST_USE bool records_read(struct record_source *source, const uint16_t *rows, size_t count,
                           struct arena *arena, struct span *out, struct err *err);

#endif
