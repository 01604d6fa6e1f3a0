#include "base/percent.h"

#include <string.h>

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool take_escape(struct span *text, char *out) {
    int high = text->length >= 3 ? digit_value(text->data[1]) : -1;
    int low = text->length >= 3 ? digit_value(text->data[2]) : -1;

    if (high < 0 || low < 0)
        return false;
    *out = (char)(high * 16 + low);
    *text = span_skip(*text, 3);
    return true;
}

static bool needs_decoding(struct span text, enum plus_sign plus) {
    return text.length > 0 && (memchr(text.data, '%', text.length) != NULL ||
                               (plus == PLUS_IS_SPACE && memchr(text.data, '+', text.length)));
}

bool percent_decode(struct span text, enum plus_sign plus, struct arena *arena, struct span *out) {
    if (!needs_decoding(text, plus)) {
        *out = text;
        return true;
    }

    char *decoded = arena_allocate(arena, text.length);
    size_t length = 0;
    while (text.length > 0) {
        char c = text.data[0];
        if (c == '%') {
            if (!take_escape(&text, &decoded[length++]))
                return false;
            continue;
        }
        decoded[length++] = c == '+' && plus == PLUS_IS_SPACE ? ' ' : c;
        text = span_skip(text, 1);
    }
    *out = (struct span){decoded, length};
    return true;
}

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void encode(struct span bytes, char kept, struct buffer *out) {
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (is_unreserved((char)c) || c == (unsigned char)kept) {
            buffer_append_byte(out, (char)c);
            continue;
        }
        buffer_append_byte(out, '%');
        buffer_append_byte(out, digits[c >> 4]);
        buffer_append_byte(out, digits[c & 15]);
    }
}

void percent_encode(struct span bytes, struct buffer *out) {
    encode(bytes, '-', out);
}

void percent_encode_path(struct span bytes, struct buffer *out) {
    encode(bytes, '/', out);
}
