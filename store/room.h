/* Whether the disk of the data directory has room for more. */
#ifndef TRAILD_STORE_ROOM_H
#define TRAILD_STORE_ROOM_H

#include <stdbool.h>
#include <sys/statvfs.h>

#include "base/err.h"

/* Below this much, imports are about to fail. */
#define ROOM_NEEDED_BYTES (16 * MIB)

/* Fails with ERR_NO_SPACE when there is too little left, ERR_INTERNAL when the disk does not say.
 */
MUST_USE bool room_check(const char *directory, struct err *err);

/* The same for what a disk has said. A file system that does not know its size has room. */
MUST_USE bool room_is_enough(const struct statvfs *facts, struct err *err);

#endif
