#include "server/value.h"

#include <stdlib.h>

#include "base/limits.h"
#include "tests/rows.h"

#define SECOND INT64_C(1000)

static const struct good_row {
    const char *name;
    bool (*parse)(struct span, struct value_range, int64_t *, struct err *);
    const char *text;
    int64_t value;
} good[] = {
    {"a bare size is bytes", value_size, "4096", 4096},
    {"a size of nothing", value_size, "0", 0},
    {"kibibytes", value_size, "512K", 512 * KIB},
    {"mebibytes", value_size, "64M", 64 * MIB},
    {"gibibytes", value_size, "2G", 2 * GIB},
    {"tebibytes", value_size, "3T", 3072 * GIB},
    {"a unit in full", value_size, "64MiB", 64 * MIB},
    {"a unit with B", value_size, "64MB", 64 * MIB},
    {"a small unit", value_size, "64m", 64 * MIB},
    {"bytes by name", value_size, "7B", 7},
    {"a bare duration is seconds", value_duration, "10", 10 * SECOND},
    {"milliseconds", value_duration, "250ms", 250},
    {"seconds", value_duration, "10s", 10 * SECOND},
    {"minutes", value_duration, "2m", 120 * SECOND},
    {"hours", value_duration, "1h", 3600 * SECOND},
    {"a count", value_count, "12", 12},
    {"leading zeros", value_count, "007", 7},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct err err = {0};
    int64_t value = -1;

    assert_true(row->parse(span_of(row->text), (struct value_range){0, INT64_MAX}, &value, &err));
    assert_int_equal(value, row->value);
}

static const struct bad_row {
    const char *name;
    bool (*parse)(struct span, struct value_range, int64_t *, struct err *);
    const char *text;
    struct value_range range;
    const char *complaint;
} bad[] = {
    {"nothing", value_size, "", {0, 10}, "must be a size in bytes such as 512K, 64M or 2G"},
    {"a unit alone", value_size, "K", {0, 10}, "must be a size in bytes such as 512K, 64M or 2G"},
    {"a sign", value_size, "-1", {0, 10}, "must be a size in bytes such as 512K, 64M or 2G"},
    {"a fraction", value_size, "1.5G", {0, 10}, "must be a size in bytes such as 512K, 64M or 2G"},
    {"a blank", value_size, "1 K", {0, 10}, "must be a size in bytes such as 512K, 64M or 2G"},
    {"a foreign unit",
     value_size,
     "1P",
     {0, 10},
     "must be a size in bytes such as 512K, 64M or 2G"},
    {"beyond 64 bits by its digits",
     value_size,
     "9223372036854775808",
     {0, INT64_MAX},
     "must be a size in bytes such as 512K, 64M or 2G"},
    {"beyond 64 bits by its unit",
     value_size,
     "9223372036854775807K",
     {0, INT64_MAX},
     "must be a size in bytes such as 512K, 64M or 2G"},
    {"below the range", value_size, "1023", {KIB, 2 * GIB}, "must be 1K to 2G"},
    {"above the range", value_size, "3G", {KIB, 2 * GIB}, "must be 1K to 2G"},
    {"a duration below a range of seconds",
     value_duration,
     "900ms",
     {SECOND, 3600 * SECOND},
     "must be 1s to 1h"},
    {"a duration above the range", value_duration, "2h", {1, 3600 * SECOND}, "must be 1ms to 1h"},
    {"a duration below the range", value_duration, "0", {1, 90 * SECOND}, "must be 1ms to 90s"},
    {"a count with a unit", value_count, "4K", {1, 256}, "must be a whole number"},
    {"a count above the range", value_count, "257", {1, 256}, "must be 1 to 256"},
    {"zero where there must be one", value_count, "0", {1, 256}, "must be 1 to 256"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct err err = {0};
    int64_t value = -1;

    assert_false(row->parse(span_of(row->text), row->range, &value, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.text, row->complaint);
    assert_int_equal(value, -1);
}

static const struct nearest_row {
    const char *name;
    const char *text;
    const char *nearest; /* NULL: none */
} nearest[] = {
    {"a letter too few", "listn", "listen"},
    {"a letter too many", "dataa", "data"},
    {"a wrong letter", "dats", "data"},
    {"two letters changed places", "lisetn", "listen"},
    {"the word itself", "data", "data"},
    {"the nearer of two", "max-inflate", "max-inflated"},
    {"a different word", "tea", NULL},
    {"nothing", "", NULL},
    {"a long word", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
};

static void test_nearest(void **state) {
    static const char *const words[] = {"listen", "max-inflated", "max-upload", "data"};
    const struct nearest_row *row = *state;
    const char *found = value_nearest(span_of(row->text), words, ARRAY_LENGTH(words));

    if (row->nearest == NULL)
        assert_null(found);
    else
        assert_string_equal(found, row->nearest);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        ROWS(test_nearest, nearest),
    };

    return rows_run("value", all, ARRAY_LENGTH(all));
}
