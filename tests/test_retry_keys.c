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
    retry_keys_add(&keys, SPAN("a"), CAUSE_REFUSED, SPAN("why"));
    retry_keys_add(&keys, SPAN("a"), CAUSE_REFUSED, SPAN("why"));
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
        retry_keys_add(&keys, key_of(i, text), CAUSE_UNAVAILABLE, SPAN("slow"));
    for (int i = 0; i < 1000; i += 3)
        retry_keys_drop(&keys, key_of(i, text));
    assert_int_equal(keys.count, 666);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(retry_keys_hold(&keys, key_of(i, text)), i % 3 != 0);
    retry_keys_clear(&keys);
}

static void check_text(const struct retry_keys *keys, const char *expected) {
    struct arena CLEANUP(arena_clear) arena = {0};

    assert_true(span_equal(retry_keys_to_text(keys, &arena), span_of(expected)));
}

static void test_reasons(void **state) {
    struct retry_keys keys = {0};

    (void)state;
    check_text(&keys, "{}");
    retry_keys_add(&keys, SPAN("a"), CAUSE_UNAVAILABLE, SPAN("a: slow"));
    retry_keys_add(&keys, SPAN("b"), CAUSE_REFUSED, SPAN("b: \"denied\""));
    retry_keys_add(&keys, SPAN("c"), CAUSE_REFUSED, SPAN("c: denied"));
    check_text(&keys,
               "{\"refused\":{\"files\":2,\"example\":\"c: denied\"},"
               "\"unavailable\":{\"files\":1,\"example\":\"a: slow\"}}");
    retry_keys_add(&keys, SPAN("a"), CAUSE_ABSENT, SPAN("a: gone")); /* now for another cause */
    retry_keys_drop(&keys, SPAN("c"));
    retry_keys_drop(&keys, SPAN("c"));
    check_text(&keys,
               "{\"refused\":{\"files\":1,\"example\":\"c: denied\"},"
               "\"absent\":{\"files\":1,\"example\":\"a: gone\"}}");
    retry_keys_drop(&keys, SPAN("a"));
    retry_keys_drop(&keys, SPAN("b"));
    check_text(&keys, "{}");
    retry_keys_clear(&keys);
}

static void test_long_reason(void **state) {
    char text[LIMIT_ERROR_TEXT + 1];
    struct retry_keys keys = {0};

    (void)state;
    memset(text, 'x', sizeof(text));
    retry_keys_add(&keys, SPAN("a"), CAUSE_INTERNAL, (struct span){text, sizeof(text)});
    assert_int_equal(keys.waiting[CAUSE_INTERNAL].length, LIMIT_ERROR_TEXT);
    retry_keys_clear(&keys);
}

int main(void) {
    const struct rows all[] = {TEST(test_empty), TEST(test_twice), TEST(test_many),
                               TEST(test_reasons), TEST(test_long_reason)};

    return rows_run("retry_keys", all, ARRAY_LENGTH(all));
}
