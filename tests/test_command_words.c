#include "aws/command_words.h"

#include "tests/rows.h"

#define MOST 5

static const struct good_row {
    const char *name;
    const char *line;
    const char *words[MOST];
} good[] = {
    {"one word", "a", {"a"}},
    {"words", "a b c", {"a", "b", "c"}},
    {"spaces around", "  a \t b\n", {"a", "b"}},
    {"double quotes", "a \"b c\" d", {"a", "b c", "d"}},
    {"single quotes", "a 'b \"c' d", {"a", "b \"c", "d"}},
    {"quotes within a word", "a b'c d'e", {"a", "bc de"}},
    {"an empty word", "a '' b", {"a", "", "b"}},
    {"a backslash", "a\\ b c", {"a b", "c"}},
    {"a backslash in double quotes", "\"a\\\"b\\\\c\\d\"", {"a\"b\\c\\d"}},
    {"a backslash in single quotes", "'a\\'", {"a\\"}},
    {"a backslash at the end", "a\\", {"a\\"}},
    {"no shell", "a $HOME *;b|c", {"a", "$HOME", "*;b|c"}},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    char **words;
    size_t count = 0;

    assert_true(command_words(span_of(row->line), &arena, &words, &err));
    for (; words[count] != NULL; count++) {
        assert_true(count < MOST && row->words[count] != NULL);
        assert_string_equal(words[count], row->words[count]);
    }
    assert_true(count == MOST || row->words[count] == NULL);
    arena_clear(&arena);
}

static const struct bad_row {
    const char *name;
    struct span line;
    const char *complaint;
} bad[] = {
    {"nothing", {"", 0}, "no command"},
    {"spaces", {"  ", 2}, "no command"},
    {"an open quote", {"a 'b", 4}, "a quote that is not closed"},
    {"an open double quote", {"\"b\\\"", 4}, "a quote that is not closed"},
    {"a NUL", {"a\0b", 3}, "a NUL in the command"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct arena arena = {0};
    struct err err = {0};
    char **words;

    assert_false(command_words(row->line, &arena, &words, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.text, row->complaint);
    arena_clear(&arena);
}

int main(void) {
    const struct rows all[] = {ROWS(test_good, good), ROWS(test_bad, bad)};

    return rows_run("command_words", all, ARRAY_LENGTH(all));
}
