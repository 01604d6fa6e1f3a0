/* The pieces that scanner.c and record.c walk JSON text with: place in, place behind out.
 *
 * Every lex_ function takes the place of a token's first byte and gives the place just behind the
 * token, or NULL when it stopped: then `stopped` says where and `reason` why. Nothing is read
 * behind `end`. */
#ifndef TRAILD_INGEST_LEXER_H
#define TRAILD_INGEST_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/macros.h"
#include "base/span.h"
#include "ingest/scanner.h"

struct lexer {
    const char *end;     /* of the text */
    const char *stopped; /* `end` when nothing is wrong but that the text ends too early */
    const char *reason;  /* constant */
    bool whole;          /* the end of the text is the end of input: a number may end there */
    bool escaped;        /* the string read last holds a backslash */
};

static inline struct lexer lexer_of(struct span text, bool whole) {
    return (struct lexer){.end = span_skip(text, text.length).data, .whole = whole};
}

/* What came of a value that began with `text` and ended before `behind`, NULL when it stopped. */
static inline struct scan_result lexer_result(const struct lexer *lexer, struct span text,
                                              const char *behind) {
    if (behind != NULL)
        return (struct scan_result){SCAN_DONE, (size_t)(behind - text.data), NULL};
    if (lexer->stopped == lexer->end)
        return (struct scan_result){.status = SCAN_MORE};
    return (struct scan_result){SCAN_BAD, (size_t)(lexer->stopped - text.data), lexer->reason};
}

/* Always NULL, so that stopping takes one line. */
const char *lex_stop(struct lexer *lexer, const char *at, const char *reason);

/* Any value. `depth` is how many containers are open around it. */
MUST_USE const char *lex_value(struct lexer *lexer, const char *at, size_t depth);

/* The rest of a string, from its first byte that is not plain. */
MUST_USE const char *lex_string_rest(struct lexer *lexer, const char *at);

/* Opens a container: behind the bracket, unless it is one too deep. */
MUST_USE const char *lex_open(struct lexer *lexer, const char *at, size_t depth);

/* The byte there; NUL, which no token begins with, at the end. */
static inline char lex_byte(const struct lexer *lexer, const char *at) {
    return at < lexer->end ? *at : '\0';
}

static inline const char *lex_blank(const struct lexer *lexer, const char *at) {
    while (at < lexer->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* A byte that stands for itself inside a string, and needs no look at its neighbours. */
static inline bool lex_is_plain(char byte) {
    return (signed char)byte >= 0x20 && byte != '"' && byte != '\\';
}

#ifdef __SSE2__

#define LEX_BLOCK 16

/* One bit for each of the 16 bytes that is not plain. Compared as signed numbers, the control
 * characters and the bytes from 0x80 on are all those below a space. */
static inline unsigned lex_block_marks(const char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));

    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), below));
}

static inline size_t lex_first_mark(unsigned marks) {
    return (size_t)__builtin_ctz(marks);
}

#else

#define LEX_BLOCK 8

/* The same for machines without SSE2: the top bit of every byte that is not plain, in a 64-bit
 * word. Borrows may mark a plain byte too, but only behind one that is marked rightly. */
static inline uint64_t lex_block_marks(const char *at) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t bytes;

    memcpy(&bytes, at, sizeof(bytes));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    uint64_t quote = (bytes ^ (ones * '"')) - ones;
    uint64_t slash = (bytes ^ (ones * '\\')) - ones;
    uint64_t below = bytes - ones * ' ';

    return ((quote | slash | below) | bytes) & (ones * 0x80);
}

static inline size_t lex_first_mark(uint64_t marks) {
    return (size_t)__builtin_ctzll(marks) / 8;
}

#endif

/* The first byte from `at` on that is not plain, or the end. */
static inline const char *lex_plain(const struct lexer *lexer, const char *at) {
    while (lexer->end - at >= LEX_BLOCK) {
        __auto_type marks = lex_block_marks(at);
        if (marks != 0)
            return at + lex_first_mark(marks);
        at += LEX_BLOCK;
    }
    while (at < lexer->end && lex_is_plain(*at))
        at++;
    return at;
}

/* A string, from its opening quote. */
MUST_USE static inline const char *lex_string(struct lexer *lexer, const char *at) {
    lexer->escaped = false;
    at = lex_plain(lexer, at + 1);
    if (lex_byte(lexer, at) == '"')
        return at + 1;
    return lex_string_rest(lexer, at);
}

/* A member's name and its colon: gives the place of the value, and the name without quotes. */
MUST_USE static inline const char *lex_name(struct lexer *lexer, const char *at,
                                            struct span *out_name) {
    if (lex_byte(lexer, at) != '"')
        return lex_stop(lexer, at, "a member's name in quotes must stand here");
    const char *behind = lex_string(lexer, at);
    if (behind == NULL)
        return NULL;
    *out_name = (struct span){at + 1, (size_t)(behind - at) - 2};
    behind = lex_blank(lexer, behind);
    if (lex_byte(lexer, behind) != ':')
        return lex_stop(lexer, behind, "a colon must follow a member's name");
    return lex_blank(lexer, behind + 1);
}

/* What follows a member: the next one's place, or behind the closing brace with `*out_last` set. */
MUST_USE static inline const char *lex_next(struct lexer *lexer, const char *at, char close,
                                            bool *out_last) {
    /* As programs write it. */
    if (lexer->end - at > 1 && at[0] == ',' && at[1] == '"') {
        *out_last = false;
        return at + 1;
    }
    at = lex_blank(lexer, at);
    *out_last = lex_byte(lexer, at) == close;
    if (*out_last)
        return at + 1;
    if (lex_byte(lexer, at) != ',')
        return lex_stop(lexer, at,
                        close == '}' ? "a comma or a closing brace must stand here"
                                     : "a comma or a closing bracket must stand here");
    at = lex_blank(lexer, at + 1);
    if (lex_byte(lexer, at) == close)
        return lex_stop(lexer, at, "trailing comma");
    return at;
}

#endif
