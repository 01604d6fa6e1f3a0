#include "collect/full_disk.h"

void full_disk_found(struct full_disk *disk, int64_t now_ms) {
    atomic_store(&disk->till_ms, now_ms + FULL_DISK_MS);
}

void full_disk_over(struct full_disk *disk) {
    atomic_store(&disk->till_ms, 0);
}

bool full_disk_lasts(const struct full_disk *disk) {
    return atomic_load(&disk->till_ms) != 0;
}

bool full_disk_check(const struct full_disk *disk, int64_t now_ms, struct err *err) {
    return now_ms >= atomic_load(&disk->till_ms) ||
           err_set(err, ERR_NO_SPACE, "not fetched, since the disk is full");
}
