#include "tests/rows.h"

#include "handlers/cursor.h"

static const struct cursor cursors[] = {
    {.list = 1, .after = {0, 0, 0}},
    {.list = 1,
     .after = {INT64_C(123456789), INT64_C(1793610845123), UINT64_C(0xfedcba9876543210)},
     .from_ms = INT64_C(1793600000000),
     .to_ms = INT64_C(253402300800000)},
    {.list = 1, .after = {INT64_MAX, INT64_MAX, UINT64_MAX}, .from_ms = INT64_MIN, .to_ms = -1},
};

static void expect_same(const struct cursor *a, const struct cursor *b) {
    assert_true(a->list == b->list);
    assert_true(a->after.import == b->after.import);
    assert_true(a->after.time_ms == b->after.time_ms);
    assert_true(a->after.hash == b->after.hash);
    assert_true(a->from_ms == b->from_ms);
    assert_true(a->to_ms == b->to_ms);
}

static void test_comes_back(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cursors); i++) {
        struct cursor out;
        struct err err;
        struct span text = cursor_encode(&cursors[i], &arena);
        assert_true(cursor_decode(text, 1, &out, &err));
        expect_same(&out, &cursors[i]);
    }
}

static void test_needs_no_encoding(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = cursor_encode(&cursors[1], &arena);

    (void)state;
    for (size_t i = 0; i < text.length; i++)
        assert_non_null(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
                               text.data[i]));
}

static void expect_refused(struct span text, uint64_t list, const char *part) {
    struct cursor out = cursors[1];
    struct err err = {0};

    assert_false(cursor_decode(text, list, &out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, part));
    expect_same(&out, &cursors[1]);
}

static void test_every_bit_counts(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = cursor_encode(&cursors[1], &arena);

    (void)state;
    for (size_t i = 0; i < text.length * 8; i++) {
        char copy[128];
        assert_true(text.length <= sizeof(copy));
        memcpy(copy, text.data, text.length);
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        expect_refused((struct span){copy, text.length}, 1, "is damaged");
    }
}

static void test_every_length_counts(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = cursor_encode(&cursors[1], &arena);
    struct span longer = arena_format(&arena, "%.*sAAAA", SPAN_ARGS(text));

    (void)state;
    for (size_t length = 0; length <= longer.length; length++) {
        if (length != text.length)
            expect_refused((struct span){longer.data, length}, 1, "is damaged");
    }
}

static void test_another_list(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};

    (void)state;
    expect_refused(cursor_encode(&cursors[1], &arena), 2, "belongs to another list");
}

int main(void) {
    const struct rows all[] = {
        TEST(test_comes_back),          TEST(test_needs_no_encoding), TEST(test_every_bit_counts),
        TEST(test_every_length_counts), TEST(test_another_list),
    };

    return rows_run("cursor", all, ARRAY_LENGTH(all));
}
