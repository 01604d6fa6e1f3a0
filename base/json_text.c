#include "base/json_text.h"

#include <string.h>

#include "base/utc.h"

/* The length of the UTF-8 sequence at the front (RFC 3629: no surrogates, shortest form), or 0. */
static size_t utf8_sequence(struct span text) {
    const uint8_t *byte = (const uint8_t *)text.data;
    size_t length = byte[0] < 0x80   ? 1
                    : byte[0] < 0xc2 ? 0
                    : byte[0] < 0xe0 ? 2
                    : byte[0] < 0xf0 ? 3
                    : byte[0] < 0xf5 ? 4
                                     : 0;

    if (length == 0 || length > text.length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    }
    bool overlong = (byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xf0 && byte[1] < 0x90);
    bool beyond = (byte[0] == 0xed && byte[1] > 0x9f) || (byte[0] == 0xf4 && byte[1] > 0x8f);
    return length > 1 && (overlong || beyond) ? 0 : length;
}

static bool is_plain(char c) {
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f && c != '"' && c != '\\';
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Not zero when a byte of the word is (for bytes below 0x80, and some above). */
static uint64_t has_zero(uint64_t word) {
    return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

/* Whether eight bytes are plain; some that are may be taken for not. */
static bool are_plain(const char *bytes) {
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    uint64_t beyond = (word | (word + EACH_BYTE(1))) & EACH_BYTE(0x80);
    uint64_t control = (word - EACH_BYTE(0x20)) & EACH_BYTE(0x80);
    return (beyond | control | has_zero(word ^ EACH_BYTE('"')) |
            has_zero(word ^ EACH_BYTE('\\'))) == 0;
}

/* How many bytes at the front stand for themselves. */
static size_t count_plain(struct span text) {
    size_t plain = 0;

    while (plain + sizeof(uint64_t) <= text.length && are_plain(text.data + plain))
        plain += sizeof(uint64_t);
    while (plain < text.length && is_plain(text.data[plain]))
        plain++;
    return plain;
}

static void append_escaped(struct buffer *out, char c) {
    switch (c) {
    case '"':
    case '\\':
        buffer_append_byte(out, '\\');
        buffer_append_byte(out, c);
        return;
    case '\n':
        buffer_append_text(out, "\\n");
        return;
    case '\r':
        buffer_append_text(out, "\\r");
        return;
    case '\t':
        buffer_append_text(out, "\\t");
        return;
    default:
        buffer_append_format(out, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

/* What does not stand for itself, up to the next byte that does. */
static struct span append_special(struct buffer *out, struct span text) {
    size_t sequence = utf8_sequence(text);

    if (sequence > 1)
        buffer_append(out, (struct span){text.data, sequence});
    else if (sequence == 1)
        append_escaped(out, text.data[0]);
    else
        buffer_append_text(out, "\xef\xbf\xbd");
    return span_skip(text, sequence > 0 ? sequence : 1);
}

void json_text_string(struct buffer *out, struct span text) {
    if (text.data == NULL) {
        buffer_append_text(out, "null");
        return;
    }
    buffer_append_byte(out, '"');
    for (;;) {
        size_t plain = count_plain(text);
        buffer_append(out, (struct span){text.data, plain});
        text = span_skip(text, plain);
        if (text.length == 0)
            break;
        text = append_special(out, text);
    }
    buffer_append_byte(out, '"');
}

void json_text_next(struct buffer *out) {
    char last = out->length > 0 ? out->data[out->length - 1] : '[';

    if (last != '[' && last != '{')
        buffer_append_byte(out, ',');
}

void json_text_name(struct buffer *out, const char *name) {
    json_text_next(out);
    buffer_append_byte(out, '"');
    buffer_append_text(out, name);
    buffer_append_text(out, "\":");
}

void json_text_string_member(struct buffer *out, const char *name, struct span text) {
    json_text_name(out, name);
    json_text_string(out, text);
}

void json_text_integer_member(struct buffer *out, const char *name, int64_t value) {
    json_text_name(out, name);
    if (value < 0)
        buffer_append_byte(out, '-');
    buffer_append_number(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_text_flag_member(struct buffer *out, const char *name, bool value) {
    json_text_raw_member(out, name, value ? SPAN("true") : SPAN("false"));
}

void json_text_count_member(struct buffer *out, const char *name, int64_t count) {
    if (count >= 0)
        json_text_integer_member(out, name, count);
    else
        json_text_raw_member(out, name, SPAN_NONE);
}

void json_text_raw_member(struct buffer *out, const char *name, struct span json) {
    json_text_name(out, name);
    buffer_append(out, json.data != NULL ? json : SPAN("null"));
}

void json_text_time_member(struct buffer *out, const char *name, int64_t ms) {
    char text[UTC_TEXT_BYTES];

    json_text_string_member(out, name, ms < 0 ? SPAN_NONE : utc_format(ms, text));
}
