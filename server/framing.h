/* Is this request's head fit to be acted on, and how long is its body? Whatever two parsers might
 * read in two ways is refused, so that nobody can smuggle a request past a proxy in front of us
 * (RFC 9112, sections 5, 6 and 11.2). Knows no socket. */
#ifndef TRAILD_SERVER_FRAMING_H
#define TRAILD_SERVER_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define HEAD_FIELDS 100

struct head_field {
    struct span name;
    struct span value;
};

/* The first lines of a request. Spans are borrowed. */
struct head {
    struct span method;
    struct span target;  /* as sent */
    struct span version; /* "HTTP/1.1" */
    struct head_field fields[HEAD_FIELDS];
    size_t field_count;
    bool too_many_fields;
    struct span place; /* where the target lay as it was sent; decoded since, so only compared */
    bool damaged;      /* see framing_covers */
};

struct framing {
    bool has_body;    /* bytes will follow */
    bool chunked;     /* how many is not known */
    bool says_length; /* there is a Content-Length, perhaps 0 */
    int64_t length;   /* bytes, unless chunked */
};

/* Why a request is refused in front of the handlers. */
struct refusal {
    int status;
    const char *title;
    char detail[256];
};

/* False with `*out_refusal` set. */
MUST_USE bool framing_check(const struct head *head, struct framing *out,
                            struct refusal *out_refusal);

/* Whether method, target, version and fields, as they lie in memory, are every byte of the head up
 * to `end`, with one space between the first three and CR LF behind each line and behind all. The
 * library's parser (0.9.75) cuts targets and values at NUL, loses folded lines and takes a bare LF,
 * each without a word; but it parses in place, so what it overlooked shows as a gap. */
MUST_USE bool framing_covers(const struct head *head, const char *end);

/* The first field of this name (in lower case), trimmed; SPAN_NONE without it. */
struct span head_field(const struct head *head, struct span name);

/* Always false, so that refusing takes one line. */
bool refuse(struct refusal *refusal, int status, const char *title, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
