#include "base/base64.h"

#include "tests/rows.h"

/* RFC 4648, section 10, and bytes that need the letters of section 5. */
static const struct pair_row {
    const char *name;
    struct span bytes;
    const char *text;
} pairs[] = {
    {"nothing", {"", 0}, ""},
    {"one byte", {"f", 1}, "Zg"},
    {"two bytes", {"fo", 2}, "Zm8"},
    {"three bytes", {"foo", 3}, "Zm9v"},
    {"four bytes", {"foob", 4}, "Zm9vYg"},
    {"five bytes", {"fooba", 5}, "Zm9vYmE"},
    {"six bytes", {"foobar", 6}, "Zm9vYmFy"},
    {"letters that stand in addresses", {"\xfb\xff\xbf", 3}, "-_-_"},
    {"NUL bytes", {"\0\0", 2}, "AAA"},
};

static void test_encode(void **state) {
    const struct pair_row *row = *state;
    struct buffer text = {0};

    buffer_append_byte(&text, '>');
    base64url_encode(row->bytes, &text);
    assert_int_equal(text.length, 1 + strlen(row->text));
    assert_memory_equal(text.data + 1, row->text, text.length - 1);
    buffer_clear(&text);
}

static void test_decode(void **state) {
    const struct pair_row *row = *state;
    struct buffer bytes = {0};

    assert_true(base64url_decode(span_of(row->text), &bytes));
    assert_true(span_equal(buffer_span(&bytes), row->bytes));
    buffer_clear(&bytes);
}

static const struct bad_row {
    const char *name;
    struct span text;
} bad[] = {
    {"a lone letter", {"Z", 1}},
    {"five letters", {"Zm9vY", 5}},
    {"padding", {"Zg==", 4}},
    {"padding inside", {"Zg=A", 4}},
    {"the standard alphabet", {"+/+/", 4}},
    {"a blank", {"Zm 9", 4}},
    {"blanks that make up a group", {"Zm9v    ", 8}},
    {"a line end", {"Zm9\n", 4}},
    {"a NUL", {"Zm9\0", 4}},
    {"a high byte", {"Zm9\xff", 4}},
    {"a percent sign", {"%41A", 4}},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct buffer bytes = {0};

    assert_false(base64url_decode(row->text, &bytes));
    buffer_clear(&bytes);
}

static const struct stream_row {
    const char *name;
    struct span text;
    struct span bytes; /* SPAN_NONE: an error */
} streams[] = {
    {"nothing", {"", 0}, {"", 0}},
    {"a group", {"Zm9v", 4}, {"foo", 3}},
    {"padding", {"Zm9vYg==", 8}, {"foob", 4}},
    {"one padding", {"Zm9vYmE=", 8}, {"fooba", 5}},
    {"the standard alphabet", {"+/+/", 4}, {"\xfb\xff\xbf", 3}},
    {"lines", {"Zm9v\r\nYmFy\n", 11}, {"foobar", 6}},
    {"a group that stops", {"Zm9vY", 5}, {NULL, 0}},
    {"padding that is missing", {"Zm9vYg", 6}, {NULL, 0}},
    {"a letter of the other alphabet", {"-_-_", 4}, {NULL, 0}},
    {"text behind the padding", {"Zg==Zg==", 8}, {NULL, 0}},
    {"a NUL", {"Zm\0v", 4}, {NULL, 0}},
};

static bool decode_in_pieces(struct span text, size_t step, struct buffer *bytes) {
    struct base64_stream stream;

    base64_stream_begin(&stream);
    while (text.length > 0) {
        size_t length = text.length < step ? text.length : step;
        if (!base64_stream_add(&stream, (struct span){text.data, length}, bytes))
            return false;
        text = span_skip(text, length);
    }
    return base64_stream_add(&stream, SPAN_NONE, bytes) && base64_stream_end(&stream);
}

static void test_stream(void **state) {
    const struct stream_row *row = *state;

    for (size_t step = 1; step <= 12; step++) {
        struct buffer bytes = {0};
        bool good = decode_in_pieces(row->text, step, &bytes);

        assert_int_equal(good, row->bytes.data != NULL);
        if (good)
            assert_true(span_equal(buffer_span(&bytes), row->bytes));
        buffer_clear(&bytes);
    }
}

static void test_a_full_buffer_ends_decoding(void **state) {
    struct base64_stream stream;
    struct buffer bytes;

    (void)state;
    buffer_init(&bytes, 2);
    base64_stream_begin(&stream);
    assert_false(base64_stream_add(&stream, SPAN("Zm9vYmFy"), &bytes));
    assert_true(bytes.overflowed);
    assert_false(base64url_decode(SPAN("Zm9vYmFy"), &bytes));
    buffer_clear(&bytes);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_encode, pairs),
        ROWS(test_decode, pairs),
        ROWS(test_bad, bad),
        ROWS(test_stream, streams),
        TEST(test_a_full_buffer_ends_decoding),
    };

    return rows_run("base64", all, ARRAY_LENGTH(all));
}
