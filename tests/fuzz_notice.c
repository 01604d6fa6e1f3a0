/* Any bytes as a notification: what it names stays within the limits, or it is refused with a
 * sentence; and nothing is named that no bucket or key can be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "collect/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_object(const struct s3_object *object) {
    check(object->bucket.length >= 3 && object->bucket.length <= LIMIT_BUCKET_BYTES, "a bucket");
    check(memchr(object->bucket.data, '/', object->bucket.length) == NULL, "a bucket with a slash");
    check(object->key.length >= 1 && object->key.length <= LIMIT_KEY_BYTES, "a key");
    check(memchr(object->key.data, '\0', object->key.length) == NULL, "a key with a NUL");
    check(object->etag.length <= LIMIT_ETAG_BYTES, "an ETag");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct notice notice;
    struct err err = {0};

    if (!notice_read((struct span){(const char *)data, size}, &arena, &notice, &err)) {
        check(err.text[0] != '\0', "no reason");
        check(err.kind == ERR_INVALID || err.kind == ERR_TOO_LARGE, "another kind of failure");
        return 0;
    }
    check(notice.what != NULL && notice.what[0] != '\0', "no name");
    check(notice.count <= LIMIT_NOTICE_OBJECTS, "too many objects");
    for (size_t i = 0; i < notice.count; i++)
        check_object(&notice.objects[i]);
    return 0;
}
