#include "server/value.h"

#include <stdio.h>

#include "base/limits.h"

struct unit {
    const char *name; /* in any case */
    int64_t factor;
};

static const struct unit size_units[] = {
    {"", 1},      {"B", 1},        {"K", KIB},       {"KB", KIB},       {"KiB", KIB},
    {"M", MIB},   {"MB", MIB},     {"MiB", MIB},     {"G", GIB},        {"GB", GIB},
    {"GiB", GIB}, {"T", GIB *KIB}, {"TB", GIB *KIB}, {"TiB", GIB *KIB},
};

static const struct unit duration_units[] = {
    {"s", 1000}, {"", 1000}, {"ms", 1}, {"m", 60000}, {"min", 60000}, {"h", 3600000},
};

static const struct unit no_units[] = {{"", 1}};

static bool find_factor(struct span name, const struct unit *units, size_t count, int64_t *out) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal_any_case(name, span_of(units[i].name))) {
            *out = units[i].factor;
            return true;
        }
    }
    return false;
}

static bool read_number(struct span text, const struct unit *units, size_t count, int64_t *out) {
    size_t digits = 0;
    int64_t number;
    int64_t factor;

    while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    return span_to_integer((struct span){text.data, digits}, &number) &&
           find_factor(span_skip(text, digits), units, count, &factor) &&
           !__builtin_mul_overflow(number, factor, out);
}

/* The number in the largest unit that leaves no rest: 2G rather than 2147483648. */
static void number_text(int64_t number, const struct unit *units, size_t count, char *out,
                        size_t room) {
    const struct unit *best = &units[0];

    for (size_t i = 0; i < count; i++) {
        bool whole = number != 0 && number % units[i].factor == 0;
        bool larger = units[i].factor > best->factor || number % best->factor != 0;
        if (whole && larger)
            best = &units[i];
    }
    snprintf(out, room, "%lld%s", (long long)(number / best->factor), best->name);
}

static bool read_in_range(struct span text, const struct unit *units, size_t count,
                          struct value_range range, const char *examples, int64_t *out,
                          struct err *err) {
    int64_t number;
    char least[32];
    char most[32];

    if (!read_number(text, units, count, &number))
        return err_set(err, ERR_INVALID, "must be %s", examples);
    if (number < range.least || number > range.most) {
        number_text(range.least, units, count, least, sizeof(least));
        number_text(range.most, units, count, most, sizeof(most));
        return err_set(err, ERR_INVALID, "must be %s to %s", least, most);
    }
    *out = number;
    return true;
}

bool value_size(struct span text, struct value_range range, int64_t *out, struct err *err) {
    return read_in_range(text, size_units, ARRAY_LENGTH(size_units), range,
                         "a size in bytes such as 512K, 64M or 2G", out, err);
}

bool value_duration(struct span text, struct value_range range, int64_t *out, struct err *err) {
    return read_in_range(text, duration_units, ARRAY_LENGTH(duration_units), range,
                         "a duration such as 500ms, 10s or 2m", out, err);
}

bool value_count(struct span text, struct value_range range, int64_t *out, struct err *err) {
    return read_in_range(text, no_units, ARRAY_LENGTH(no_units), range, "a whole number", out, err);
}

#define NEAREST_LENGTH 32 /* longer words are near to nothing */

static size_t least_of(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* How many letters must be put in, taken out or changed (Levenshtein). */
static size_t distance(struct span a, struct span b) {
    size_t row[NEAREST_LENGTH + 1];

    for (size_t j = 0; j <= b.length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t changed = diagonal + (a.data[i - 1] != b.data[j - 1]);
            diagonal = row[j];
            row[j] = least_of(row[j] + 1, row[j - 1] + 1, changed);
        }
    }
    return row[b.length];
}

const char *value_nearest(struct span text, const char *const *texts, size_t count) {
    const char *nearest = NULL;
    size_t limit = text.length / 3 + 1; /* of three letters, one may be wrong */

    for (size_t i = 0; i < count; i++) {
        struct span candidate = span_of(texts[i]);
        if (text.length > NEAREST_LENGTH || candidate.length > NEAREST_LENGTH)
            continue;
        size_t steps = distance(text, candidate);
        if (steps <= limit) {
            nearest = texts[i];
            limit = steps - (steps > 0);
        }
    }
    return nearest;
}
