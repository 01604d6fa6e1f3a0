#include "ingest/lexer.h"

#include "base/limits.h"

const char *lex_stop(struct lexer *lexer, const char *at, const char *reason) {
    lexer->stopped = at;
    lexer->reason = reason;
    return NULL;
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static bool is_hexadecimal(char byte) {
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* ---- strings ---- */

/* Four hexadecimal digits. Surrogates may stand alone: the grammar does not forbid it. */
static const char *lex_unicode_escape(struct lexer *lexer, const char *at) {
    for (int i = 0; i < 4; i++) {
        if (!is_hexadecimal(lex_byte(lexer, at)))
            return lex_stop(lexer, at, "\\u takes four hexadecimal digits");
        at++;
    }
    return at;
}

static const char *lex_escape(struct lexer *lexer, const char *at) {
    lexer->escaped = true;
    switch (lex_byte(lexer, at + 1)) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return at + 2;
    case 'u':
        return lex_unicode_escape(lexer, at + 2);
    default:
        return lex_stop(lexer, at + 1, "no such escape in JSON");
    }
}

/* RFC 3629, section 4: what may follow a first byte. The second byte's range keeps out overlong
 * forms, surrogates and what lies beyond U+10FFFF. */
struct utf8_lead {
    uint8_t first;
    uint8_t last;
    uint8_t length;
    uint8_t second_min;
    uint8_t second_max;
};

static const struct utf8_lead *utf8_lead(char byte) {
    static const struct utf8_lead leads[] = {
        {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
        {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
        {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(leads); i++) {
        if ((uint8_t)byte >= leads[i].first && (uint8_t)byte <= leads[i].last)
            return &leads[i];
    }
    return NULL;
}

static const char *lex_utf8(struct lexer *lexer, const char *at) {
    static const char reason[] = "not UTF-8";
    const struct utf8_lead *lead = utf8_lead(*at);

    if (lead == NULL)
        return lex_stop(lexer, at, reason);
    for (size_t i = 1; i < lead->length; i++) {
        uint8_t byte = (uint8_t)lex_byte(lexer, at + i);
        if (byte < (i == 1 ? lead->second_min : 0x80) || byte > (i == 1 ? lead->second_max : 0xBF))
            return lex_stop(lexer, at + i, reason);
    }
    return at + lead->length;
}

/* Scripts that are not Latin put many in a row. */
static const char *lex_utf8_row(struct lexer *lexer, const char *at) {
    do {
        at = lex_utf8(lexer, at);
    } while (at != NULL && (uint8_t)lex_byte(lexer, at) >= 0x80);
    return at;
}

const char *lex_string_rest(struct lexer *lexer, const char *at) {
    while (at != NULL) {
        at = lex_plain(lexer, at);
        char byte = lex_byte(lexer, at);
        if (byte == '"')
            return at + 1;
        if (byte == '\\')
            at = lex_escape(lexer, at);
        else if ((uint8_t)byte >= 0x80)
            at = lex_utf8_row(lexer, at);
        else
            return lex_stop(lexer, at, "control character in a string");
    }
    return NULL;
}

/* ---- numbers and words ---- */

/* One digit at least. */
static const char *lex_digits(struct lexer *lexer, const char *at) {
    if (!is_digit(lex_byte(lexer, at)))
        return lex_stop(lexer, at, "a digit must stand here");
    while (is_digit(lex_byte(lexer, at)))
        at++;
    return at;
}

static const char *lex_integer_part(struct lexer *lexer, const char *at) {
    if (lex_byte(lexer, at) != '0')
        return lex_digits(lexer, at);
    if (is_digit(lex_byte(lexer, at + 1)))
        return lex_stop(lexer, at + 1, "leading zero in a number");
    return at + 1;
}

static const char *lex_exponent(struct lexer *lexer, const char *at) {
    if (lex_byte(lexer, at) == '+' || lex_byte(lexer, at) == '-')
        at++;
    return lex_digits(lexer, at);
}

static const char *lex_number(struct lexer *lexer, const char *at) {
    at = lex_integer_part(lexer, *at == '-' ? at + 1 : at);
    if (at != NULL && lex_byte(lexer, at) == '.')
        at = lex_digits(lexer, at + 1);
    if (at != NULL && (lex_byte(lexer, at) == 'e' || lex_byte(lexer, at) == 'E'))
        at = lex_exponent(lexer, at + 1);
    if (at == lexer->end && !lexer->whole)
        return lex_stop(lexer, at, "the number may go on");
    return at;
}

static const char *lex_word(struct lexer *lexer, const char *at, const char *word) {
    for (; *word != '\0'; word++, at++) {
        if (lex_byte(lexer, at) != *word)
            return lex_stop(lexer, at, "a word that is not true, false or null");
    }
    return at;
}

/* ---- containers ---- */

const char *lex_open(struct lexer *lexer, const char *at, size_t depth) {
    if (depth >= LIMIT_RECORD_DEPTH)
        return lex_stop(lexer, at,
                        "nested deeper than max record depth " TEXT_OF(LIMIT_RECORD_DEPTH));
    return lex_blank(lexer, at + 1);
}

/* Skips members like `"name":"value",`, with neither white space nor escapes, as most are, and goes
 * no further than it is sure: up to the name of a member, or behind the closing brace with
 * `*out_last` set. */
static const char *lex_plain_members(const struct lexer *lexer, const char *at, bool *out_last) {
    while (lex_byte(lexer, at) == '"') {
        const char *behind = lex_plain(lexer, at + 1);
        if (lexer->end - behind < 4 || behind[0] != '"' || behind[1] != ':' || behind[2] != '"')
            return at;
        behind = lex_plain(lexer, behind + 3);
        if (lexer->end - behind < 3 || behind[0] != '"')
            return at;
        *out_last = behind[1] == '}';
        if (*out_last)
            return behind + 2;
        if (behind[1] != ',' || behind[2] != '"')
            return at;
        at = behind + 2;
    }
    return at;
}

static const char *lex_object(struct lexer *lexer, const char *at, size_t depth) {
    bool last = false;
    struct span name;

    at = lex_open(lexer, at, depth);
    if (at != NULL && lex_byte(lexer, at) == '}')
        return at + 1;
    while (at != NULL && !last) {
        at = lex_plain_members(lexer, at, &last);
        if (last)
            return at;
        at = lex_name(lexer, at, &name);
        if (at != NULL)
            at = lex_value(lexer, at, depth + 1);
        if (at != NULL)
            at = lex_next(lexer, at, '}', &last);
    }
    return at;
}

static const char *lex_array(struct lexer *lexer, const char *at, size_t depth) {
    bool last = false;

    at = lex_open(lexer, at, depth);
    if (at != NULL && lex_byte(lexer, at) == ']')
        return at + 1;
    while (at != NULL && !last) {
        at = lex_value(lexer, at, depth + 1);
        if (at != NULL)
            at = lex_next(lexer, at, ']', &last);
    }
    return at;
}

/* Calls itself through objects and arrays, LIMIT_RECORD_DEPTH times at most. */
const char *lex_value(struct lexer *lexer, const char *at, size_t depth) {
    char byte = lex_byte(lexer, at);

    if (byte == '"')
        return lex_string(lexer, at);
    switch (byte) {
    case '{':
        return lex_object(lexer, at, depth);
    case '[':
        return lex_array(lexer, at, depth);
    case 't':
        return lex_word(lexer, at, "true");
    case 'f':
        return lex_word(lexer, at, "false");
    case 'n':
        return lex_word(lexer, at, "null");
    default:
        if (byte == '-' || is_digit(byte))
            return lex_number(lexer, at);
        return lex_stop(lexer, at, "a value must stand here");
    }
}
