/* Another program, run for what it writes. Any thread. */
#ifndef TRAILD_AWS_COMMAND_H
#define TRAILD_AWS_COMMAND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct command {
    char *const *words;        /* the program, sought in PATH, and its arguments; NULL behind */
    int64_t most_ms;           /* then it is killed, with what it started */
    int64_t most_bytes;        /* of each of its two outputs */
    const atomic_bool *cancel; /* NULL: nobody does */
};

/* What it wrote to standard output, in the arena; it reads nothing and ends with status 0. Else
 * ERR_REMOTE (with its status and the last line it wrote to standard error), ERR_BUSY when it took
 * too long, ERR_CANCELLED, ERR_INTERNAL. */
MUST_USE bool command_run(const struct command *command, struct arena *arena, struct span *out,
                          struct err *err);

#endif
