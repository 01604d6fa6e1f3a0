/* Borrowed bytes: passes by value, never frees, need not end with NUL and may hold any byte. */
#ifndef TRAILD_BASE_SPAN_H
#define TRAILD_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct span {
    const char *data; /* NULL: no value at all, which is not the same as an empty one */
    size_t length;
};

#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_NONE     ((struct span){NULL, 0})

/* For printf("%.*s", SPAN_ARGS(span)). */
#define SPAN_ARGS(span) (int)(span).length, (span).data

/* The bytes of a C string, without its NUL; NULL gives SPAN_NONE. */
struct span span_of(const char *text);

bool span_equal(struct span a, struct span b);

/* A to Z count as a to z; other bytes are compared as they are. */
bool span_equal_any_case(struct span a, struct span b);

bool span_starts_with(struct span text, struct span prefix);
bool span_ends_with(struct span text, struct span suffix);

/* As memcmp, then the shorter one first. */
int span_compare(struct span a, struct span b);

/* Without the first `count` bytes (count <= length). */
struct span span_skip(struct span text, size_t count);

/* The first `most` bytes, or all there are: for sentences, which quote no more than that. */
struct span span_head(struct span text, size_t most);

/* Visible ASCII only: no space, no control character, nothing beyond `~`. True for an empty one. */
bool span_is_visible(struct span text);

/* Without spaces, tabs and line ends at both sides. */
struct span span_trim(struct span text);

/* Cuts at the first (last) `byte`: the parts are the bytes before and behind it. False when there
 * is none; the outputs stay untouched then. */
MUST_USE bool span_cut(struct span text, char byte, struct span *out_before,
                       struct span *out_behind);
MUST_USE bool span_cut_last(struct span text, char byte, struct span *out_before,
                            struct span *out_behind);

/* Decimal digits only, no sign, at most INT64_MAX; false for anything else. */
MUST_USE bool span_to_integer(struct span text, int64_t *out);

#endif
