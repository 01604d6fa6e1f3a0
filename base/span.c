#include "base/span.h"

#include <string.h>

struct span span_of(const char *text) {
    if (text == NULL)
        return SPAN_NONE;
    return (struct span){text, strlen(text)};
}

bool span_equal(struct span a, struct span b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static char small(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Not strncasecmp, which goes by the locale and stops at a NUL. */
bool span_equal_any_case(struct span a, struct span b) {
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++) {
        if (small(a.data[i]) != small(b.data[i]))
            return false;
    }
    return true;
}

bool span_starts_with(struct span text, struct span prefix) {
    return text.length >= prefix.length &&
           span_equal((struct span){text.data, prefix.length}, prefix);
}

bool span_ends_with(struct span text, struct span suffix) {
    return text.length >= suffix.length &&
           span_equal(span_skip(text, text.length - suffix.length), suffix);
}

int span_compare(struct span a, struct span b) {
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    if (order != 0 || a.length == b.length)
        return order;
    return a.length < b.length ? -1 : 1;
}

struct span span_skip(struct span text, size_t count) {
    if (count == 0)
        return text;
    return (struct span){text.data + count, text.length - count};
}

struct span span_head(struct span text, size_t most) {
    return (struct span){text.data, text.length < most ? text.length : most};
}

bool span_is_visible(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    }
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span text) {
    while (text.length > 0 && is_blank(text.data[0]))
        text = span_skip(text, 1);
    while (text.length > 0 && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool cut_at(struct span text, const char *place, struct span *out_before,
                   struct span *out_behind) {
    if (place == NULL)
        return false;

    size_t before = (size_t)(place - text.data);
    *out_before = (struct span){text.data, before};
    *out_behind = span_skip(text, before + 1);
    return true;
}

bool span_cut(struct span text, char byte, struct span *out_before, struct span *out_behind) {
    const char *place = text.length > 0 ? memchr(text.data, byte, text.length) : NULL;

    return cut_at(text, place, out_before, out_behind);
}

bool span_cut_last(struct span text, char byte, struct span *out_before, struct span *out_behind) {
    const char *place = text.length > 0 ? memrchr(text.data, byte, text.length) : NULL;

    return cut_at(text, place, out_before, out_behind);
}

bool span_to_integer(struct span text, int64_t *out) {
    int64_t value = 0;

    if (text.length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, c - '0', &value))
            return false;
    }
    *out = value;
    return true;
}
