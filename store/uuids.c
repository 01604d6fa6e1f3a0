#include "store/uuids.h"

#include <string.h>

#define FIRST_DASH 8

static const char digits[] = "0123456789abcdef";

/* Where the two digits of each byte are. */
static const uint8_t places[UUID_BYTES] = {0,  2,  4,  6,  9,  11, 14, 16,
                                           19, 21, 24, 26, 28, 30, 32, 34};

static inline uint8_t digit_value(char byte) {
    static const uint8_t values[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
        ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
        ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    };

    return (uint8_t)(values[(uint8_t)byte] - 1);
}

/* Its dashes have been seen. */
static bool read_uuid(const char *text, char *out) {
    uint8_t all = 0;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        uint8_t high = digit_value(text[places[i]]);
        uint8_t low = digit_value(text[places[i] + 1]);
        all |= high | low;
        out[i] = (char)(high << 4 | low);
    }
    return all < 16;
}

/* ---- finding ----
 *
 * Four dashes five bytes apart are rare but in UUIDs, and can be looked for at many places at once.
 */

typedef char lanes __attribute__((vector_size(16)));

static lanes load(const char *at) {
    lanes bytes;

    memcpy(&bytes, at, sizeof(bytes));
    return bytes;
}

static bool is_dashed(const char *at) {
    return at[0] == '-' && at[5] == '-' && at[10] == '-' && at[15] == '-';
}

/* Whether a place among the next ones is_dashed. */
static bool any_is_dashed(const char *at) {
    const lanes dash = (lanes){0} + '-';
    uint64_t any[2];
    lanes dashed = (lanes)((load(at) == dash) & (load(at + 5) == dash) & (load(at + 10) == dash) &
                           (load(at + 15) == dash));

    memcpy(any, &dashed, sizeof(any));
    return (any[0] | any[1]) != 0;
}

/* The first UUID, or NULL. */
static const char *find_uuid(const char *at, const char *end, char *out) {
    if (end - at < UUID_TEXT)
        return NULL;
    const char *dash = at + FIRST_DASH;
    const char *last = end - UUID_TEXT + FIRST_DASH;
    while (dash <= last) {
        if (last - dash >= (ptrdiff_t)sizeof(lanes) && !any_is_dashed(dash)) {
            dash += sizeof(lanes);
            continue;
        }
        if (is_dashed(dash) && read_uuid(dash - FIRST_DASH, out))
            return dash - FIRST_DASH;
        dash++;
    }
    return NULL;
}

void uuids_take(struct span text, struct buffer *out_text, struct buffer *out_uuids) {
    const char *at = text.data;
    const char *end = text.data + text.length;
    char uuid[UUID_BYTES];

    for (const char *found; (found = find_uuid(at, end, uuid)) != NULL; at = found + UUID_TEXT) {
        buffer_append(out_text, (struct span){at, (size_t)(found - at)});
        buffer_append_byte(out_text, UUID_MARK);
        buffer_append(out_uuids, (struct span){uuid, UUID_BYTES});
    }
    buffer_append(out_text, (struct span){at, (size_t)(end - at)});
}

static void write_uuid(const char *uuid, char *out) {
    out[8] = out[13] = out[18] = out[23] = '-';
    for (size_t i = 0; i < UUID_BYTES; i++) {
        out[places[i]] = digits[(uint8_t)uuid[i] >> 4];
        out[places[i] + 1] = digits[uuid[i] & 15];
    }
}

char *uuids_put(struct span text, const char *uuids, char *out) {
    const char *mark;

    while (text.length > 0 && (mark = memchr(text.data, UUID_MARK, text.length)) != NULL) {
        size_t before = (size_t)(mark - text.data);
        memcpy(out, text.data, before);
        write_uuid(uuids, out + before);
        out += before + UUID_TEXT;
        uuids += UUID_BYTES;
        text = span_skip(text, before + 1);
    }
    if (text.length > 0)
        memcpy(out, text.data, text.length);
    return out + text.length;
}

size_t uuids_count(struct span text) {
    size_t count = 0;
    const char *mark;

    while (text.length > 0 && (mark = memchr(text.data, UUID_MARK, text.length)) != NULL) {
        count++;
        text = span_skip(text, (size_t)(mark - text.data) + 1);
    }
    return count;
}
