#include "tests/rows.h"

#include <stdio.h>

#include "collect/retry_keys.h"

static struct span key_of(int number, char text[16]) {
    snprintf(text, 16, "key %d", number);
    return span_of(text);
}

static void test_empty(void **state) {
    struct retry_keys keys = {0};

    (void)state;
    assert_false(retry_keys_hold(&keys, SPAN("a")));
    retry_keys_drop(&keys, SPAN("a"));
    retry_keys_clear(&keys);
}

static void test_twice(void **state) {
    struct retry_keys keys = {0};

    (void)state;
    retry_keys_add(&keys, SPAN("a"));
    retry_keys_add(&keys, SPAN("a"));
    assert_int_equal(keys.count, 1);
    retry_keys_drop(&keys, SPAN("a"));
    assert_false(retry_keys_hold(&keys, SPAN("a")));
    assert_int_equal(keys.count, 0);
    retry_keys_clear(&keys);
}

/* Every third is dropped again. */
static void test_many(void **state) {
    struct retry_keys keys = {0};
    char text[16];

    (void)state;
    for (int i = 0; i < 1000; i++)
        retry_keys_add(&keys, key_of(i, text));
    for (int i = 0; i < 1000; i += 3)
        retry_keys_drop(&keys, key_of(i, text));
    assert_int_equal(keys.count, 666);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(retry_keys_hold(&keys, key_of(i, text)), i % 3 != 0);
    retry_keys_clear(&keys);
}

int main(void) {
    const struct rows all[] = {TEST(test_empty), TEST(test_twice), TEST(test_many)};

    return rows_run("retry_keys", all, ARRAY_LENGTH(all));
}
