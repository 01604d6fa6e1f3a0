#include "ingest/scanner.h"

#include <string.h>

#include "ingest/lexer.h"

struct scan_result scan_value(struct span text, size_t depth, bool whole) {
    struct lexer lexer = lexer_of(text, whole);
    const char *behind = lex_value(&lexer, text.data, depth);

    return lexer_result(&lexer, text, behind);
}

size_t scan_blank(struct span text) {
    struct lexer lexer = lexer_of(text, true);

    return (size_t)(lex_blank(&lexer, text.data) - text.data);
}

/* ---- escapes ---- */

static unsigned hexadecimal_digit(char byte) {
    if (byte <= '9')
        return (unsigned)(byte - '0');
    return (unsigned)((byte | 0x20) - 'a') + 10;
}

static uint32_t code_unit(const char *digits) {
    uint32_t unit = 0;

    for (int i = 0; i < 4; i++)
        unit = unit << 4 | hexadecimal_digit(digits[i]);
    return unit;
}

static bool is_high_surrogate(uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(uint32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* RFC 8259, section 7: two units may make one character. `text` begins behind the "\u". */
static uint32_t take_character(struct span *text) {
    uint32_t unit = code_unit(text->data);

    *text = span_skip(*text, 4);
    if (is_high_surrogate(unit) && text->length >= 6 && span_starts_with(*text, SPAN("\\u"))) {
        uint32_t low = code_unit(text->data + 2);
        if (is_low_surrogate(low)) {
            *text = span_skip(*text, 6);
            return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return is_high_surrogate(unit) || is_low_surrogate(unit) ? 0xFFFD : unit;
}

static char *put_utf8(char *out, uint32_t character) {
    if (character < 0x80) {
        *out++ = (char)character;
        return out;
    }
    if (character < 0x800) {
        *out++ = (char)(0xC0 | character >> 6);
    } else {
        if (character < 0x10000) {
            *out++ = (char)(0xE0 | character >> 12);
        } else {
            *out++ = (char)(0xF0 | character >> 18);
            *out++ = (char)(0x80 | (character >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (character >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (character & 0x3F));
    return out;
}

static char simple_escape(char letter) {
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default: /* quote, backslash and slash stand for themselves */
        return letter;
    }
}

/* One escape; `text` begins behind the backslash. */
static char *put_escape(char *out, struct span *text) {
    char letter = text->data[0];

    *text = span_skip(*text, 1);
    if (letter == 'u')
        return put_utf8(out, take_character(text));
    *out = simple_escape(letter);
    return out + 1;
}

struct span scan_unescape(struct span inner, struct arena *arena) {
    struct span plain;
    struct span behind;

    if (!span_cut(inner, '\\', &plain, &behind))
        return inner;
    /* No escape is shorter than what it stands for. */
    char *copy = arena_allocate(arena, inner.length);
    char *out = copy;
    do {
        memcpy(out, plain.data, plain.length);
        out = put_escape(out + plain.length, &behind);
        inner = behind;
    } while (span_cut(inner, '\\', &plain, &behind));
    memcpy(out, inner.data, inner.length);
    return (struct span){copy, (size_t)(out - copy) + inner.length};
}

/* ---- members and elements ---- */

struct scan_cursor scan_enter(struct span container) {
    return (struct scan_cursor){span_skip(container, 1)};
}

/* Where the next member or element begins, or NULL at the closing bracket. */
static const char *cursor_place(struct lexer *lexer, const struct scan_cursor *cursor) {
    const char *at = lex_blank(lexer, cursor->rest.data);

    if (lex_byte(lexer, at) == ',')
        at = lex_blank(lexer, at + 1);
    return lex_byte(lexer, at) == '}' || lex_byte(lexer, at) == ']' ? NULL : at;
}

static bool cursor_value(struct lexer *lexer, struct scan_cursor *cursor, const char *at,
                         struct span *out_value) {
    const char *behind = lex_value(lexer, at, 0);

    if (behind == NULL)
        return false;
    *out_value = (struct span){at, (size_t)(behind - at)};
    cursor->rest = (struct span){behind, (size_t)(lexer->end - behind)};
    return true;
}

bool scan_next_member(struct scan_cursor *cursor, struct arena *arena, struct span *out_name,
                      struct span *out_value) {
    struct lexer lexer = lexer_of(cursor->rest, true);
    const char *at = cursor_place(&lexer, cursor);
    struct span name;

    if (at == NULL)
        return false;
    at = lex_name(&lexer, at, &name);
    if (at == NULL || !cursor_value(&lexer, cursor, at, out_value))
        return false;
    *out_name = scan_unescape(name, arena);
    return true;
}

bool scan_next_element(struct scan_cursor *cursor, struct span *out_value) {
    struct lexer lexer = lexer_of(cursor->rest, true);
    const char *at = cursor_place(&lexer, cursor);

    return at != NULL && cursor_value(&lexer, cursor, at, out_value);
}

bool scan_member(struct span object, struct span name, struct arena *arena,
                 struct span *out_value) {
    struct span found;
    struct span value;
    bool present = false;

    if (!span_starts_with(object, SPAN("{")))
        return false;
    for (struct scan_cursor cursor = scan_enter(object);
         scan_next_member(&cursor, arena, &found, &value);) {
        if (span_equal(found, name)) {
            *out_value = value;
            present = true;
        }
    }
    return present;
}

bool scan_string(struct span value, struct arena *arena, struct span *out) {
    if (!span_starts_with(value, SPAN("\"")))
        return false;
    *out = scan_unescape((struct span){value.data + 1, value.length - 2}, arena);
    return true;
}
