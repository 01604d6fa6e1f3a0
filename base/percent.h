/* Percent-encoding of URIs (RFC 3986, section 2.1) and of query strings made by forms. */
#ifndef TRAILD_BASE_PERCENT_H
#define TRAILD_BASE_PERCENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/span.h"

/* In a query string a plus stands for a space; in a path it is a plus. */
enum plus_sign {
    PLUS_IS_PLUS,
    PLUS_IS_SPACE,
};

/* Any byte may come out, NUL too. False when a % is not followed by two hexadecimal digits. The
 * text itself when there is nothing to decode, else a copy in the arena. */
MUST_USE bool percent_decode(struct span text, enum plus_sign plus, struct arena *arena,
                             struct span *out);

/* Appends; everything but letters, digits and `-._~` is encoded. */
void percent_encode(struct span bytes, struct buffer *out);

/* As percent_encode, but a slash stays a slash. */
void percent_encode_path(struct span bytes, struct buffer *out);

#endif
