#include "base/utc.h"

#include <stdio.h>

#include "tests/rows.h"

static const struct good_row {
    const char *name;
    const char *text;
    int64_t ms;
} good[] = {
    {"the beginning", "1970-01-01T00:00:00Z", 0},
    {"the end", "9999-12-31T23:59:59.999Z", UTC_MAX_MS},
    {"an event's time", "2023-07-10T12:25:29Z", INT64_C(1688991929000)},
    {"milliseconds", "2023-07-10T12:25:29.123Z", INT64_C(1688991929123)},
    {"a tenth", "2023-07-10T12:25:29.1Z", INT64_C(1688991929100)},
    {"nanoseconds are cut", "2023-07-10T12:25:29.123999999Z", INT64_C(1688991929123)},
    {"very many digits", "2023-07-10T12:25:29.00000000000000000000000000009Z",
     INT64_C(1688991929000)},
    {"a decimal comma", "2023-07-10T12:25:29,5Z", INT64_C(1688991929500)},
    {"an offset to the east", "2023-07-10T14:25:29+02:00", INT64_C(1688991929000)},
    {"an offset to the west", "2023-07-10T08:55:29-03:30", INT64_C(1688991929000)},
    {"an offset without a colon", "2023-07-10T14:25:29+0200", INT64_C(1688991929000)},
    {"an offset of nothing", "2023-07-10T12:25:29-00:00", INT64_C(1688991929000)},
    {"small letters", "2023-07-10t12:25:29z", INT64_C(1688991929000)},
    {"a space", "2023-07-10 12:25:29", INT64_C(1688991929000)},
    {"no offset", "2023-07-10T12:25:29", INT64_C(1688991929000)},
    {"the basic form", "20230710T122529Z", INT64_C(1688991929000)},
    {"a date", "2023-07-10", INT64_C(1688947200000)},
    {"a basic date", "20230710", INT64_C(1688947200000)},
    {"a leap day", "2024-02-29T00:00:00Z", INT64_C(1709164800000)},
    {"the leap day of 2000", "2000-02-29", INT64_C(951782400000)},
    {"a leap second", "2016-12-31T23:59:60Z", INT64_C(1483228800000)},
    {"the last second of a year", "2023-12-31T23:59:59Z", INT64_C(1704067199000)},
    {"just after the beginning, in the east", "1970-01-01T01:00:00+01:00", 0},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    int64_t ms = -1;

    assert_true(utc_parse(span_of(row->text), &ms));
    assert_int_equal(ms, row->ms);
}

static const struct bad_row {
    const char *name;
    const char *text;
} bad[] = {
    {"nothing", ""},
    {"words", "yesterday"},
    {"a year", "2023"},
    {"a month", "2023-07"},
    {"too early", "1969-12-31T23:59:59Z"},
    {"too early by its offset", "1970-01-01T00:00:00+00:01"},
    {"too late by its offset", "9999-12-31T23:59:59-00:01"},
    {"month nought", "2023-00-10"},
    {"month 13", "2023-13-10"},
    {"day nought", "2023-07-00"},
    {"30 February", "2024-02-30"},
    {"29 February of a common year", "2023-02-29"},
    {"29 February of 2100", "2100-02-29"},
    {"31 April", "2023-04-31"},
    {"hour 24", "2023-07-10T24:00:00Z"},
    {"minute 60", "2023-07-10T12:60:00Z"},
    {"second 61", "2023-07-10T12:25:61Z"},
    {"no seconds", "2023-07-10T12:25Z"},
    {"an empty fraction", "2023-07-10T12:25:29.Z"},
    {"an offset of one digit", "2023-07-10T12:25:29+2"},
    {"an offset without minutes", "2023-07-10T12:25:29+02"},
    {"offset hour 24", "2023-07-10T12:25:29+24:00"},
    {"offset minute 60", "2023-07-10T12:25:29+02:60"},
    {"a word behind", "2023-07-10T12:25:29Zulu"},
    {"a blank in front", " 2023-07-10"},
    {"a blank behind", "2023-07-10 "},
    {"one digit of the day", "2023-07-1"},
    {"half in the basic form", "2023-0710"},
    {"a basic date with an extended time", "20230710T12:25:29Z"},
    {"a negative year", "-2023-07-10"},
    {"a year of five digits", "12023-07-10"},
    {"seconds since 1970", "1688991929"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    int64_t ms = -1;

    assert_false(utc_parse(span_of(row->text), &ms));
    assert_int_equal(ms, -1);
}

/* Events nearly always have this form: each byte before the Z, changed in every way, is read just
 * as in the same time with a fraction, which has another length. */
static void test_every_change_of_the_usual_form(void **state) {
    char usual[] = "2024-02-28T23:59:59Z";
    char other[sizeof(usual) + 4];
    size_t taken = 0;

    (void)state;
    for (size_t at = 0; at + 2 < sizeof(usual); at++) {
        char kept = usual[at];
        for (int byte = 0; byte <= UINT8_MAX; byte++) {
            int64_t ms = -1;
            int64_t other_ms = -1;
            usual[at] = (char)byte;
            snprintf(other, sizeof(other), "%.19s.000%c", usual, usual[19]);
            if (byte == '\0')
                continue;
            bool read = utc_parse(span_of(usual), &ms);
            assert_int_equal(read, utc_parse(span_of(other), &other_ms));
            assert_int_equal(ms, other_ms);
            taken += read;
        }
        usual[at] = kept;
    }
    /* The date: 8 10 10 10, 1, 2 9, 1, 3 10; T, t and blank; the clock: 3 4, 1, 6 10, 1, 6 10. */
    assert_int_equal(taken, 64 + 3 + 41);
}

static const struct format_row {
    const char *name;
    int64_t ms;
    const char *text;
} formats[] = {
    {"the beginning", 0, "1970-01-01T00:00:00Z"},
    {"whole seconds", INT64_C(1688991929000), "2023-07-10T12:25:29Z"},
    {"milliseconds", INT64_C(1688991929007), "2023-07-10T12:25:29.007Z"},
    {"a leap day", INT64_C(1709164800000), "2024-02-29T00:00:00Z"},
    {"the end", UTC_MAX_MS, "9999-12-31T23:59:59.999Z"},
};

static void test_format(void **state) {
    const struct format_row *row = *state;
    char text[UTC_TEXT_BYTES];

    struct span span = utc_format(row->ms, text);
    assert_string_equal(text, row->text);
    assert_true(span_equal(span, span_of(row->text)));
}

static void test_what_is_written_is_read(void **state) {
    (void)state;
    /* A step that is prime to the lengths of minutes, hours, days and years. */
    for (int64_t ms = 0; ms < UTC_MAX_MS; ms += INT64_C(86400123457)) {
        char text[UTC_TEXT_BYTES];
        int64_t again = -1;

        assert_true(utc_parse(utc_format(ms, text), &again));
        assert_int_equal(again, ms);
    }
}

static void test_the_clocks_go_on(void **state) {
    int64_t before = monotonic_us();

    (void)state;
    assert_true(utc_now_ms() > INT64_C(1700000000000));
    assert_true(monotonic_us() >= before);
    assert_true(monotonic_ms() >= before / 1000);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),       ROWS(test_bad, bad),
        ROWS(test_format, formats),  TEST(test_what_is_written_is_read),
        TEST(test_the_clocks_go_on), TEST(test_every_change_of_the_usual_form),
    };

    return rows_run("utc", all, ARRAY_LENGTH(all));
}
