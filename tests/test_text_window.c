#include "tests/rows.h"

#include "base/buffer.h"
#include "ingest/text_window.h"
#include "tests/drip_reader.h"

#define PIECE TEXT_PIECE_BYTES

/* Text whose every byte tells its offset. */
static char byte_at(size_t offset) {
    return (char)('a' + offset % 23 + offset / PIECE % 3);
}

static void make_text(struct buffer *out, size_t length) {
    char *room = buffer_reserve(out, length);

    for (size_t i = 0; i < length; i++)
        room[i] = byte_at(i);
    out->length = length;
}

static void assert_text(struct span text, size_t offset) {
    for (size_t i = 0; i < text.length; i++)
        assert_int_equal(text.data[i], byte_at(offset + i));
}

struct window_test {
    struct buffer text;
    struct drip_reader reader;
    struct text_window window;
    struct err err;
};

static void open_window(struct window_test *test, size_t length, size_t drip) {
    *test = (struct window_test){0};
    make_text(&test->text, length);
    drip_reader_init(&test->reader, buffer_span(&test->text), drip);
    text_window_init(&test->window, &test->reader.reader);
}

static void close_window(struct window_test *test) {
    buffer_clear(&test->text);
    text_window_clear(&test->window);
}

static void more(struct window_test *test) {
    assert_true(text_window_more(&test->window, &test->err));
}

static void test_nothing(void **state) {
    CLEANUP(close_window) struct window_test test;

    (void)state;
    open_window(&test, 0, 10);
    assert_int_equal(text_window_rest(&test.window).length, 0);
    more(&test);
    assert_true(test.window.ended);
    assert_int_equal(text_window_rest(&test.window).length, 0);
    more(&test);
    assert_int_equal(test.reader.reads, 1);
}

/* Pieces come whole, however the reader drips. */
static void test_pieces(void **state) {
    CLEANUP(close_window) struct window_test test;

    (void)state;
    open_window(&test, 2 * PIECE + 5, 1000);
    more(&test);
    assert_int_equal(text_window_rest(&test.window).length, PIECE);
    assert_false(test.window.ended);
    more(&test);
    assert_int_equal(text_window_rest(&test.window).length, 2 * PIECE);
    more(&test);
    assert_int_equal(text_window_rest(&test.window).length, 2 * PIECE + 5);
    assert_true(test.window.ended);
    assert_text(text_window_rest(&test.window), 0);
}

/* What is left unused goes on in front of the next piece. */
static void test_slide(void **state) {
    CLEANUP(close_window) struct window_test test;

    (void)state;
    open_window(&test, 100 * PIECE, 100000);
    more(&test);
    for (size_t i = 0; i < 99; i++) {
        text_window_skip(&test.window, text_window_rest(&test.window).length - 100);
        more(&test);
        assert_int_equal(text_window_rest(&test.window).length, PIECE + 100);
        assert_int_equal(text_window_offset(&test.window), (i + 1) * PIECE - 100);
        assert_text(text_window_rest(&test.window), (i + 1) * PIECE - 100);
    }
    assert_true(test.window.capacity <= 3 * PIECE + 100);
}

static void test_hold(void **state) {
    CLEANUP(close_window) struct window_test test;

    (void)state;
    open_window(&test, 10 * PIECE, 100000);
    more(&test);
    text_window_skip(&test.window, 1000);
    assert_int_equal(text_window_held(&test.window).length, 0);
    text_window_hold(&test.window);
    for (size_t i = 1; i <= 3; i++) {
        text_window_skip(&test.window, text_window_rest(&test.window).length);
        more(&test);
        assert_int_equal(text_window_held(&test.window).length, i * PIECE - 1000);
        assert_text(text_window_held(&test.window), 1000);
    }
    assert_int_equal(text_window_offset(&test.window), 3 * PIECE);
    text_window_let_go(&test.window);
    assert_int_equal(text_window_held(&test.window).length, 0);
    more(&test);
    assert_int_equal(test.window.end, 2 * PIECE);
    assert_text(text_window_rest(&test.window), 3 * PIECE);
}

/* No reader, no copy. */
static void test_over(void **state) {
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct text_window window;
    struct err err = {0};

    (void)state;
    make_text(&text, 3 * PIECE);
    text_window_over(&window, buffer_span(&text));
    assert_true(window.ended);
    text_window_skip(&window, 1000);
    text_window_hold(&window);
    text_window_skip(&window, PIECE);
    assert_true(text_window_more(&window, &err));
    assert_int_equal(text_window_offset(&window), 1000 + PIECE);
    assert_ptr_equal(text_window_held(&window).data, text.data + 1000);
    assert_int_equal(text_window_held(&window).length, PIECE);
    assert_ptr_equal(text_window_rest(&window).data, text.data + 1000 + PIECE);
    assert_int_equal(text_window_rest(&window).length, 2 * PIECE - 1000);
    text_window_clear(&window);
}

static void test_failing_reader(void **state) {
    CLEANUP(close_window) struct window_test test;

    (void)state;
    open_window(&test, 10, 10);
    test.reader.breaks = true;
    assert_false(text_window_more(&test.window, &test.err));
    assert_string_equal(test.err.text, "the pipe broke");
}

int main(void) {
    const struct rows all[] = {
        TEST(test_nothing), TEST(test_pieces),         TEST(test_slide),
        TEST(test_hold),    TEST(test_failing_reader), TEST(test_over),
    };

    return rows_run("text_window", all, ARRAY_LENGTH(all));
}
