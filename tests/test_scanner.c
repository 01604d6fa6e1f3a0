#include "ingest/scanner.h"

#include <string.h>

#include "base/buffer.h"
#include "tests/rows.h"

#define T(literal)                                                                                 \
    { literal, sizeof(literal) - 1 }

#define EXPECT_TEXT(actual, expected)                                                              \
    do {                                                                                           \
        struct span actual_ = (actual);                                                            \
        struct span expected_ = span_of(expected);                                                 \
        assert_int_equal(actual_.length, expected_.length);                                        \
        assert_memory_equal(actual_.data, expected_.data, expected_.length);                       \
    } while (0)

/* ---- blanks ---- */

static const struct blank_row {
    const char *name;
    struct span text;
    size_t first;
} blanks[] = {
    {"no text", {NULL, 0}, 0},
    {"nothing but blanks", T(" \t\r\n "), 5},
    {"no blank", T("{"), 0},
    {"blanks before a value", T("\n\n  {"), 4},
    {"NUL is no blank", T(" \0"), 1},
    {"form feed is no blank", T(" \f"), 1},
    {"a space of Unicode is no blank", T(" \xc2\xa0"), 1},
};

static void test_blank(void **state) {
    const struct blank_row *row = *state;

    assert_int_equal(scan_blank(row->text), row->first);
}

/* ---- escapes ---- */

static const struct escape_row {
    const char *name;
    const char *inner;
    struct span expected;
} escapes[] = {
    {"no escape", "abc", T("abc")},
    {"nothing", "", T("")},
    {"one of each letter", "\\\"\\\\\\/\\b\\f\\n\\r\\t", T("\"\\/\b\f\n\r\t")},
    {"plain text around escapes", "a\\nb\\nc", T("a\nb\nc")},
    {"NUL", "a\\u0000b", T("a\0b")},
    {"ASCII, both cases of digits", "\\u004a\\u004B", T("JK")},
    {"last of one byte", "\\u007f", T("\x7f")},
    {"first of two bytes", "\\u0080", T("\xc2\x80")},
    {"last of two bytes", "\\u07ff", T("\xdf\xbf")},
    {"first of three bytes", "\\u0800", T("\xe0\xa0\x80")},
    {"last of three bytes", "\\uffff", T("\xef\xbf\xbf")},
    {"first pair", "\\ud800\\udc00", T("\xf0\x90\x80\x80")},
    {"last pair", "\\udbff\\udfff", T("\xf4\x8f\xbf\xbf")},
    {"high surrogate last", "a\\ud83d", T("a\xef\xbf\xbd")},
    {"high surrogate before text", "\\ud83dabcdefg",
     T("\xef\xbf\xbd"
       "abcdefg")},
    {"high surrogate before an escape", "\\ud83d\\n", T("\xef\xbf\xbd\n")},
    {"low surrogate alone", "\\ude00b",
     T("\xef\xbf\xbd"
       "b")},
    {"two high ones, then a low one", "\\ud83d\\ud83d\\ude00", T("\xef\xbf\xbd\xf0\x9f\x98\x80")},
    {"high surrogate before ASCII", "\\ud83d\\u0041",
     T("\xef\xbf\xbd"
       "A")},
    {"pair in the wrong order", "\\ude00\\ud83d", T("\xef\xbf\xbd\xef\xbf\xbd")},
    {"escaped backslash before u", "\\\\u0041", T("\\u0041")},
    {"UTF-8 stays", "\xc3\xa9\\n", T("\xc3\xa9\n")},
};

static void test_escape(void **state) {
    const struct escape_row *row = *state;
    struct arena arena = {0};
    struct span text = scan_unescape(span_of(row->inner), &arena);

    assert_int_equal(text.length, row->expected.length);
    assert_memory_equal(text.data, row->expected.data, row->expected.length);
    arena_clear(&arena);
}

static void test_text_without_escapes_is_not_copied(void **state) {
    struct arena arena = {0};
    struct span inner = SPAN("no escape at all");
    struct span text = scan_unescape(inner, &arena);

    (void)state;
    assert_ptr_equal(text.data, inner.data);
    assert_int_equal(text.length, inner.length);
    assert_int_equal(arena.bytes, 0);
}

/* ---- members and elements ---- */

static const struct walk_row {
    const char *name;
    const char *container;
    const char *expected; /* members as name=value;, elements as value; */
} walks[] = {
    {"empty object", "{ }", ""},
    {"empty array", "[ ]", ""},
    {"one member", "{\"a\":1}", "a=1;"},
    {"blanks everywhere", "{ \"a\" : 1 , \"b\" : [ 2 ] } ", "a=1;b=[ 2 ];"},
    {"escaped name", "{\"\\u0061b\":\"\\u0061\"}", "ab=\"\\u0061\";"},
    {"the same name twice", "{\"a\":1,\"a\":{}}", "a=1;a={};"},
    {"elements of all kinds", "[1,\"a,b\",null,[],{\"a\":[]}]", "1;\"a,b\";null;[];{\"a\":[]};"},
};

static void test_walk(void **state) {
    const struct walk_row *row = *state;
    struct arena arena = {0};
    struct buffer seen;
    struct span name;
    struct span value;
    struct scan_cursor cursor = scan_enter(span_of(row->container));

    buffer_init(&seen, 0);
    if (row->container[0] == '{') {
        while (scan_next_member(&cursor, &arena, &name, &value))
            buffer_append_format(&seen, "%.*s=%.*s;", SPAN_ARGS(name), SPAN_ARGS(value));
    } else {
        while (scan_next_element(&cursor, &value))
            buffer_append_format(&seen, "%.*s;", SPAN_ARGS(value));
    }
    EXPECT_TEXT(buffer_span(&seen), row->expected);
    buffer_clear(&seen);
    arena_clear(&arena);
}

static const struct member_row {
    const char *name;
    const char *object;
    const char *value; /* of the member "b"; NULL: there is none */
} members[] = {
    {"first", "{\"b\":1,\"c\":2}", "1"},
    {"last", "{\"a\":1,\"b\":{\"b\":3}}", "{\"b\":3}"},
    {"absent", "{\"a\":1}", NULL},
    {"only deeper", "{\"a\":{\"b\":1}}", NULL},
    {"twice: the last one", "{\"b\":1,\"a\":0,\"b\":2}", "2"},
    {"twice, once with an escape", "{\"b\":1,\"\\u0062\":2}", "2"},
    {"of an array", "[\"b\",1]", NULL},
    {"of a string", "\"b\"", NULL},
    {"of an empty object", "{}", NULL},
};

static void test_member(void **state) {
    const struct member_row *row = *state;
    struct arena arena = {0};
    struct span value = SPAN("untouched");
    bool found = scan_member(span_of(row->object), SPAN("b"), &arena, &value);

    assert_int_equal(found, row->value != NULL);
    EXPECT_TEXT(value, found ? row->value : "untouched");
    arena_clear(&arena);
}

static const struct string_row {
    const char *name;
    const char *value;
    const char *text; /* NULL: no string */
} strings[] = {
    {"plain", "\"abc\"", "abc"}, {"empty", "\"\"", ""},  {"with escapes", "\"a\\tb\"", "a\tb"},
    {"number", "12", NULL},      {"null", "null", NULL}, {"array", "[\"a\"]", NULL},
};

static void test_string(void **state) {
    const struct string_row *row = *state;
    struct arena arena = {0};
    struct span text = SPAN("untouched");
    bool is_string = scan_string(span_of(row->value), &arena, &text);

    assert_int_equal(is_string, row->text != NULL);
    EXPECT_TEXT(text, is_string ? row->text : "untouched");
    arena_clear(&arena);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_blank, blanks),
        ROWS(test_escape, escapes),
        TEST(test_text_without_escapes_is_not_copied),
        ROWS(test_walk, walks),
        ROWS(test_member, members),
        ROWS(test_string, strings),
    };

    return rows_run("scanner", all, ARRAY_LENGTH(all));
}
