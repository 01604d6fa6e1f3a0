/* A file of a user's settings, read whole into memory. */
#ifndef TRAILD_AWS_SMALL_FILE_H
#define TRAILD_AWS_SMALL_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Into the arena. Fails with ERR_NOT_FOUND when there is no such file, else with ERR_INVALID: it
 * may not be read, is a directory, or longer than `most` bytes. The text names the path. */
MUST_USE bool small_file_read(struct span path, int64_t most, struct arena *arena, struct span *out,
                              struct err *err);

#endif
