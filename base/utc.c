#include "base/utc.h"

#include <time.h>

#define USUAL_LENGTH (sizeof("2023-07-10T12:25:29Z") - 1)

/* Days since 1970-01-01 of a date in the Gregorian calendar, counted in years that begin in March,
 * so that the leap day comes last. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static int64_t days_in_month(int64_t year, int64_t month) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Takes exactly `count` digits off the front. */
static bool take_number(struct span *text, size_t count, int64_t *out) {
    if (text->length < count || !span_to_integer((struct span){text->data, count}, out))
        return false;
    *text = span_skip(*text, count);
    return true;
}

static bool take_byte(struct span *text, const char *any_of) {
    if (text->length == 0)
        return false;
    for (const char *c = any_of; *c != '\0'; c++) {
        if (text->data[0] == *c) {
            *text = span_skip(*text, 1);
            return true;
        }
    }
    return false;
}

static bool take_date(struct span *text, int64_t *out_ms, bool *out_basic) {
    int64_t year;
    int64_t month;
    int64_t day;

    if (!take_number(text, 4, &year))
        return false;
    *out_basic = !take_byte(text, "-");
    if (!take_number(text, 2, &month) || (!*out_basic && !take_byte(text, "-")) ||
        !take_number(text, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *out_ms = days_from_date(year, month, day) * MS_PER_DAY;
    return true;
}

static bool take_fraction(struct span *text, int64_t *out_ms) {
    int64_t scale = 100;

    *out_ms = 0;
    if (!take_byte(text, ".,"))
        return true;
    if (text->length == 0 || text->data[0] < '0' || text->data[0] > '9')
        return false;
    while (text->length > 0 && text->data[0] >= '0' && text->data[0] <= '9') {
        *out_ms += (text->data[0] - '0') * scale;
        scale /= 10;
        *text = span_skip(*text, 1);
    }
    return true;
}

static bool take_clock(struct span *text, bool basic, int64_t *out_ms) {
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t fraction;

    if (!take_number(text, 2, &hour) || (!basic && !take_byte(text, ":")) ||
        !take_number(text, 2, &minute) || (!basic && !take_byte(text, ":")) ||
        !take_number(text, 2, &second) || !take_fraction(text, &fraction))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    /* RFC 3339 allows second 60; it counts as the first of the next minute. */
    *out_ms = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND + fraction;
    return true;
}

static bool take_offset(struct span *text, int64_t *out_ms) {
    int64_t hour;
    int64_t minute;

    *out_ms = 0;
    if (text->length == 0 || take_byte(text, "Zz"))
        return true;
    bool behind = text->data[0] == '-';
    if (!take_byte(text, "+-") || !take_number(text, 2, &hour))
        return false;
    (void)take_byte(text, ":");
    if (!take_number(text, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *out_ms = (behind ? -1 : 1) * (hour * MS_PER_HOUR + minute * MS_PER_MINUTE);
    return true;
}

/* Two digits; anything else gives a number no two digits give. */
static unsigned two_digits(const char *at) {
    unsigned tens = (unsigned char)at[0] - (unsigned)'0';
    unsigned ones = (unsigned char)at[1] - (unsigned)'0';

    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* `2023-07-10T12:25:29Z` and nothing else, as nearly all events have it. */
static bool parse_usual(const char *at, int64_t *out_ms) {
    if (at[4] != '-' || at[7] != '-' || at[10] != 'T' || at[13] != ':' || at[16] != ':' ||
        at[19] != 'Z')
        return false;
    unsigned century = two_digits(at);
    unsigned year = two_digits(at + 2);
    unsigned month = two_digits(at + 5);
    unsigned day = two_digits(at + 8);
    unsigned hour = two_digits(at + 11);
    unsigned minute = two_digits(at + 14);
    unsigned second = two_digits(at + 17);

    if (century < 20 || century > 99 || year > 99 || month < 1 || month > 12 || day < 1 ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    year += century * 100;
    if (day > 28 && day > days_in_month(year, month))
        return false;
    *out_ms = days_from_date(year, month, day) * MS_PER_DAY + hour * MS_PER_HOUR +
              minute * MS_PER_MINUTE + second * MS_PER_SECOND;
    return true;
}

bool utc_parse(struct span text, int64_t *out_ms) {
    int64_t date;
    int64_t clock = 0;
    int64_t offset = 0;
    bool basic;

    if (text.length == USUAL_LENGTH && parse_usual(text.data, out_ms))
        return true;
    if (!take_date(&text, &date, &basic))
        return false;
    if (text.length > 0 && (!take_byte(&text, "Tt ") || !take_clock(&text, basic, &clock) ||
                            !take_offset(&text, &offset) || text.length > 0))
        return false;

    int64_t ms = date + clock - offset;
    if (ms < UTC_MIN_MS || ms > UTC_MAX_MS)
        return false;
    *out_ms = ms;
    return true;
}

/* The other way round; see days_from_date. */
static void date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day) {
    days += 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* `digits` digits and what comes behind them. */
static char *put(char *at, int64_t number, size_t digits, char behind) {
    for (size_t i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    at[digits] = behind;
    return at + digits + 1;
}

struct span utc_format(int64_t ms, char out_text[UTC_TEXT_BYTES]) {
    int64_t of_day = ms % MS_PER_DAY;
    char *at = out_text;
    int64_t year;
    int64_t month;
    int64_t day;

    date_from_days(ms / MS_PER_DAY, &year, &month, &day);
    at = put(at, year, 4, '-');
    at = put(at, month, 2, '-');
    at = put(at, day, 2, 'T');
    at = put(at, of_day / MS_PER_HOUR, 2, ':');
    at = put(at, of_day % MS_PER_HOUR / MS_PER_MINUTE, 2, ':');
    at = put(at, of_day % MS_PER_MINUTE / MS_PER_SECOND, 2, 'Z');
    if (ms % MS_PER_SECOND != 0) {
        at[-1] = '.';
        at = put(at, ms % MS_PER_SECOND, 3, 'Z');
    }
    *at = '\0';
    return (struct span){out_text, (size_t)(at - out_text)};
}

static int64_t clock_us(clockid_t clock) {
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t utc_now_ms(void) {
    return clock_us(CLOCK_REALTIME) / 1000;
}

int64_t monotonic_ms(void) {
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t monotonic_us(void) {
    return clock_us(CLOCK_MONOTONIC);
}
