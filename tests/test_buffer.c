#include "base/buffer.h"

#include "tests/rows.h"

static void assert_text(const struct buffer *buffer, const char *text) {
    if (!span_equal(buffer_span(buffer), span_of(text)))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(buffer_span(buffer)), text);
}

static void test_appends_in_all_ways(void **state) {
    struct buffer buffer = {0};

    (void)state;
    buffer_append(&buffer, SPAN("a"));
    buffer_append_byte(&buffer, 'b');
    buffer_append_text(&buffer, "c");
    buffer_append_format(&buffer, "%d-%s", 4, "e");
    buffer_append(&buffer, SPAN_NONE);
    buffer_append_text(&buffer, "");
    assert_text(&buffer, "abc4-e");
    assert_false(buffer.overflowed);
    buffer_clear(&buffer);
}

static void test_any_byte_is_text(void **state) {
    struct buffer buffer = {0};

    (void)state;
    buffer_append(&buffer, SPAN("a\0b"));
    buffer_append_byte(&buffer, '\0');
    assert_int_equal(buffer.length, 4);
    assert_memory_equal(buffer.data, "a\0b\0", 4);
    buffer_clear(&buffer);
}

static void test_numbers(void **state) {
    struct buffer text = {0};

    (void)state;
    buffer_append_number(&text, 0);
    buffer_append_byte(&text, ' ');
    buffer_append_number(&text, 1090);
    buffer_append_byte(&text, ' ');
    buffer_append_number(&text, UINT64_MAX);
    assert_int_equal(text.length, strlen("0 1090 18446744073709551615"));
    assert_memory_equal(text.data, "0 1090 18446744073709551615", text.length);
    buffer_clear(&text);
}

static void test_grows_far(void **state) {
    struct buffer buffer = {0};

    (void)state;
    for (int i = 0; i < 100000; i++)
        buffer_append_format(&buffer, "%05d", i);
    assert_int_equal(buffer.length, 500000);
    assert_memory_equal(buffer.data + 5 * 99999, "99999", 5);
    buffer_clear(&buffer);
}

/* A buffer of at most 5 bytes that holds "abc". */
static const struct limit_row {
    const char *name;
    const char *more;
    bool fits;
} limits[] = {
    {"nothing more", "", true},
    {"one more", "d", true},
    {"just full", "de", true},
    {"one too many", "def", false},
    {"far too many", "defghijklmnopqrstuvwxyz", false},
};

static void check_full(struct buffer *buffer, const struct limit_row *row) {
    assert_int_equal(buffer->overflowed, !row->fits);
    assert_int_equal(buffer->length, row->fits ? 3 + strlen(row->more) : 3);
    if (row->fits)
        return;
    buffer_append_text(buffer, "");
    buffer_append_byte(buffer, 'x'); /* would fit, but comes too late */
    assert_text(buffer, "abc");
    assert_null(buffer_reserve(buffer, 1));
}

static void test_maximum_of_append(void **state) {
    const struct limit_row *row = *state;
    struct buffer buffer;

    buffer_init(&buffer, 5);
    buffer_append_text(&buffer, "abc");
    buffer_append_text(&buffer, row->more);
    check_full(&buffer, row);
    buffer_clear(&buffer);
}

static void test_maximum_of_format(void **state) {
    const struct limit_row *row = *state;
    struct buffer buffer;

    buffer_init(&buffer, 5);
    buffer_append_text(&buffer, "abc");
    buffer_append_format(&buffer, "%s", row->more);
    check_full(&buffer, row);
    buffer_clear(&buffer);
}

static void test_maximum_of_reserve(void **state) {
    const struct limit_row *row = *state;
    struct buffer buffer;

    buffer_init(&buffer, 5);
    buffer_append_text(&buffer, "abc");
    assert_int_equal(buffer_reserve(&buffer, strlen(row->more)) != NULL, row->fits);
    assert_int_equal(buffer.overflowed, !row->fits);
    assert_text(&buffer, "abc");
    buffer_clear(&buffer);
}

static void test_reserved_room_is_for_the_caller(void **state) {
    struct buffer buffer = {0};

    (void)state;
    assert_non_null(buffer_reserve(&buffer, 0));
    memcpy(buffer_reserve(&buffer, 1000), "text", 4);
    assert_int_equal(buffer.length, 0);
    buffer.length += 4;
    assert_text(&buffer, "text");
    buffer_clear(&buffer);
}

static void test_clear_keeps_the_maximum(void **state) {
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 2);
    buffer_append_text(&buffer, "abc");
    assert_true(buffer.overflowed);
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "ab");
    assert_text(&buffer, "ab");
    buffer_append_byte(&buffer, 'c');
    assert_true(buffer.overflowed);
    buffer_clear(&buffer);
    buffer_clear(&buffer);
}

static void test_detach_hands_over(void **state) {
    struct buffer buffer = {0};
    size_t length = 0;

    (void)state;
    buffer_append_text(&buffer, "mine");
    char *data = buffer_detach(&buffer, &length);
    assert_int_equal(length, 4);
    assert_memory_equal(data, "mine", 4);
    assert_null(buffer.data);
    assert_int_equal(buffer.length, 0);
    buffer_append_text(&buffer, "other");
    assert_memory_equal(data, "mine", 4);
    free(data);
    buffer_clear(&buffer);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_appends_in_all_ways),
        TEST(test_any_byte_is_text),
        TEST(test_numbers),
        TEST(test_grows_far),
        ROWS(test_maximum_of_append, limits),
        ROWS(test_maximum_of_format, limits),
        ROWS(test_maximum_of_reserve, limits),
        TEST(test_reserved_room_is_for_the_caller),
        TEST(test_clear_keeps_the_maximum),
        TEST(test_detach_hands_over),
    };

    return rows_run("buffer", all, ARRAY_LENGTH(all));
}
