#include "store/room.h"

#include <inttypes.h>

bool room_is_enough(const struct statvfs *facts, struct err *err) {
    uint64_t block = facts->f_frsize > 0 ? facts->f_frsize : 1;

    /* Divided, since the product may be more than a number holds. */
    if (facts->f_blocks == 0 || facts->f_bavail >= (ROOM_NEEDED_BYTES + block - 1) / block)
        return true;
    return err_set(err, ERR_NO_SPACE,
                   "the disk of the data directory is nearly full: %" PRIu64 " bytes left",
                   facts->f_bavail * block);
}

bool room_check(const char *directory, struct err *err) {
    struct statvfs facts;

    if (statvfs(directory, &facts) != 0)
        return err_errno(err, "asking for the room in %s", directory);
    return room_is_enough(&facts, err);
}
