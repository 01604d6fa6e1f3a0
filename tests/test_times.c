#include "tests/rows.h"

#include "base/utc.h"
#include "handlers/times.h"

#define NOW INT64_C(1793610845123) /* 2026-11-02T09:14:05.123Z */

static const struct time_row {
    const char *name;
    const char *text;
    const char *expected; /* the time, or a part of the reason why not */
} good[] =
    {
        {"RFC 3339", "2023-07-10T12:25:29Z", "2023-07-10T12:25:29Z"},
        {"milliseconds", "2023-07-10T12:25:29.5Z", "2023-07-10T12:25:29.500Z"},
        {"an offset", "2023-07-10T12:25:29-02:30", "2023-07-10T14:55:29Z"},
        {"a plus", "2023-07-10T12:25:29+02:00", "2023-07-10T10:25:29Z"},
        {"a plus that became a space", "2023-07-10T12:25:29 02:00", "2023-07-10T10:25:29Z"},
        {"the same behind a fraction", "2023-07-10T12:25:29.25 02:00", "2023-07-10T10:25:29.250Z"},
        {"the same with a space for the T", "2023-07-10 12:25:29 02:00", "2023-07-10T10:25:29Z"},
        {"a space for the T", "2023-07-10 12:25:29", "2023-07-10T12:25:29Z"},
        {"no offset is UTC", "2023-07-10T12:25:29", "2023-07-10T12:25:29Z"},
        {"a date is its midnight", "2023-07-10", "2023-07-10T00:00:00Z"},
        {"a leap day", "2024-02-29", "2024-02-29T00:00:00Z"},
        {"epoch seconds", "1688991929", "2023-07-10T12:25:29Z"},
        {"epoch milliseconds", "1688991929500", "2023-07-10T12:25:29.500Z"},
        {"the epoch itself", "0", "1970-01-01T00:00:00Z"},
        {"11 digits are seconds", "10000000000", "2286-11-20T17:46:40Z"},
        {"12 digits are milliseconds", "100000000000", "1973-03-03T09:46:40Z"},
        {"8 digits that are no date are seconds", "20231399", "1970-08-23T03:49:59Z"},
        {"now", "now", "2026-11-02T09:14:05.123Z"},
        {"seconds ago", "now-5s", "2026-11-02T09:14:00.123Z"},
        {"minutes ago", "now-14m", "2026-11-02T09:00:05.123Z"},
        {"hours ago", "now-24h", "2026-11-01T09:14:05.123Z"},
        {"days ago, in short", "-7d", "2026-10-26T09:14:05.123Z"},
        {"weeks ago", "-1w", "2026-10-26T09:14:05.123Z"},
        {"no time ago", "-0s", "2026-11-02T09:14:05.123Z"},
},
  bad[] = {
      {"a word", "yesterday", "is no time"},
      {"a month alone", "2023-07", "is no time"},
      {"a day that does not exist", "2023-02-29", "is no time"},
      {"an hour that does not exist", "2023-07-10T24:00:00Z", "is no time"},
      {"something behind", "2023-07-10T12:25:29Zz", "is no time"},
      {"blanks around", " now", "is no time"},
      {"now and nothing", "now-", "is no time"},
      {"a minus and nothing", "-", "is no time"},
      {"a unit without a count", "-d", "is no time"},
      {"a count without a unit", "-7", "is no time"},
      {"an unknown unit", "-7y", "is no time"},
      {"a capital unit", "-7D", "is no time"},
      {"two minus signs", "--7d", "is no time"},
      {"a fraction of a day", "-1.5d", "is no time"},
      {"the future", "now+1h", "is no time"},
      {"a plus that became a space behind now", "now 1h", "is no time"},
      {"something behind the unit", "-100w-", "is no time"},
      {"so long ago that it is before 1970", "-3000w", "is before 1970"},
      {"the day before 1970", "1969-12-31", "is before 1970"},
      {"a time before 1970", "1969-12-31T23:59:59.999Z", "is before 1970"},
      {"an offset that leads before 1970", "1970-01-01T00:00:00+00:01", "is before 1970"},
      {"the same with its plus lost", "1970-01-01T00:00:00 00:01", "is before 1970"},
      {"a leap day long ago", "1600-02-29", "is before 1970"},
      {"the year 0", "0000-01-01", "is before 1970"},
      {"a day before 1970 that did not exist", "1900-02-29", "is no time"},
      {"a day behind 1970 that did not exist", "1999-02-29", "is no time"},
      {"a count that nearly overflows", "-9223372036854775807w", "is before 1970"},
      {"a count that overflows", "-9223372036854775808s", "is no time"},
      {"a year alone", "2023", "could be a date"},
      {"a date without dashes", "20230710", "could be a date"},
      {"a date and time without marks", "20230710122529", "is too large"},
      {"microseconds", "1688991929500000", "is too large"},
      {"more digits than a number holds", "99999999999999999999999", "is no time"},
      {"year 10000", "10000-01-01", "is no time"},
};

static void test_good(void **state) {
    const struct time_row *row = *state;
    char text[UTC_TEXT_BYTES];
    struct err err = {0};
    int64_t ms = -1;

    assert_true(times_read(span_of(row->text), NOW, &ms, &err));
    utc_format(ms, text);
    assert_string_equal(text, row->expected);
}

static void test_bad(void **state) {
    const struct time_row *row = *state;
    struct err err = {0};
    int64_t ms = -1;

    assert_false(times_read(span_of(row->text), NOW, &ms, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, row->expected));
    assert_int_equal(ms, -1);
}

static void test_nul_inside(void **state) {
    struct err err;
    int64_t ms;

    (void)state;
    assert_false(times_read(SPAN("now\0"), NOW, &ms, &err));
    assert_false(times_read(SPAN("2023-07-10\0"), NOW, &ms, &err));
    assert_false(times_read(SPAN("-7\0d"), NOW, &ms, &err));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        TEST(test_nul_inside),
    };

    return rows_run("times", all, ARRAY_LENGTH(all));
}
