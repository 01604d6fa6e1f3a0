#include "ingest/lexer.h"

#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "ingest/scanner.h"
#include "tests/rows.h"

#define T(literal)                                                                                 \
    { literal, sizeof(literal) - 1 }

/* A copy that ends where its memory ends, so that a memory checker sees any look behind it. */
static struct scan_result scan_exact(struct span text, size_t depth, bool whole) {
    char *copy = memory_new(1, text.length > 0 ? text.length : 1);

    memcpy(copy, text.data, text.length);
    struct scan_result result = scan_value((struct span){copy, text.length}, depth, whole);
    free(copy);
    return result;
}

static struct span front(struct span text, size_t length) {
    return (struct span){text.data, length};
}

/* ---- good values ---- */

static const struct good_row {
    const char *name;
    struct span text;
    size_t end; /* 0: all of it */
} good[] = {
    {"empty object", T("{}"), 0},
    {"empty array", T("[]"), 0},
    {"empty string", T("\"\""), 0},
    {"true", T("true"), 0},
    {"false", T("false"), 0},
    {"null", T("null"), 0},
    {"zero", T("0"), 0},
    {"minus zero", T("-0"), 0},
    {"digits", T("1234567890"), 0},
    {"fraction", T("-0.5"), 0},
    {"exponent", T("1e5"), 0},
    {"exponent with plus", T("1E+05"), 0},
    {"fraction and exponent with minus", T("10.25e-3"), 0},
    {"number beyond any machine's", T("1e999999"), 0},
    {"white space of all four kinds", T("{ \"a\"\t:\r\n[ 1 , 2 ] }"), 0},
    {"containers in containers", T("[[],{},[{\"a\":[{}]}],\"[{\"]"), 0},
    {"the same name twice", T("{\"a\":1,\"a\":2}"), 0},
    {"each escape", T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\""), 0},
    {"NUL as an escape", T("\"\\u0000\""), 0},
    {"surrogate pair", T("\"\\ud83d\\uDE00\""), 0},
    {"lone surrogate", T("\"\\uD800\""), 0},
    {"delete needs no escape", T("\"\x7f\""), 0},
    {"UTF-8 of two to four bytes", T("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""), 0},
    {"first and last character of two bytes", T("\"\xc2\x80\xdf\xbf\""), 0},
    {"first and last character of three bytes", T("\"\xe0\xa0\x80\xef\xbf\xbf\""), 0},
    {"beside the surrogates", T("\"\xed\x9f\xbf\xee\x80\x80\""), 0},
    {"first and last character of four bytes", T("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""), 0},
    {"members of plain strings", T("{\"a\":\"b\",\"\":\"\",\"c\":\"d\"}"), 0},
    {"members of all kinds in turn",
     T("{\"a\":\"b\",\"c\":1,\"d\":\"e\" ,\"f\": \"g\",\"h\":\"\\n\",\"i\":{\"j\":\"\"}}"), 0},
    {"a blank ends a value", T("{} {}"), 2},
    {"a value right behind", T("{}[]"), 2},
    {"a comma behind a number", T("12,"), 2},
    {"a letter behind a word", T("nullx"), 4},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    size_t end = row->end > 0 ? row->end : row->text.length;
    struct scan_result result = scan_exact(row->text, 0, true);

    assert_int_equal(result.status, SCAN_DONE);
    assert_int_equal(result.end, end);
    for (size_t length = 0; length < end; length++) {
        result = scan_exact(front(row->text, length), 0, false);
        assert_int_equal(result.status, SCAN_MORE);
    }
}

/* ---- bad values ---- */

static const struct bad_row {
    const char *name;
    struct span text;
    size_t end;
    const char *reason;
} bad[] = {
    {"comma before a brace", T("{\"a\":1,}"), 7, "trailing comma"},
    {"comma before a brace, behind strings", T("{\"a\":\"b\",\"c\":\"d\",}"), 17, "trailing comma"},
    {"no comma between strings", T("{\"a\":\"b\"\"c\":\"d\"}"), 8,
     "a comma or a closing brace must stand here"},
    {"no colon between strings", T("{\"a\":\"b\",\"c\",\"d\"}"), 12,
     "a colon must follow a member's name"},
    {"number for a name, behind strings", T("{\"a\":\"b\",1:1}"), 9,
     "a member's name in quotes must stand here"},
    {"bracket for a brace, behind strings", T("{\"a\":\"b\"]"), 8,
     "a comma or a closing brace must stand here"},
    {"control character in a value of many", T("{\"a\":\"b\",\"c\":\"d\n\"}"), 15,
     "control character in a string"},
    {"comma before a bracket", T("[1, ]"), 4, "trailing comma"},
    {"comma first", T("[,1]"), 1, "a value must stand here"},
    {"two commas", T("[1,,2]"), 3, "a value must stand here"},
    {"no value", T("{\"a\":}"), 5, "a value must stand here"},
    {"no colon", T("{\"a\" 1}"), 5, "a colon must follow a member's name"},
    {"no comma in an object", T("{\"a\":1 \"b\""), 7, "a comma or a closing brace must stand here"},
    {"no comma in an array", T("[1 2]"), 3, "a comma or a closing bracket must stand here"},
    {"bracket for a brace", T("{\"a\":1]"), 6, "a comma or a closing brace must stand here"},
    {"brace for a bracket", T("[1}"), 2, "a comma or a closing bracket must stand here"},
    {"name without quotes", T("{a:1}"), 1, "a member's name in quotes must stand here"},
    {"number for a name", T("{1:1}"), 1, "a member's name in quotes must stand here"},
    {"single quotes", T("['a']"), 1, "a value must stand here"},
    {"comment", T("[1/**/]"), 2, "a comma or a closing bracket must stand here"},
    {"blank first", T(" 1"), 0, "a value must stand here"},
    {"byte order mark", T("\xef\xbb\xbf{}"), 0, "a value must stand here"},
    {"NUL for a value", T("\0"), 0, "a value must stand here"},
    {"NUL between values", T("[1,\0]"), 3, "a value must stand here"},
    {"form feed is no blank", T("[\f1]"), 1, "a value must stand here"},
    {"capitals", T("True"), 0, "a value must stand here"},
    {"half a word", T("[nul]"), 4, "a word that is not true, false or null"},
    {"not a number", T("NaN"), 0, "a value must stand here"},
    {"plus sign", T("+1"), 0, "a value must stand here"},
    {"leading zero", T("01"), 1, "leading zero in a number"},
    {"leading zero behind minus", T("-00"), 2, "leading zero in a number"},
    {"minus alone", T("[-]"), 2, "a digit must stand here"},
    {"point first", T(".5"), 0, "a value must stand here"},
    {"point last", T("[1.]"), 3, "a digit must stand here"},
    {"empty exponent", T("[1e]"), 3, "a digit must stand here"},
    {"exponent of a sign", T("[1e+]"), 4, "a digit must stand here"},
    {"hexadecimal number", T("[0x10]"), 2, "a comma or a closing bracket must stand here"},
    {"line end in a string", T("\"a\nb\""), 2, "control character in a string"},
    {"tab in a string", T("\"\t\""), 1, "control character in a string"},
    {"NUL in a string", T("\"\0\""), 1, "control character in a string"},
    {"last control character", T("\"\x1f\""), 1, "control character in a string"},
    {"control character in a name", T("{\"a\x01\":1}"), 3, "control character in a string"},
    {"unknown escape", T("\"\\x41\""), 2, "no such escape in JSON"},
    {"escaped line end", T("\"\\\n\""), 2, "no such escape in JSON"},
    {"escaped NUL", T("\"\\\0\""), 2, "no such escape in JSON"},
    {"short \\u", T("\"\\u12\""), 5, "\\u takes four hexadecimal digits"},
    {"\\u with a letter", T("\"\\u00g0\""), 5, "\\u takes four hexadecimal digits"},
    {"capital \\U", T("\"\\U0041\""), 2, "no such escape in JSON"},
    {"UTF-8 continuation alone", T("\"\x80\""), 1, "not UTF-8"},
    {"UTF-8 cut off by the quote", T("\"\xe2\x82\""), 3, "not UTF-8"},
    {"UTF-8 too long for ASCII", T("\"\xc0\xaf\""), 1, "not UTF-8"},
    {"UTF-8 too long, C1", T("\"\xc1\xbf\""), 1, "not UTF-8"},
    {"UTF-8 too long for two bytes", T("\"\xe0\x9f\xbf\""), 2, "not UTF-8"},
    {"UTF-8 too long for three bytes", T("\"\xf0\x8f\xbf\xbf\""), 2, "not UTF-8"},
    {"first surrogate in UTF-8", T("\"\xed\xa0\x80\""), 2, "not UTF-8"},
    {"last surrogate in UTF-8", T("\"\xed\xbf\xbf\""), 2, "not UTF-8"},
    {"UTF-8 beyond U+10FFFF", T("\"\xf4\x90\x80\x80\""), 2, "not UTF-8"},
    {"UTF-8 lead F5", T("\"\xf5\x80\x80\x80\""), 1, "not UTF-8"},
    {"UTF-8 lead FF", T("\"\xff\""), 1, "not UTF-8"},
    {"second continuation bad", T("\"\xe2\x82\xc2\""), 3, "not UTF-8"},
    {"third continuation bad", T("\"\xf0\x9f\x98(\""), 4, "not UTF-8"},
    {"Latin-1", T("\"caf\xe9 \""), 5, "not UTF-8"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct scan_result result = scan_exact(row->text, 0, true);

    assert_int_equal(result.status, SCAN_BAD);
    assert_int_equal(result.end, row->end);
    assert_string_equal(result.reason, row->reason);
    /* The byte that is wrong is the first one that cannot be right. */
    result = scan_exact(front(row->text, row->end), 0, false);
    assert_int_equal(result.status, SCAN_MORE);
    result = scan_exact(front(row->text, row->end + 1), 0, false);
    assert_int_equal(result.status, SCAN_BAD);
}

/* ---- cut off ---- */

static const struct cut_row {
    const char *name;
    const char *text;
    enum scan_status not_whole;
    enum scan_status whole;
} cuts[] = {
    {"nothing at all", "", SCAN_MORE, SCAN_MORE},
    {"a number at the end may go on", "12", SCAN_MORE, SCAN_DONE},
    {"a zero at the end may go on", "0", SCAN_MORE, SCAN_DONE},
    {"a fraction at the end may go on", "0.5", SCAN_MORE, SCAN_DONE},
    {"an exponent at the end may go on", "1e5", SCAN_MORE, SCAN_DONE},
    {"a word at the end may not", "true", SCAN_DONE, SCAN_DONE},
    {"an object at the end may not", "{\"a\":1}", SCAN_DONE, SCAN_DONE},
    {"a minus is no number yet", "-", SCAN_MORE, SCAN_MORE},
    {"a point wants digits", "1.", SCAN_MORE, SCAN_MORE},
    {"an exponent wants digits", "1e-", SCAN_MORE, SCAN_MORE},
    {"a number in an array that is not closed", "[1", SCAN_MORE, SCAN_MORE},
    {"half an escape", "\"\\u00", SCAN_MORE, SCAN_MORE},
    {"half a character", "\"\xf0\x9f\x98", SCAN_MORE, SCAN_MORE},
};

static void test_cut(void **state) {
    const struct cut_row *row = *state;

    assert_int_equal(scan_exact(span_of(row->text), 0, false).status, row->not_whole);
    assert_int_equal(scan_exact(span_of(row->text), 0, true).status, row->whole);
}

/* ---- long strings: blocks of bytes, and what lies across them ---- */

#define LONGEST 80

/* "aaa...a" with `mark` at `place` of the text between the quotes. */
static struct span long_string(char *out, size_t length, size_t place, char mark) {
    memset(out, 'a', length + 2);
    out[0] = '"';
    out[length + 1] = '"';
    out[place + 1] = mark;
    return (struct span){out, length + 2};
}

static void test_string_of_any_length(void **state) {
    char text[LONGEST + 2];

    (void)state;
    for (size_t length = 1; length <= LONGEST; length++) {
        struct scan_result result = scan_exact(long_string(text, length, 0, 'a'), 0, true);
        assert_int_equal(result.status, SCAN_DONE);
        assert_int_equal(result.end, length + 2);
    }
}

static void test_bad_byte_at_any_place(void **state) {
    static const char marks[] = {'\0', '\n', '\x1f', '\x80', '\xff'};
    char text[LONGEST + 2];

    (void)state;
    for (size_t place = 0; place < LONGEST; place++) {
        for (size_t i = 0; i < sizeof(marks); i++) {
            struct span string = long_string(text, LONGEST, place, marks[i]);
            struct scan_result result = scan_exact(string, 0, true);
            assert_int_equal(result.status, SCAN_BAD);
            assert_int_equal(result.end, place + 1);
        }
    }
}

static void test_quote_at_any_place(void **state) {
    char text[LONGEST + 2];

    (void)state;
    for (size_t place = 0; place < LONGEST; place++) {
        struct scan_result result = scan_exact(long_string(text, LONGEST, place, '"'), 0, true);
        assert_int_equal(result.status, SCAN_DONE);
        assert_int_equal(result.end, place + 2);
    }
}

static void test_escaped_quote_at_any_place(void **state) {
    char text[LONGEST + 2];

    (void)state;
    for (size_t place = 0; place + 1 < LONGEST; place++) {
        struct span string = long_string(text, LONGEST, place, '\\');
        text[place + 2] = '"';
        struct scan_result result = scan_exact(string, 0, true);
        assert_int_equal(result.status, SCAN_DONE);
        assert_int_equal(result.end, LONGEST + 2);
    }
}

/* Every byte value as a string of its own. */
static void test_every_byte(void **state) {
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char text[] = {'"', (char)byte, '"'};
        bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
        struct scan_result result = scan_exact((struct span){text, sizeof(text)}, 0, true);
        if (plain)
            assert_int_equal(result.end, sizeof(text));
        assert_int_equal(result.status == SCAN_DONE, plain || byte == '"');
    }
}

/* ---- depth ---- */

static const struct depth_row {
    const char *name;
    const char *open;
    const char *close;
    size_t outside; /* containers around the value */
    size_t inside;
    bool allowed;
} depths[] = {
    {"128 arrays", "[", "]", 0, LIMIT_RECORD_DEPTH, true},
    {"129 arrays", "[", "]", 0, LIMIT_RECORD_DEPTH + 1, false},
    {"128 objects", "{\"a\":", "}", 0, LIMIT_RECORD_DEPTH, true},
    {"129 objects", "{\"a\":", "}", 0, LIMIT_RECORD_DEPTH + 1, false},
    {"objects in arrays, 128 in all", "[{\"a\":", "}]", 0, LIMIT_RECORD_DEPTH / 2, true},
    {"one left inside of 127", "[", "]", LIMIT_RECORD_DEPTH - 1, 1, true},
    {"none left inside of 128", "[", "]", LIMIT_RECORD_DEPTH, 1, false},
    {"a million arrays", "[", "]", 0, 1000000, false},
};

static void test_depth(void **state) {
    const struct depth_row *row = *state;
    struct buffer text;
    struct scan_result result;

    buffer_init(&text, 0);
    for (size_t i = 0; i < row->inside; i++)
        buffer_append_text(&text, row->open);
    buffer_append_text(&text, "1");
    for (size_t i = 0; i < row->inside; i++)
        buffer_append_text(&text, row->close);
    result = scan_exact(buffer_span(&text), row->outside, true);
    if (row->allowed) {
        assert_int_equal(result.status, SCAN_DONE);
        assert_int_equal(result.end, text.length);
    } else {
        assert_int_equal(result.status, SCAN_BAD);
        assert_int_equal(result.end, (LIMIT_RECORD_DEPTH - row->outside) * strlen(row->open));
        assert_string_equal(result.reason, "nested deeper than max record depth 128");
    }
    buffer_clear(&text);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_cut, cuts),
        TEST(test_string_of_any_length),
        TEST(test_bad_byte_at_any_place),
        TEST(test_quote_at_any_place),
        TEST(test_escaped_quote_at_any_place),
        TEST(test_every_byte),
        ROWS(test_depth, depths),
    };

    return rows_run("lexer", all, ARRAY_LENGTH(all));
}
