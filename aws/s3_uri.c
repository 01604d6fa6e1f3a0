/* What objects of S3 are called: URIs, names of buckets, ETags. */
#include "aws/s3.h"

#include <string.h>

#include "base/limits.h"

#define BUCKET_LEAST 3

static bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Those made before 2018 in us-east-1 may have capitals and underscores too. */
static bool has_bucket_bytes(struct span name) {
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!is_letter_or_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
        if (c == '.' && i > 0 && name.data[i - 1] == '.')
            return false;
    }
    return true;
}

static bool is_address(struct span name) {
    size_t dots = 0;

    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] != '.' && (name.data[i] < '0' || name.data[i] > '9'))
            return false;
        dots += name.data[i] == '.';
    }
    return dots == 3;
}

bool s3_bucket_is_valid(struct span name) {
    return name.length >= BUCKET_LEAST && name.length <= LIMIT_BUCKET_BYTES &&
           has_bucket_bytes(name) && is_letter_or_digit(name.data[0]) &&
           is_letter_or_digit(name.data[name.length - 1]) && !is_address(name);
}

bool s3_uri_parse(struct span text, struct span *out_bucket, struct span *out_key,
                  struct err *err) {
    struct span bucket;
    struct span key = SPAN("");

    if (!span_starts_with(text, SPAN("s3://")))
        return err_set(err, ERR_INVALID, "must be s3://BUCKET/KEY");
    bucket = span_skip(text, 5);
    (void)!span_cut(bucket, '/', &bucket, &key);
    if (!s3_bucket_is_valid(bucket))
        return err_set(err, ERR_INVALID,
                       "must name a bucket behind s3://: 3 to %d letters, digits, dots, dashes and "
                       "underscores",
                       LIMIT_BUCKET_BYTES);
    if (key.length > LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "must have a key of at most %d bytes, not of %zu",
                       LIMIT_KEY_BYTES, key.length);
    *out_bucket = bucket;
    *out_key = key;
    return true;
}

struct span s3_uri(struct span bucket, struct span key, struct arena *arena) {
    char *text = arena_allocate(arena, bucket.length + key.length + 6);
    size_t length = 5;

    memcpy(text, "s3://", length);
    memcpy(text + length, bucket.data, bucket.length);
    length += bucket.length;
    text[length++] = '/';
    if (key.length > 0)
        memcpy(text + length, key.data, key.length);
    return (struct span){text, length + key.length};
}

const char *s3_failure_hint(struct span key, struct span failure) {
    static const char missing[] = "NoSuchKey";

    if (memmem(failure.data, failure.length, missing, strlen(missing)) == NULL ||
        memchr(key.data, '.', key.length) != NULL || span_ends_with(key, SPAN("/")))
        return "";
    return "; if it is a prefix, it must end in /";
}

struct span s3_etag(struct span quoted) {
    if (quoted.length < 2 || quoted.data[0] != '"' || quoted.data[quoted.length - 1] != '"')
        return quoted;
    return (struct span){quoted.data + 1, quoted.length - 2};
}
