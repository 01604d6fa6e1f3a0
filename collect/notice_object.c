#include "collect/notice_object.h"

#include <string.h>

#include "aws/json_span.h"
#include "base/limits.h"
#include "base/percent.h"
#include "collect/selection.h"
#include "ingest/log_name.h"

static bool read_bucket(const json_t *value, struct arena *arena, struct span *out,
                        struct err *err) {
    struct span name = json_span(value);

    if (name.length == 0)
        return err_set(err, ERR_INVALID, "the notification names no bucket");
    if (!s3_bucket_is_valid(name))
        return err_set(err, ERR_INVALID, "the notification names a bucket that cannot be one");
    *out = arena_copy(arena, name);
    return true;
}

static bool read_key(const struct named_object *named, struct arena *arena, struct span *out,
                     struct err *err) {
    struct span key = arena_copy(arena, json_span(named->key));

    if (key.length > 3 * LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "the notification names a key of more than %d bytes",
                       (int)LIMIT_KEY_BYTES);
    if (named->form == KEY_FORM_ENCODED && !percent_decode(key, PLUS_IS_SPACE, arena, &key))
        return err_set(err, ERR_INVALID, "the notification's key is badly encoded: %.*s",
                       SPAN_ARGS(span_head(key, 200)));
    if (key.length == 0)
        return err_set(err, ERR_INVALID, "the notification names no key");
    if (key.length > LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "the notification names a key of more than %d bytes",
                       (int)LIMIT_KEY_BYTES);
    if (memchr(key.data, '\0', key.length) != NULL)
        return err_set(err, ERR_INVALID, "the notification names a key with a NUL in it");
    *out = key;
    return true;
}

/* S3 puts it in quotes in some places and not in others. */
static struct span read_etag(const json_t *value, struct arena *arena) {
    struct span etag = s3_etag(json_span(value));

    return etag.length > 0 && etag.length <= LIMIT_ETAG_BYTES ? arena_copy(arena, etag) : SPAN_NONE;
}

static struct s3_object *find(const struct notice *notice, const struct s3_object *object) {
    for (size_t i = 0; i < notice->count; i++) {
        if (span_equal(notice->objects[i].key, object->key) &&
            span_equal(notice->objects[i].bucket, object->bucket))
            return &notice->objects[i];
    }
    return NULL;
}

/* Which of two states is the newer one cannot be told here. */
static void merge(struct s3_object *known, const struct s3_object *object) {
    if (span_equal(known->etag, object->etag))
        return;
    known->etag = SPAN_NONE;
    known->bytes = -1;
}

/* A name that only says nothing may be that of a log file; so may one in folders of another
 * service, which a trail's own prefix may look like: then the name tells. */
static bool is_something_else(struct span key) {
    enum key_kind kind = key_facts_of(key).kind;

    if (kind == KEY_OTHER_SERVICE && delivery_time(key).data != NULL)
        return false;
    return kind != KEY_FOREIGN && !selection_takes_kind(kind);
}

/* The version that the message tells is left out: reading one takes a permission of its own
 * (s3:GetObjectVersion), log files are written once, and of an object written again there is
 * another message. */
bool notice_add_object(struct notice *notice, const struct named_object *named, struct arena *arena,
                       struct err *err) {
    struct s3_object object = {
        .version = SPAN_NONE,
        .etag = read_etag(named->etag, arena),
        .bytes = json_is_integer(named->size) ? json_integer_value(named->size) : -1,
        .modified_ms = -1,
        .storage_class = SPAN_NONE,
    };

    if (!read_bucket(named->bucket, arena, &object.bucket, err) ||
        !read_key(named, arena, &object.key, err))
        return false;
    /* Those that come again count as well: each is compared with all. */
    if (notice->named++ == LIMIT_NOTICE_OBJECTS)
        return err_set(err, ERR_INVALID, "the notification names more than %d objects",
                       LIMIT_NOTICE_OBJECTS);
    if (is_something_else(object.key)) {
        notice->passed_over++;
        return true;
    }
    struct s3_object *known = find(notice, &object);
    if (known != NULL)
        merge(known, &object);
    else
        notice->objects[notice->count++] = object;
    return true;
}
