#include "handlers/times.h"

#include <string.h>

#include "base/utc.h"

#define SECOND_DIGITS      11
#define MILLISECOND_DIGITS 13

static bool refuse(struct err *err) {
    return err_set(err, ERR_INVALID,
                   "is no time: write 2026-01-31T12:00:00Z, 2026-01-31, epoch seconds or "
                   "milliseconds, now, now-24h or -7d (s m h d w)");
}

static int64_t unit_ms(char unit) {
    switch (unit) {
    case 's':
        return 1000;
    case 'm':
        return INT64_C(60) * 1000;
    case 'h':
        return INT64_C(3600) * 1000;
    case 'd':
        return INT64_C(86400) * 1000;
    case 'w':
        return INT64_C(7) * 86400 * 1000;
    default:
        return 0;
    }
}

/* `24h`, what stands behind the minus. */
static bool read_ago(struct span text, int64_t now_ms, int64_t *out_ms, struct err *err) {
    int64_t unit = text.length > 0 ? unit_ms(text.data[text.length - 1]) : 0;
    int64_t count;

    if (unit == 0 || !span_to_integer((struct span){text.data, text.length - 1}, &count))
        return refuse(err);
    if (count > now_ms / unit)
        return err_set(err, ERR_INVALID, "is before 1970");
    *out_ms = now_ms - count * unit;
    return true;
}

/* 2023 and 20230710 are meant as a year and a date by whoever types them. */
static bool looks_like_date(struct span digits, int64_t value) {
    int64_t ms;

    return (digits.length == 4 && value >= 1970 && value < 2100) ||
           (digits.length == 8 && utc_parse(digits, &ms));
}

static bool read_epoch(struct span digits, int64_t value, int64_t *out_ms, struct err *err) {
    if (looks_like_date(digits, value))
        return err_set(err, ERR_INVALID,
                       "could be a date or epoch seconds: write dates as 2026-01-31");
    if (digits.length > MILLISECOND_DIGITS)
        return err_set(err, ERR_INVALID,
                       "is too large: epoch seconds have up to 11 digits, milliseconds 12 or 13");
    *out_ms = digits.length <= SECOND_DIGITS ? value * 1000 : value;
    return true;
}

/* `2026-01-31T12:00:00 01:00`: an offset's plus, not encoded, arrives as a space. */
static bool read_with_lost_plus(struct span text, int64_t *out_ms) {
    char repaired[UTC_TEXT_BYTES * 2];
    struct span before;
    struct span offset;

    if (text.length > sizeof(repaired) || !span_cut_last(text, ' ', &before, &offset))
        return false;
    memcpy(repaired, text.data, text.length);
    repaired[before.length] = '+';
    return utc_parse((struct span){repaired, text.length}, out_ms);
}

static bool read_calendar(struct span text, int64_t *out_ms) {
    return utc_parse(text, out_ms) || read_with_lost_plus(text, out_ms);
}

/* The calendar repeats every 400 years, so that a day that was is one that will be, 2000 later. */
static bool is_before_1970(struct span text) {
    char later[UTC_TEXT_BYTES * 2];
    int64_t ms;

    if (text.length == 0 || text.length > sizeof(later) ||
        (text.data[0] != '0' && text.data[0] != '1'))
        return false;
    memcpy(later, text.data, text.length);
    later[0] = (char)(later[0] + 2);
    return read_calendar((struct span){later, text.length}, &ms);
}

bool times_read(struct span text, int64_t now_ms, int64_t *out_ms, struct err *err) {
    int64_t value;

    if (span_equal(text, SPAN("now"))) {
        *out_ms = now_ms;
        return true;
    }
    if (span_starts_with(text, SPAN("now-")))
        return read_ago(span_skip(text, 4), now_ms, out_ms, err);
    if (span_starts_with(text, SPAN("-")))
        return read_ago(span_skip(text, 1), now_ms, out_ms, err);
    if (span_to_integer(text, &value))
        return read_epoch(text, value, out_ms, err);
    if (read_calendar(text, out_ms))
        return true;
    if (is_before_1970(text))
        return err_set(err, ERR_INVALID, "is before 1970");
    return refuse(err);
}
