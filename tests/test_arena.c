#include "base/arena.h"

#include "tests/rows.h"

static void test_a_zeroed_arena_is_empty(void **state) {
    struct arena arena = {0};

    (void)state;
    arena_clear(&arena);
    assert_null(arena.pieces);
    assert_int_equal(arena.bytes, 0);
}

/* Each piece of memory keeps what is written to it, whatever comes after. */
static void test_memory_does_not_overlap(void **state) {
    enum {
        COUNT = 3000
    };
    struct arena arena = {0};
    unsigned char *pieces[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_allocate(&arena, i * 7 % 500);
        memset(pieces[i], (int)(i & 0xff), i * 7 % 500);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < i * 7 % 500; k++)
            assert_int_equal(pieces[i][k], i & 0xff);
    }
    arena_clear(&arena);
}

static const struct size_row {
    const char *name;
    size_t size;
} sizes[] = {
    {"nothing", 0},
    {"a byte", 1},
    {"a word", 8},
    {"odd", 17},
    {"a whole piece", 16384},
    {"more than a piece", 16385},
    {"more than the largest piece", 3000000},
};

static void test_memory_is_aligned(void **state) {
    const struct size_row *row = *state;
    struct arena arena = {0};

    for (int i = 0; i < 3; i++) {
        char *memory = arena_allocate(&arena, row->size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        memset(memory, 0x5a, row->size);
        assert_int_equal((uintptr_t)arena_allocate(&arena, 1) % _Alignof(max_align_t), 0);
    }
    arena_clear(&arena);
}

static void test_a_new_array_is_zeroed(void **state) {
    struct arena arena = {0};

    (void)state;
    memset(arena_allocate(&arena, 4000), 0xff, 4000);
    arena_clear(&arena);
    const unsigned char *array = arena_new(&arena, 1000, 4);
    for (size_t i = 0; i < 4000; i++)
        assert_int_equal(array[i], 0);
    arena_clear(&arena);
}

static void test_a_copy_is_its_own(void **state) {
    struct arena arena = {0};
    char text[] = "abc";
    struct span copy = arena_copy(&arena, span_of(text));

    (void)state;
    text[0] = 'x';
    assert_true(span_equal(copy, SPAN("abc")));
    assert_null(arena_copy(&arena, SPAN_NONE).data);
    assert_non_null(arena_copy(&arena, SPAN("")).data);
    assert_int_equal(arena_copy(&arena, SPAN("")).length, 0);
    assert_true(span_equal(arena_copy(&arena, SPAN("a\0b")), SPAN("a\0b")));
    arena_clear(&arena);
}

static void test_format(void **state) {
    struct arena arena = {0};

    (void)state;
    assert_true(span_equal(arena_format(&arena, "%s %d", "a", 7), SPAN("a 7")));
    assert_int_equal(arena_format(&arena, "%*d", 40000, 1).length, 40000);
    assert_int_equal(arena_format(&arena, "%s", "").length, 0);
    arena_clear(&arena);
}

static void test_an_array_that_grows(void **state) {
    struct arena arena = {0};
    int64_t *array = NULL;

    (void)state;
    for (size_t count = 0; count < 1000; count++) {
        array = arena_grow(&arena, array, count, sizeof(*array));
        array[count] = (int64_t)count;
        (void)arena_new(&arena, 1, sizeof(*array)); /* what lies behind it is not its own */
        for (size_t i = 0; i <= count; i++)
            assert_int_equal(array[i], i);
    }
    arena_clear(&arena);
}

static void test_pieces_grow_with_the_arena(void **state) {
    struct arena arena = {0};

    (void)state;
    (void)arena_allocate(&arena, 1);
    assert_in_range(arena.bytes, 1, 64 * 1024);
    for (int i = 0; i < 20000; i++)
        (void)arena_allocate(&arena, 100);
    assert_in_range(arena.bytes, 2000000, 5000000);
    arena_clear(&arena);
    assert_int_equal(arena.bytes, 0);
}

static void test_reset_keeps_memory(void **state) {
    struct arena arena = {0};

    (void)state;
    arena_reset(&arena);
    assert_int_equal(arena.bytes, 0);
    for (int i = 0; i < 20000; i++)
        (void)arena_allocate(&arena, 100);
    size_t bytes = arena.bytes;
    for (int round = 0; round < 3; round++) {
        arena_reset(&arena);
        assert_int_equal(arena.bytes, bytes);
        memset(arena_allocate(&arena, 2000000), 1, 2000000);
        assert_int_equal(arena.bytes, bytes);
    }
    (void)arena_allocate(&arena, 8000000);
    arena_reset(&arena);
    assert_int_equal(arena.bytes, 0);
    arena_clear(&arena);
}

static void test_small_letters(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};

    (void)state;
    assert_true(span_equal(arena_copy_lower(&arena, SPAN("X-Amz[@Z`\xc3\x84\0A")),
                           SPAN("x-amz[@z`\xc3\x84\0a")));
    assert_non_null(arena_copy_lower(&arena, SPAN("")).data);
}

static void test_join(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};

    (void)state;
    assert_true(span_equal(arena_join(&arena, SPAN("a\0"), SPAN("\377b")), SPAN("a\0\377b")));
    assert_true(span_equal(arena_join(&arena, SPAN_NONE, SPAN("b")), SPAN("b")));
    assert_true(span_equal(arena_join(&arena, SPAN("a"), SPAN_NONE), SPAN("a")));
    assert_non_null(arena_join(&arena, SPAN_NONE, SPAN_NONE).data);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_a_zeroed_arena_is_empty),
        TEST(test_memory_does_not_overlap),
        ROWS(test_memory_is_aligned, sizes),
        TEST(test_a_new_array_is_zeroed),
        TEST(test_a_copy_is_its_own),
        TEST(test_format),
        TEST(test_an_array_that_grows),
        TEST(test_pieces_grow_with_the_arena),
        TEST(test_reset_keeps_memory),
        TEST(test_small_letters),
        TEST(test_join),
    };

    return rows_run("arena", all, ARRAY_LENGTH(all));
}
