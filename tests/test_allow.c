/* collect/allow.c: which buckets and keys may be read. */
#include "tests/rows.h"

#include <stdio.h>

#include "base/limits.h"
#include "collect/allow.h"

static const struct check_row {
    const char *name;
    const char *allowed[3];
    const char *bucket;
    const char *key;
    bool good;
} checks[] = {
    {"nothing is allowed", {NULL}, "logs", "a", false},
    {"a bucket", {"logs"}, "logs", "AWSLogs/x", true},
    {"a bucket with a slash", {"logs/"}, "logs", "AWSLogs/x", true},
    {"a bucket as URI", {"s3://logs"}, "logs", "", true},
    {"another bucket", {"logs"}, "log", "a", false},
    {"a longer bucket", {"logs"}, "logs2", "a", false},
    {"a prefix", {"logs/AWSLogs"}, "logs", "AWSLogs/1/x", true},
    {"a prefix with a slash", {"logs/AWSLogs/"}, "logs", "AWSLogs/1/x", true},
    {"a prefix as URI", {"s3://logs/AWSLogs/"}, "logs", "AWSLogs/1/x", true},
    {"the prefix itself", {"logs/AWSLogs"}, "logs", "AWSLogs/", true},
    {"an object of that name", {"logs/AWSLogs"}, "logs", "AWSLogs", true},
    {"whole segments only", {"logs/AWSLogs"}, "logs", "AWSLogs2/x", false},
    {"less than the prefix", {"logs/AWSLogs"}, "logs", "AWS", false},
    {"the whole bucket, when a prefix is allowed", {"logs/AWSLogs"}, "logs", "", false},
    {"a prefix of another bucket", {"logs/AWSLogs"}, "other", "AWSLogs/x", false},
    {"any of several", {"aaa", "logs/x", "bbb"}, "logs", "x/y", true},
    {"none of several", {"aaa", "logs/x", "bbb"}, "logs", "y/x", false},
    {"no dots are resolved", {"logs/a"}, "logs", "b/../a/x", false},
    {"an inner double slash", {"logs/a//b"}, "logs", "a//b/x", true},
};

static void test_check(void **state) {
    const struct check_row *row = *state;
    struct allow_list list;
    size_t count = 0;
    struct err err;

    while (count < ARRAY_LENGTH(row->allowed) && row->allowed[count] != NULL)
        count++;
    assert_true(allow_list_init(&list, row->allowed, count, &err));
    assert_int_equal(allow_list_check(&list, span_of(row->bucket), span_of(row->key), &err),
                     row->good);
    if (!row->good) {
        assert_int_equal(err.kind, ERR_FORBIDDEN);
        assert_non_null(strstr(err.text, "--s3-allow"));
    }
    allow_list_clear(&list);
}

static const struct bad_row {
    const char *name;
    const char *text;
} bad[] = {
    {"empty", ""},
    {"no bucket", "/prefix"},
    {"a URI without bucket", "s3://"},
    {"another scheme", "https://logs/x"},
    {"a space", "my logs"},
    {"an ARN", "arn:aws:s3:::logs"},
    {"a pattern of buckets", "logs*"},
    {"a pattern of keys", "logs/*"},
    {"a pattern behind a prefix", "logs/AWSLogs/*"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    const char *const texts[] = {"logs", row->text};
    struct allow_list list;
    struct err err;

    assert_false(allow_list_init(&list, texts, 2, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "--s3-allow"));
}

static void test_a_long_key(void **state) {
    static const char *const texts[] = {"logs/x"};
    char key[LIMIT_KEY_BYTES];
    struct allow_list list;
    struct err err;

    (void)state;
    memset(key, '\n', sizeof(key));
    assert_true(allow_list_init(&list, texts, 1, &err));
    assert_false(allow_list_check(&list, SPAN("logs"), (struct span){key, sizeof(key)}, &err));
    assert_non_null(strstr(err.text, "--s3-allow logs to allow the whole bucket"));
    assert_null(strchr(err.text, '\n'));
    allow_list_clear(&list);
}

static void test_too_many(void **state) {
    const char *texts[LIMIT_ALLOWED + 1];
    struct allow_list list;
    struct err err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        texts[i] = "logs";
    assert_true(allow_list_init(&list, texts, LIMIT_ALLOWED, &err));
    allow_list_clear(&list);
    assert_false(allow_list_init(&list, texts, LIMIT_ALLOWED + 1, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static void test_everything(void **state) {
    struct allow_list list;
    struct err err;

    (void)state;
    assert_true(allow_list_init(&list, NULL, 0, &err));
    list.everything = true;
    assert_true(allow_list_check(&list, SPAN("any"), SPAN("key"), &err));
    allow_list_clear(&list);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_check, checks), ROWS(test_bad, bad),   TEST(test_a_long_key),
        TEST(test_too_many),      TEST(test_everything),
    };

    return rows_run("allow", all, ARRAY_LENGTH(all));
}
