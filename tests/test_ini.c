#include "aws/ini.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/rows.h"

static const struct value_row {
    const char *name;
    const char *text;
    const char *section;
    const char *key;
    const char *inner; /* NULL: of the section */
    const char *value; /* NULL: none */
} values[] = {
    {"a value", "[a]\nk = v\n", "a", "k", NULL, "v"},
    {"no line end", "[a]\nk=v", "a", "k", NULL, "v"},
    {"carriage returns", "[a]\r\nk = v\r\n", "a", "k", NULL, "v"},
    {"a byte order mark", "\xef\xbb\xbf[a]\nk=v", "a", "k", NULL, "v"},
    {"a colon", "[a]\nk: v", "a", "k", NULL, "v"},
    {"an equals sign in the value", "[a]\nk = v=w", "a", "k", NULL, "v=w"},
    {"a colon in the value", "[a]\nk = http://h:1", "a", "k", NULL, "http://h:1"},
    {"a hash in the value", "[a]\nk = v #w", "a", "k", NULL, "v #w"},
    {"an empty value", "[a]\nk =\n", "a", "k", NULL, ""},
    {"capitals in the key", "[a]\nKeY = V", "a", "key", NULL, "V"},
    {"comments and empty lines", "# x\n\n[a]\n; [b]\n#k=w\nk=v\n", "a", "k", NULL, "v"},
    {"a comment behind the section", "[a] # b\nk=v", "a", "k", NULL, "v"},
    {"spaces within the brackets", "[ a ]\nk=v", "a", "k", NULL, "v"},
    {"all lines indented", "  [a]\n  k = v\n  l = w\n", "a", "l", NULL, "w"},
    {"the last one of a name", "[a]\nk=v\nk=w", "a", "k", NULL, "w"},
    {"a section in two places", "[a]\nk=v\n[b]\nk=x\n[a]\nl=w", "a", "k", NULL, "v"},
    {"another section", "[a]\nk=v\n[b]\n", "b", "k", NULL, NULL},
    {"no such key", "[a]\nk=v", "a", "l", NULL, NULL},
    {"no such section", "[a]\nk=v", "c", "k", NULL, NULL},
    {"nothing at all", "", "a", "k", NULL, NULL},
    {"a value of two lines", "[a]\nk = v\n  w\nl = x", "a", "k", NULL, "v\n  w"},
    {"the key behind two lines", "[a]\nk = v\n  w\nl = x", "a", "l", NULL, "x"},
    {"a value inside", "[a]\ns3 =\n  k = v\n  l = w\nm = x", "a", "s3", "l", "w"},
    {"a value inside, by its own name", "[a]\ns3 =\n  k = v\n", "a", "k", NULL, NULL},
    {"the one it is inside of", "[a]\ns3 =\n  k = v\n", "a", "s3", NULL, ""},
    {"behind the inner ones", "[a]\ns3 =\n  k = v\n  l = w\nm = x", "a", "m", NULL, "x"},
    {"an empty inner one, and another", "[a]\ns3 =\n  k =\n  l = w\n", "a", "s3", "l", "w"},
    {"a tab is as good", "[a]\ns3 =\n\tk = v\n", "a", "s3", "k", "v"},
};

static void test_value(void **state) {
    const struct value_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    struct ini ini;

    assert_true(ini_parse(span_of(row->text), &arena, &ini, &err));
    struct span value =
        ini_get_inner(&ini, span_of(row->section), span_of(row->key), span_of(row->inner));
    assert_int_equal(value.data == NULL, row->value == NULL);
    assert_true(span_equal(value, span_of(row->value)));
    arena_wipe(&arena);
}

static const struct bad_row {
    const char *name;
    const char *text;
    const char *complaint;
} bad[] = {
    {"a value before any section", "\nsecret = v", "line 2: a value before the first [section]"},
    {"a section left open", "[a\nk=v", "line 1: a section without its closing ]"},
    {"neither", "[a]\nk = v\nsecret\n", "line 3: neither [section] nor key = value"},
    {"no key", "[a]\n= secret", "line 2: neither [section] nor key = value"},
    {"neither, inside", "[a]\ns3 =\n  secret\n", "line 3: neither [section] nor key = value"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    struct ini ini;

    assert_false(ini_parse(span_of(row->text), &arena, &ini, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.text, row->complaint);
    arena_wipe(&arena);
}

static void test_a_section_without_values(void **state) {
    struct arena arena = {0};
    struct err err = {0};
    struct ini ini;

    (void)state;
    assert_true(ini_parse(SPAN("[a]\n[b]\nk=v\n"), &arena, &ini, &err));
    assert_true(ini_has(&ini, SPAN("a")));
    assert_true(ini_has(&ini, SPAN("b")));
    assert_false(ini_has(&ini, SPAN("k")));
    arena_wipe(&arena);
}

static void test_too_many_values(void **state) {
    struct arena arena = {0};
    struct buffer text;
    struct err err = {0};
    struct ini ini;

    (void)state;
    buffer_init(&text, 0);
    buffer_append_text(&text, "[a]\n");
    for (int i = 1; i < LIMIT_AWS_FILE_VALUES; i++)
        buffer_append_text(&text, "k=v\n");
    assert_true(ini_parse(buffer_span(&text), &arena, &ini, &err));
    assert_int_equal(ini.count, LIMIT_AWS_FILE_VALUES);
    buffer_append_text(&text, "k=v\n");
    assert_false(ini_parse(buffer_span(&text), &arena, &ini, &err));
    assert_string_equal(err.text, "line 10001: holds more than 10000 values");
    buffer_clear(&text);
    arena_wipe(&arena);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_value, values),
        ROWS(test_bad, bad),
        TEST(test_a_section_without_values),
        TEST(test_too_many_values),
    };

    return rows_run("ini", all, ARRAY_LENGTH(all));
}
