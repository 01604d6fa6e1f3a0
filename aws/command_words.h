/* A command line cut into words as a POSIX shell does, and nothing more of a shell: quotes and
 * backslashes, but no variables and no patterns. */
#ifndef TRAILD_AWS_COMMAND_WORDS_H
#define TRAILD_AWS_COMMAND_WORDS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* C strings in the arena, NULL behind the last; at least one. Fails with ERR_INVALID: a quote that
 * is not closed, a NUL, no word at all. */
MUST_USE bool command_words(struct span line, struct arena *arena, char ***out, struct err *err);

#endif
