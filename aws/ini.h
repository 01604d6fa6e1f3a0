/* The ini files of AWS's tools, as their command line reads them: `[section]`, `key = value` (or
 * `:`), lines of comment begin with # or ;. Deeper indented lines go on with the value, or, when it
 * is empty, hold values of their own: `s3 =` followed by `  addressing_style = path`. */
#ifndef TRAILD_AWS_INI_H
#define TRAILD_AWS_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct ini_value {
    struct span section; /* as between the brackets, trimmed */
    struct span key;     /* lower case; SPAN_NONE: the section's first line */
    struct span inner;   /* lower case; SPAN_NONE: a value of the section itself */
    struct span value;   /* trimmed; may be empty */
};

struct ini {
    struct ini_value *values; /* in the order of the file; in the arena */
    size_t count;
};

/* Fails with ERR_INVALID and the number of the line, never its text, which may be a secret. The
 * spans point into `text` and the arena. */
MUST_USE bool ini_parse(struct span text, struct arena *arena, struct ini *out, struct err *err);

bool ini_has(const struct ini *ini, struct span section);

/* The last of that name; SPAN_NONE when there is none. `inner` as in struct ini_value. */
struct span ini_get_inner(const struct ini *ini, struct span section, struct span key,
                          struct span inner);

#endif
