#include "tests/rows.h"

#include "base/percent.h"

static const struct decode_row {
    const char *name;
    struct span text;
    enum plus_sign plus;
    struct span expected; /* SPAN_NONE: refused */
} decodes[] = {
    {"nothing to decode", SPAN("abc"), PLUS_IS_SPACE, SPAN("abc")},
    {"no text at all", SPAN(""), PLUS_IS_SPACE, SPAN("")},
    {"an escape", SPAN("a%20b"), PLUS_IS_PLUS, SPAN("a b")},
    {"small and capital digits", SPAN("%2f%2F%aB"), PLUS_IS_PLUS, SPAN("//\xab")},
    {"NUL", SPAN("a%00b"), PLUS_IS_PLUS, SPAN("a\0b")},
    {"an escape is decoded once only", SPAN("%2541"), PLUS_IS_PLUS, SPAN("%41")},
    {"a plus in a query is a space", SPAN("a+b"), PLUS_IS_SPACE, SPAN("a b")},
    {"a plus in a path is a plus", SPAN("a+b"), PLUS_IS_PLUS, SPAN("a+b")},
    {"an escaped plus is a plus", SPAN("a%2Bb"), PLUS_IS_SPACE, SPAN("a+b")},
    {"a percent sign alone", SPAN("%"), PLUS_IS_SPACE, SPAN_NONE},
    {"one digit", SPAN("%4"), PLUS_IS_SPACE, SPAN_NONE},
    {"no digits", SPAN("%zz"), PLUS_IS_SPACE, SPAN_NONE},
    {"second digit bad", SPAN("%4g1"), PLUS_IS_SPACE, SPAN_NONE},
    {"a sign is no digit", SPAN("%+1a"), PLUS_IS_PLUS, SPAN_NONE},
};

static void test_decode(void **state) {
    const struct decode_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span out = SPAN_NONE;

    assert_int_equal(percent_decode(row->text, row->plus, &arena, &out),
                     row->expected.data != NULL);
    assert_true(span_equal(out, row->expected));
}

static const struct encode_row {
    const char *name;
    struct span bytes;
    const char *expected;
} encodes[] = {
    {"letters and digits stay", SPAN("aZ09"), "aZ09"},
    {"unreserved marks stay", SPAN("-._~"), "-._~"},
    {"a star, a colon and a slash", SPAN("*:/"), "%2A%3A%2F"},
    {"what would break a query", SPAN("a=b&c+d e%"), "a%3Db%26c%2Bd%20e%25"},
    {"what would break a header", SPAN("<\"\r\n>"), "%3C%22%0D%0A%3E"},
    {"NUL and high bytes", SPAN("\0\xff"), "%00%FF"},
};

static void test_encode(void **state) {
    const struct encode_row *row = *state;
    struct buffer CLEANUP(buffer_clear) out;

    buffer_init(&out, 0);
    percent_encode(row->bytes, &out);
    assert_true(span_equal(buffer_span(&out), span_of(row->expected)));
}

static void test_path_keeps_slashes(void **state) {
    struct buffer CLEANUP(buffer_clear) out;

    (void)state;
    buffer_init(&out, 0);
    percent_encode_path(SPAN("a//b c/%2F+\xc3\xa4"), &out);
    assert_true(span_equal(buffer_span(&out), SPAN("a//b%20c/%252F%2B%C3%A4")));
}

static void test_any_byte_survives(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) encoded;
    struct span decoded;
    char bytes[256];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(unsigned char)i;
    buffer_init(&encoded, 0);
    percent_encode((struct span){bytes, sizeof(bytes)}, &encoded);
    assert_true(percent_decode(buffer_span(&encoded), PLUS_IS_SPACE, &arena, &decoded));
    assert_true(span_equal(decoded, (struct span){bytes, sizeof(bytes)}));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_decode, decodes),
        ROWS(test_encode, encodes),
        TEST(test_path_keeps_slashes),
        TEST(test_any_byte_survives),
    };

    return rows_run("percent", all, ARRAY_LENGTH(all));
}
