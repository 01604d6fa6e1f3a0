/* Which buckets may be read: the list of --s3-allow. */
#ifndef TRAILD_COLLECT_ALLOW_H
#define TRAILD_COLLECT_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/s3.h"
#include "base/err.h"
#include "base/span.h"

struct allow_entry {
    struct span bucket;
    struct span prefix; /* empty: the whole bucket; else without the '/' at its end */
};

/* Each entry is "bucket" or "bucket/prefix", with or without a '/' at the end, also written as
 * "s3://bucket/prefix". A prefix stands for whole segments: `b/AWSLogs` allows the object `AWSLogs`
 * and all below `AWSLogs/`, but nothing of `AWSLogs2/`. */
struct allow_list {
    struct allow_entry *entries; /* owned; spans are borrowed from the texts */
    size_t count;
    bool everything;
};

/* ERR_INVALID names the text that is no bucket, or looks like a pattern. The texts must outlive the
 * list. */
MUST_USE bool allow_list_init(struct allow_list *list, const char *const *texts, size_t count,
                              struct err *err);
void allow_list_clear(struct allow_list *list);

/* Whether all keys that begin with `key`, or the object `key` itself, are allowed; else
 * ERR_FORBIDDEN with how to allow it. */
MUST_USE bool allow_list_check(const struct allow_list *list, struct span bucket, struct span key,
                               struct err *err);

/* The same for each of these objects. */
MUST_USE bool allow_list_check_objects(const struct allow_list *list,
                                       const struct s3_object *objects, size_t count,
                                       struct err *err);

#endif
