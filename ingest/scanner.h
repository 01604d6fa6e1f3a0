/* A strict JSON scanner (RFC 8259) that builds no tree: checks one value and says where it ends.
 *
 * Strict: no trailing commas, no raw control characters in strings, valid UTF-8 (RFC 3629), only
 * the escapes of section 7, numbers as in section 6, nesting up to LIMIT_RECORD_DEPTH. Lone
 * surrogates in \u escapes are allowed by the grammar and taken. White space is space, tab, line
 * feed and carriage return. */
#ifndef TRAILD_INGEST_SCANNER_H
#define TRAILD_INGEST_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

enum scan_status {
    SCAN_DONE, /* one whole value */
    SCAN_MORE, /* good so far, but the text ends inside the value (or in a number that may go on) */
    SCAN_BAD,  /* not JSON, or nested too deeply */
};

struct scan_result {
    enum scan_status status;
    size_t end;         /* DONE: offset just behind the value. BAD: offset of the offending byte */
    const char *reason; /* BAD: a sentence such as "trailing comma", constant */
};

/* Skips one value at the front of `text` (which begins with its first byte, not white space).
 * `depth` is how deep it is already nested, 0 for a record. With `whole`, the end of text is the
 * end of input: SCAN_MORE is given only for a value that is cut off. */
struct scan_result scan_value(struct span text, size_t depth, bool whole);

/* The offset of the first byte that is not white space; text.length when there is none. */
size_t scan_blank(struct span text);

/* The value of a string token, given without its quotes: escapes decoded, lone surrogates as
 * U+FFFD. The span itself when it holds no backslash, else a copy in the arena. */
struct span scan_unescape(struct span inner, struct arena *arena);

/* Iterates the members of an object or the elements of an array that is complete and was checked by
 * scan_value before; only for small things off the hot path (envelopes). */
struct scan_cursor {
    struct span rest;
};

struct scan_cursor scan_enter(struct span container);
/* The next member: `out_name` without quotes and decoded, `out_value` the value's bytes. */
bool scan_next_member(struct scan_cursor *cursor, struct arena *arena, struct span *out_name,
                      struct span *out_value);
bool scan_next_element(struct scan_cursor *cursor, struct span *out_value);

/* The value of a member by name; the last one when it stands there twice; false when it is absent
 * or `object` is no object. */
MUST_USE bool scan_member(struct span object, struct span name, struct arena *arena,
                          struct span *out_value);

/* The text of a string value such as `"abc"`; false when the value is no string. */
MUST_USE bool scan_string(struct span value, struct arena *arena, struct span *out);

#endif
