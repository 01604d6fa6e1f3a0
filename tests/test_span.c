#include "base/span.h"

#include "tests/rows.h"

static void assert_span(struct span span, struct span expected) {
    if (!span_equal(span, expected))
        fail_msg("\"%.*s\" is not \"%.*s\"", SPAN_ARGS(span), SPAN_ARGS(expected));
}

static const struct pair_row {
    const char *name;
    struct span a;
    struct span b;
    int order;   /* of a to b */
    bool starts; /* a with b */
    bool ends;
} pairs[] = {
    {"both empty", {"", 0}, {"", 0}, 0, true, true},
    {"no value and an empty one hold the same bytes", {NULL, 0}, {"", 0}, 0, true, true},
    {"the same text", {"ram", 3}, {"ram", 3}, 0, true, true},
    {"a longer one", {"ramp", 4}, {"ram", 3}, 1, true, false},
    {"a shorter one", {"ra", 2}, {"ram", 3}, -1, false, false},
    {"an end", {"x.gz", 4}, {".gz", 3}, 1, false, true},
    {"other letters", {"abc", 3}, {"abd", 3}, -1, false, false},
    {"case counts", {"Ram", 3}, {"ram", 3}, -1, false, false},
    {"a NUL is a byte", {"a\0b", 3}, {"a\0c", 3}, -1, false, false},
    {"nothing stands at both ends", {"abc", 3}, {"", 0}, 1, true, true},
    {"high bytes come last", {"\xc3", 1}, {"z", 1}, 1, false, false},
};

static int sign(int number) {
    return (number > 0) - (number < 0);
}

static void test_pair(void **state) {
    const struct pair_row *row = *state;

    assert_int_equal(span_equal(row->a, row->b), row->order == 0);
    assert_int_equal(span_equal(row->b, row->a), row->order == 0);
    assert_int_equal(sign(span_compare(row->a, row->b)), row->order);
    assert_int_equal(sign(span_compare(row->b, row->a)), -row->order);
    assert_int_equal(span_starts_with(row->a, row->b), row->starts);
    assert_int_equal(span_ends_with(row->a, row->b), row->ends);
}

static const struct trim_row {
    const char *name;
    const char *text;
    const char *trimmed;
} trims[] = {
    {"nothing", "", ""},
    {"blanks alone", " \t\r\n ", ""},
    {"at both sides", "\n a b\t", "a b"},
    {"none", "ab", "ab"},
    {"a vertical tab is none", "\vab", "\vab"},
};

static void test_trim(void **state) {
    const struct trim_row *row = *state;

    assert_span(span_trim(span_of(row->text)), span_of(row->trimmed));
}

static const struct cut_row {
    const char *name;
    const char *text;
    const char *before; /* of the first cut; NULL: there is none */
    const char *behind;
    const char *before_last;
    const char *behind_last;
} cuts[] = {
    {"one", "a=b", "a", "b", "a", "b"},
    {"two", "a=b=c", "a", "b=c", "a=b", "c"},
    {"at the front", "=b", "", "b", "", "b"},
    {"at the end", "a=", "a", "", "a", ""},
    {"alone", "=", "", "", "", ""},
    {"none", "ab", NULL, NULL, NULL, NULL},
    {"nothing to cut", "", NULL, NULL, NULL, NULL},
};

static void test_cut(void **state) {
    const struct cut_row *row = *state;
    struct span before = SPAN("untouched");
    struct span behind = SPAN("untouched");
    bool cut = span_cut(span_of(row->text), '=', &before, &behind);

    assert_int_equal(cut, row->before != NULL);
    assert_span(before, cut ? span_of(row->before) : SPAN("untouched"));
    assert_span(behind, cut ? span_of(row->behind) : SPAN("untouched"));
    before = behind = SPAN("untouched");
    cut = span_cut_last(span_of(row->text), '=', &before, &behind);
    assert_int_equal(cut, row->before_last != NULL);
    assert_span(before, cut ? span_of(row->before_last) : SPAN("untouched"));
    assert_span(behind, cut ? span_of(row->behind_last) : SPAN("untouched"));
}

static const struct number_row {
    const char *name;
    const char *text;
    int64_t number; /* -1: none */
} numbers[] = {
    {"nothing", "", -1},
    {"nought", "0", 0},
    {"leading noughts", "007", 7},
    {"many digits", "1234567890", 1234567890},
    {"the largest", "9223372036854775807", INT64_MAX},
    {"one more", "9223372036854775808", -1},
    {"far too many digits", "99999999999999999999999", -1},
    {"a sign", "-1", -1},
    {"a plus", "+1", -1},
    {"a blank", " 1", -1},
    {"a letter behind", "1a", -1},
    {"a fraction", "1.5", -1},
    {"hexadecimal", "0x10", -1},
};

static void test_number(void **state) {
    const struct number_row *row = *state;
    int64_t number = -7;

    assert_int_equal(span_to_integer(span_of(row->text), &number), row->number >= 0);
    assert_int_equal(number, row->number >= 0 ? row->number : -7);
}

static void test_no_text_is_no_value(void **state) {
    (void)state;
    assert_null(span_of(NULL).data);
    assert_non_null(span_of("").data);
    assert_null(SPAN_NONE.data);
    assert_int_equal(SPAN("a\0b").length, 3);
}

static void test_skip(void **state) {
    (void)state;
    assert_span(span_skip(SPAN("abc"), 0), SPAN("abc"));
    assert_span(span_skip(SPAN("abc"), 2), SPAN("c"));
    assert_span(span_skip(SPAN("abc"), 3), SPAN(""));
    assert_null(span_skip(SPAN_NONE, 0).data);
}

static const struct case_row {
    const char *name;
    struct span a;
    struct span b;
    bool equal;
} cases[] = {
    {"small letters and capitals", {"ETag", 4}, {"eTAG", 4}, true},
    {"first and last letter", {"AZ", 2}, {"az", 2}, true},
    {"no value and an empty one", {NULL, 0}, {"", 0}, true},
    {"a longer one", {"etags", 5}, {"etag", 4}, false},
    {"a byte before the letters", {"@", 1}, {"`", 1}, false},
    {"a byte behind the letters", {"[", 1}, {"{", 1}, false},
    {"a letter that is not ASCII", {"\xc3\x84", 2}, {"\xc3\xa4", 2}, false},
    {"another byte behind a NUL", {"a\0b", 3}, {"A\0c", 3}, false},
};

static void test_any_case(void **state) {
    const struct case_row *row = *state;

    assert_int_equal(span_equal_any_case(row->a, row->b), row->equal);
    assert_int_equal(span_equal_any_case(row->b, row->a), row->equal);
}

static const struct visible_row {
    const char *name;
    struct span text;
    bool visible;
} visibles[] = {
    {"nothing", {NULL, 0}, true},
    {"the first and the last", {"!~", 2}, true},
    {"a space", {"a b", 3}, false},
    {"a line end", {"a\n", 2}, false},
    {"a NUL", {"a\0", 2}, false},
    {"what deletes", {"\x7f", 1}, false},
    {"beyond ASCII", {"\xc3\xa4", 2}, false},
};

static void test_visible(void **state) {
    const struct visible_row *row = *state;

    assert_int_equal(span_is_visible(row->text), row->visible);
}

static void test_head(void **state) {
    (void)state;
    assert_span(span_head(SPAN("abc"), 2), SPAN("ab"));
    assert_span(span_head(SPAN("abc"), 3), SPAN("abc"));
    assert_span(span_head(SPAN("abc"), 4), SPAN("abc"));
    assert_null(span_head(SPAN_NONE, 4).data);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_pair, pairs),     ROWS(test_trim, trims),         ROWS(test_cut, cuts),
        ROWS(test_number, numbers), TEST(test_no_text_is_no_value), TEST(test_skip),
        ROWS(test_any_case, cases), ROWS(test_visible, visibles),   TEST(test_head),
    };

    return rows_run("span", all, ARRAY_LENGTH(all));
}
