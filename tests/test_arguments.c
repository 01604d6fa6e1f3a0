#include "bench/corpus/arguments.h"

#include "tests/rows.h"

#define MOST_ARGUMENTS 8

/* The words of a command line, read. */
static bool read_line(const char *line, char copy[256], struct settings *settings,
                      struct err *err) {
    char *arguments[MOST_ARGUMENTS] = {NULL};
    size_t count = 0;
    char *rest = copy;

    assert_true(strlen(line) < 256);
    memcpy(copy, line, strlen(line) + 1);
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word != '\0')
            arguments[count++] = word;
        assert_true(count < MOST_ARGUMENTS);
    }
    *settings = settings_defaults();
    return arguments_read(arguments, settings, err);
}

static struct settings good(const char *line, char copy[256]) {
    struct settings settings;
    struct err err = {0};

    if (!read_line(line, copy, &settings, &err))
        fail_msg("%s: %s", line, err.text);
    return settings;
}

static void test_nothing_gives_the_defaults(void **state) {
    char copy[256];
    struct settings settings = good("", copy);

    (void)state;
    assert_int_equal(settings.delivery.events, 10000);
    assert_int_equal(settings.delivery.smallest, 1);
    assert_int_equal(settings.delivery.largest, 400);
    assert_int_equal(settings.delivery.shape, PARCEL_RECORDS);
    assert_int_equal(settings.level, 6);
    assert_string_equal(settings.folder, ".");
    assert_null(settings.one_file);
    assert_int_equal(settings.delivery.corpus.to_ms - settings.delivery.corpus.from_ms,
                     INT64_C(30) * 86400000);
}

static void test_each_option_counts(void **state) {
    char copy[256];

    (void)state;
    assert_int_equal(good("--events 7", copy).delivery.events, 7);
    assert_int_equal(good("--seed 9", copy).delivery.corpus.seed, 9);
    assert_string_equal(good("--out /tmp/x", copy).folder, "/tmp/x");
    assert_string_equal(good("--one-file -", copy).one_file, "-");
    assert_int_equal(good("--accounts 1000", copy).delivery.corpus.accounts, 1000);
    assert_int_equal(good("--regions 12", copy).delivery.corpus.regions, 12);
    assert_int_equal(good("--duplicates 5", copy).delivery.duplicates, 5);
    assert_int_equal(good("--events-per-file 3-9", copy).delivery.smallest, 3);
    assert_int_equal(good("--events-per-file 3-9", copy).delivery.largest, 9);
    assert_string_equal(good("--organization o-exampleorgid", copy).delivery.organization,
                        "o-exampleorgid");
    assert_int_equal(good("--shape ndjson", copy).delivery.shape, PARCEL_NDJSON);
    assert_int_equal(good("--level 1", copy).level, 1);
    assert_int_equal(good("--plain", copy).level, 0);
    assert_true(good("--help", copy).help);
}

static void test_days_count_back_from_the_end(void **state) {
    char copy[256];
    struct settings settings = good("--days 2 --end 2026-01-03T00:00:00Z", copy);
    struct settings reversed = good("--end 2026-01-03T00:00:00Z --days 2", copy);

    (void)state;
    assert_int_equal(settings.delivery.corpus.to_ms, INT64_C(1767398400000));
    assert_int_equal(settings.delivery.corpus.from_ms, INT64_C(1767225600000));
    assert_int_equal(reversed.delivery.corpus.from_ms, INT64_C(1767225600000));
}

static const struct bad_row {
    const char *name;
    const char *line;
    const char *named; /* stands in the error */
} bad_lines[] = {
    {"an unknown option", "--event 5", "--event"},
    {"a stray word", "logs", "logs"},
    {"a value that is missing", "--events", "--events"},
    {"a number that is none", "--events many", "--events"},
    {"a negative number", "--events -1", "--events"},
    {"no accounts", "--accounts 0", "--accounts"},
    {"too many accounts", "--accounts 1001", "--accounts"},
    {"too many regions", "--regions 13", "--regions"},
    {"no days", "--days 0", "--days"},
    {"a time that is none", "--end tomorrow", "--end"},
    {"a time too long ago", "--end 1971-01-01", "--end"},
    {"more duplicates than events", "--duplicates 101", "--duplicates"},
    {"a range without an end", "--events-per-file 5", "--events-per-file"},
    {"a range that runs backwards", "--events-per-file 9-3", "--events-per-file"},
    {"a range from nothing", "--events-per-file 0-3", "--events-per-file"},
    {"an organization that leaves its folder", "--organization o-../../../../x", "--organization"},
    {"an organization that is none", "--organization 111122223333", "--organization"},
    {"an unknown shape", "--shape csv", "--shape"},
    {"a level too high", "--level 10", "--level"},
};

static void test_bad_line(void **state) {
    const struct bad_row *row = *state;
    struct settings settings;
    struct err err = {0};
    char copy[256];

    assert_false(read_line(row->line, copy, &settings, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, row->named));
}

static void test_the_usage_lists_each_option(void **state) {
    static const char *const names[] = {"--events ", "--seed ", "--duplicates PERCENT", "--plain"};
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);

    (void)state;
    arguments_usage(memory);
    fclose(memory);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        assert_non_null(strstr(text, names[i]));
    free(text);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_nothing_gives_the_defaults),   TEST(test_each_option_counts),
        TEST(test_days_count_back_from_the_end), ROWS(test_bad_line, bad_lines),
        TEST(test_the_usage_lists_each_option),
    };

    return rows_run("arguments", all, ARRAY_LENGTH(all));
}
