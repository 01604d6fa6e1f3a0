/* S3 as a reader needs it: names of objects, lists, and the objects themselves. */
#ifndef TRAILD_AWS_S3_H
#define TRAILD_AWS_S3_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/client.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/spool.h"

struct s3_object {
    struct span bucket;
    struct span key;           /* the raw bytes, any of them */
    struct span version;       /* SPAN_NONE: the newest */
    struct span etag;          /* without quotes; SPAN_NONE: not known */
    int64_t bytes;             /* -1: not known */
    int64_t modified_ms;       /* -1: not known */
    struct span storage_class; /* `STANDARD`; SPAN_NONE: not known */
};

/* `s3://bucket/key`: what stands behind the bucket's slash is the key as it is, with no escapes, as
 * the AWS CLI takes it; empty for `s3://bucket` and `s3://bucket/`. ERR_INVALID otherwise, also for
 * names that no bucket can have, with a sentence that begins with "must". The outputs borrow the
 * text. */
MUST_USE bool s3_uri_parse(struct span text, struct span *out_bucket, struct span *out_key,
                           struct err *err);

/* A name that a bucket may have, or may have had before 2018: 3 to LIMIT_BUCKET_BYTES.
 * Amazon S3 User Guide, "General purpose bucket naming rules". */
bool s3_bucket_is_valid(struct span name);

/* `s3://bucket/key`, in the arena. */
struct span s3_uri(struct span bucket, struct span key, struct arena *arena);

/* What the text of a failed s3_get should go on with: a key that is not there and has no dot was
 * most likely meant as a prefix. Else empty. */
const char *s3_failure_hint(struct span key, struct span failure);

/* Without the quotes that S3 writes around it; one without quotes stays as it is. */
struct span s3_etag(struct span quoted);

#define S3_PAGE_KEYS 1000 /* the most that S3 gives at once */

struct s3_list {
    struct span bucket;
    struct span prefix;      /* empty: the whole bucket */
    struct span start_after; /* only keys behind this one; empty: from the beginning */
    bool folders;    /* only what lies directly in the prefix; what is deeper shows as a folder */
    size_t max_keys; /* 1 to S3_PAGE_KEYS; 0: S3_PAGE_KEYS */
};

struct s3_page {
    struct s3_object *objects; /* in the order of their keys, which is that of their bytes */
    size_t count;
    struct span *folders; /* whole, with the prefix and the slash at the end */
    size_t folder_count;
    bool more; /* go on with start_after = the last key; where folders count: s3_list_folders */
};

static inline bool s3_page_is_empty(const struct s3_page *page) {
    return page->count == 0 && page->folder_count == 0;
}

/* One page, empty only when nothing follows. Everything lies in the arena. Failures as aws_call's.
 */
MUST_USE bool s3_list_page(struct aws_channel *channel, const struct s3_list *list,
                           const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                           struct err *err);

/* All folders directly in a prefix, and the objects there, however many pages that takes;
 * ERR_REMOTE beyond LIMIT_FOLDERS of both together. */
MUST_USE bool s3_list_folders(struct aws_channel *channel, struct span bucket, struct span prefix,
                              const atomic_bool *cancel, struct arena *arena, struct s3_page *out,
                              struct err *err);

struct s3_got {
    struct span etag;    /* of what was read, without quotes; SPAN_NONE: the server told none */
    struct span version; /* SPAN_NONE: the bucket keeps no versions */
    int64_t bytes;
};

/* Reads an object into an empty spool, which the caller finishes. A connection that is cut, stays
 * silent for 30 s or is too slow (aws/speed.h) is taken up again where it was, as long as the
 * object is the same; one that changed meanwhile is read anew. An answer without a length that
 * brings less than `object->bytes` of the same ETag counts as cut. When the object's ETag is known
 * and it has another one now, the new one is read: the answer's ETag tells. ERR_TOO_LARGE beyond
 * `max_bytes`; the spool's failures; else as aws_call. After a failure the spool holds what nobody
 * should read. */
MUST_USE bool s3_get(struct aws_channel *channel, const struct s3_object *object,
                     struct spool *spool, int64_t max_bytes, const atomic_bool *cancel,
                     struct arena *arena, struct s3_got *out, struct err *err);

#endif
