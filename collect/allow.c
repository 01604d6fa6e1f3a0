#include "collect/allow.h"

#include <stdlib.h>

#include "aws/refusal.h"
#include "base/limits.h"
#include "base/memory.h"

static bool read_entry(struct span text, struct allow_entry *out, struct err *err) {
    const struct span scheme = SPAN("s3://");
    struct span place = text;
    struct allow_entry entry = {.prefix = SPAN("")};

    if (span_starts_with(place, scheme))
        place = span_skip(place, scheme.length);
    if (!span_cut(place, '/', &entry.bucket, &entry.prefix))
        entry.bucket = place;
    if (span_ends_with(entry.prefix, SPAN("/")))
        entry.prefix.length--;
    if (!s3_bucket_is_valid(entry.bucket))
        return err_set(err, ERR_INVALID, "--s3-allow %.*s: must be BUCKET or BUCKET/PREFIX",
                       SPAN_ARGS(text));
    /* Who knows AWS's policies writes it so, and would wonder why nothing is allowed. */
    if (span_ends_with(entry.prefix, SPAN("*")))
        return err_set(err, ERR_INVALID,
                       "--s3-allow %.*s: is no pattern: what is below a prefix is allowed "
                       "without a star",
                       SPAN_ARGS(text));
    *out = entry;
    return true;
}

bool allow_list_init(struct allow_list *list, const char *const *texts, size_t count,
                     struct err *err) {
    *list = (struct allow_list){0};
    if (count > LIMIT_ALLOWED)
        return err_set(err, ERR_INVALID, "--s3-allow can be given at most %d times", LIMIT_ALLOWED);
    list->entries = memory_new(count, sizeof(*list->entries));
    while (list->count < count) {
        if (!read_entry(span_of(texts[list->count]), &list->entries[list->count], err)) {
            allow_list_clear(list);
            return false;
        }
        list->count++;
    }
    return true;
}

void allow_list_clear(struct allow_list *list) {
    free(list->entries);
    *list = (struct allow_list){0};
}

static bool allows(const struct allow_entry *entry, struct span bucket, struct span key) {
    if (!span_equal(entry->bucket, bucket))
        return false;
    if (entry->prefix.length == 0 || span_equal(entry->prefix, key))
        return true;
    return span_starts_with(key, entry->prefix) && key.data[entry->prefix.length] == '/';
}

/* However long the key is, what to do about it has to fit in. */
static bool refuse(struct span bucket, struct span key, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span about = refusal_about(s3_uri(bucket, key, &arena), &arena);

    return err_set(err, ERR_FORBIDDEN,
                   "%.*s is not among what may be read: start traild with --s3-allow %.*s "
                   "to allow the whole bucket",
                   SPAN_ARGS(about), SPAN_ARGS(bucket));
}

bool allow_list_check(const struct allow_list *list, struct span bucket, struct span key,
                      struct err *err) {
    if (list->everything)
        return true;
    for (size_t i = 0; i < list->count; i++) {
        if (allows(&list->entries[i], bucket, key))
            return true;
    }
    if (list->count == 0)
        return err_set(err, ERR_FORBIDDEN,
                       "reading from S3 is off: start traild with --s3-allow BUCKET or "
                       "--s3-allow BUCKET/PREFIX to allow it");
    return refuse(bucket, key, err);
}

bool allow_list_check_objects(const struct allow_list *list, const struct s3_object *objects,
                              size_t count, struct err *err) {
    for (size_t i = 0; i < count; i++) {
        if (!allow_list_check(list, objects[i].bucket, objects[i].key, err))
            return false;
    }
    return true;
}
