/* store/codec.c */
#include "tests/rows.h"

#include "store/codec.h"

static const struct varint_row {
    const char *name;
    uint64_t value;
    size_t bytes;
} varints[] = {
    {"zero", 0, 1},
    {"the largest of one byte", 127, 1},
    {"two bytes", 128, 2},
    {"the largest of two bytes", 16383, 2},
    {"three bytes", 16384, 3},
    {"the largest of all", UINT64_MAX, 10},
};

static void test_varint(void **state) {
    const struct varint_row *row = *state;
    struct buffer bytes = {0};

    encode_varint(&bytes, row->value);
    assert_int_equal(bytes.length, row->bytes);
    struct decoder decoder = {buffer_span(&bytes), false};
    assert_true(decode_varint(&decoder) == row->value);
    assert_false(decoder.damaged);
    assert_int_equal(decoder.rest.length, 0);
    buffer_clear(&bytes);
}

static const struct damage_row {
    const char *name;
    struct span bytes;
} damages[] = {
    {"no byte at all", {"", 0}},
    {"a varint that is cut off", {"\x80", 1}},
    {"a varint that never ends", {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11}},
    {"a text longer than what is left",
     {"\x05"
      "ab",
      3}},
};

static void test_damage(void **state) {
    const struct damage_row *row = *state;
    struct decoder decoder = {row->bytes, false};
    uint64_t fixed = 1;

    assert_null(decode_text(&decoder).data);
    assert_true(decoder.damaged);
    assert_true(decode_varint(&decoder) == 0);
    decode_fixed(&decoder, &fixed, sizeof(fixed));
    assert_true(fixed == 0);
}

static void test_text(void **state) {
    struct buffer bytes = {0};

    (void)state;
    encode_text(&bytes, SPAN("a\0b"));
    encode_text(&bytes, SPAN_NONE);
    encode_text(&bytes, SPAN(""));
    struct decoder decoder = {buffer_span(&bytes), false};
    assert_true(span_equal(decode_text(&decoder), SPAN("a\0b")));
    assert_null(decode_text(&decoder).data);
    struct span empty = decode_text(&decoder);
    assert_non_null(empty.data);
    assert_int_equal(empty.length, 0);
    assert_false(decoder.damaged);
    buffer_clear(&bytes);
}

static void test_bound(void **state) {
    struct decoder within = {SPAN("\x05"), false};
    struct decoder beyond = {SPAN("\x05"), false};

    (void)state;
    assert_int_equal(decode_bounded(&within, 5), 5);
    assert_int_equal(decode_bounded(&beyond, 4), 0);
    assert_true(beyond.damaged);
}

int main(void) {
    const struct rows all[] = {ROWS(test_varint, varints), ROWS(test_damage, damages),
                               TEST(test_text), TEST(test_bound)};

    return rows_run("codec", all, ARRAY_LENGTH(all));
}
