#include "tests/rows.h"

#include "aws/s3.h"
#include "base/limits.h"

static const struct uri_row {
    const char *name;
    struct span text;
    const char *bucket; /* NULL: refused */
    struct span key;
} uris[] = {
    {"an object", SPAN("s3://my-bucket/a/b.gz"), "my-bucket", SPAN("a/b.gz")},
    {"a prefix", SPAN("s3://my-bucket/a/"), "my-bucket", SPAN("a/")},
    {"a bucket", SPAN("s3://my-bucket"), "my-bucket", SPAN("")},
    {"a bucket with its slash", SPAN("s3://my-bucket/"), "my-bucket", SPAN("")},
    {"a key is taken as it is", SPAN("s3://bkt/a b+c%20d?e#f"), "bkt", SPAN("a b+c%20d?e#f")},
    {"a key in UTF-8", SPAN("s3://bkt/\xc3\xa4"), "bkt", SPAN("\xc3\xa4")},
    {"a key that begins with a slash", SPAN("s3://bkt//a//b"), "bkt", SPAN("/a//b")},
    {"a key of dots", SPAN("s3://bkt/../x"), "bkt", SPAN("../x")},
    {"a key with NUL", SPAN("s3://bkt/a\0b"), "bkt", SPAN("a\0b")},
    {"a bucket with dots", SPAN("s3://my.bucket.2/k"), "my.bucket.2", SPAN("k")},
    {"an old bucket", SPAN("s3://My_Old_Bucket/k"), "My_Old_Bucket", SPAN("k")},
    {"nothing", SPAN(""), NULL, SPAN_NONE},
    {"another scheme", SPAN("https://bkt/k"), NULL, SPAN_NONE},
    {"capitals", SPAN("S3://bkt/k"), NULL, SPAN_NONE},
    {"no bucket", SPAN("s3://"), NULL, SPAN_NONE},
    {"no bucket, a key", SPAN("s3:///k"), NULL, SPAN_NONE},
    {"a bucket that is too short", SPAN("s3://ab/k"), NULL, SPAN_NONE},
    {"an address", SPAN("s3://169.254.169.254/k"), NULL, SPAN_NONE},
    {"a port", SPAN("s3://bucket:80/k"), NULL, SPAN_NONE},
    {"a user", SPAN("s3://me@bucket/k"), NULL, SPAN_NONE},
    {"two dots", SPAN("s3://a..b/k"), NULL, SPAN_NONE},
    {"only dots", SPAN("s3://.../k"), NULL, SPAN_NONE},
    {"a dash first", SPAN("s3://-abc/k"), NULL, SPAN_NONE},
    {"a dot last", SPAN("s3://abc./k"), NULL, SPAN_NONE},
    {"a space", SPAN("s3://a bc/k"), NULL, SPAN_NONE},
    {"a line end", SPAN("s3://abc\r\n/k"), NULL, SPAN_NONE},
    {"NUL", SPAN("s3://abc\0d/k"), NULL, SPAN_NONE},
    {"an access point", SPAN("s3://arn:aws:s3:eu-west-1:1:accesspoint/x/k"), NULL, SPAN_NONE},
};

static void test_uri(void **state) {
    const struct uri_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span bucket = SPAN_NONE;
    struct span key = SPAN_NONE;
    struct err err = {0};

    bool good = s3_uri_parse(row->text, &bucket, &key, &err);
    assert_int_equal(good, row->bucket != NULL);
    assert_true(span_equal(bucket, span_of(row->bucket)));
    assert_true(span_equal(key, row->key));
    if (!good)
        assert_int_equal(err.kind, ERR_INVALID);
    else if (!span_equal(row->text, SPAN("s3://my-bucket")))
        assert_true(span_equal(s3_uri(bucket, key, &arena), row->text));
}

static const struct hint_row {
    const char *name;
    struct span key;
    const char *failure;
    bool hint;
} hints[] = {
    {"a folder without its slash", SPAN("a/b"), "s3://bkt/a/b: NoSuchKey (HTTP 404)", true},
    {"a folder with it", SPAN("a/b/"), "s3://bkt/a/b/: NoSuchKey (HTTP 404)", false},
    {"a file", SPAN("a/b.gz"), "s3://bkt/a/b.gz: NoSuchKey (HTTP 404)", false},
    {"no such bucket", SPAN("a/b"), "s3://bkt/a/b: NoSuchBucket (HTTP 404)", false},
    {"nothing was said", SPAN("a/b"), "", false},
};

static void test_hint(void **state) {
    const struct hint_row *row = *state;

    assert_string_equal(s3_failure_hint(row->key, span_of(row->failure)),
                        row->hint ? "; if it is a prefix, it must end in /" : "");
}

static void test_etag(void **state) {
    (void)state;
    assert_true(span_equal(s3_etag(SPAN("\"0123-2\"")), SPAN("0123-2")));
    assert_true(span_equal(s3_etag(SPAN("0123")), SPAN("0123")));
    assert_true(span_equal(s3_etag(SPAN("\"")), SPAN("\"")));
    assert_true(span_equal(s3_etag(SPAN("\"\"")), SPAN("")));
    assert_null(s3_etag(SPAN_NONE).data);
}

static void test_a_long_key(void **state) {
    char text[9 + LIMIT_KEY_BYTES + 1];
    struct span bucket;
    struct span key;
    struct err err = {0};

    (void)state;
    memset(text, 'k', sizeof(text));
    memcpy(text, "s3://bkt/", 9);
    assert_true(s3_uri_parse((struct span){text, sizeof(text) - 1}, &bucket, &key, &err));
    assert_int_equal(key.length, LIMIT_KEY_BYTES);
    assert_false(s3_uri_parse((struct span){text, sizeof(text)}, &bucket, &key, &err));
    assert_non_null(strstr(err.text, "not of 1025"));
}

int main(void) {
    const struct rows all[] = {ROWS(test_uri, uris), ROWS(test_hint, hints), TEST(test_a_long_key),
                               TEST(test_etag)};

    return rows_run("s3_uri", all, ARRAY_LENGTH(all));
}
