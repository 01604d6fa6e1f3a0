#include "base/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define NAME_START "body-"

static bool remove_left_overs(const char *directory, struct err *err) {
    DIR *entries = opendir(directory);
    struct dirent *entry;

    if (entries == NULL)
        return err_errno(err, "reading %s", directory);
    while ((entry = readdir(entries)) != NULL) {
        bool ours = strncmp(entry->d_name, NAME_START, strlen(NAME_START)) == 0;
        if (ours && unlinkat(dirfd(entries), entry->d_name, 0) != 0) {
            err_errno(err, "removing %s/%s", directory, entry->d_name);
            closedir(entries);
            return false;
        }
    }
    closedir(entries);
    return true;
}

bool spool_place_open(struct spool_place *place, const char *data_directory, struct err *err) {
    char *directory;

    if (asprintf(&directory, "%s/tmp", data_directory) < 0)
        return err_errno(err, "naming the directory of temporary files");
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        err_errno(err, "making %s", directory);
        free(directory);
        return false;
    }
    if (!remove_left_overs(directory, err)) {
        free(directory);
        return false;
    }
    place->directory = directory;
    atomic_init(&place->memory_left, SPOOL_MEMORY_TOTAL);
    atomic_init(&place->abandon, false);
    return true;
}

void spool_place_close(struct spool_place *place) {
    free(TAKE(place->directory));
}

void spool_init(struct spool *spool, struct spool_place *place) {
    *spool = (struct spool){.place = place, .descriptor = -1};
    buffer_init(&spool->memory, SPOOL_MEMORY_BYTES);
    sha256_begin(&spool->sha256);
}

/* Takes `bytes` of the shared memory; false when there is not enough left. */
static bool reserve(struct spool *spool, int64_t bytes) {
    int64_t left = atomic_load(&spool->place->memory_left);

    do {
        if (left < bytes)
            return false;
    } while (!atomic_compare_exchange_weak(&spool->place->memory_left, &left, left - bytes));
    spool->reserved += bytes;
    return true;
}

static void release(struct spool *spool) {
    atomic_fetch_add(&spool->place->memory_left, spool->reserved);
    spool->reserved = 0;
    buffer_clear(&spool->memory);
}

/* Buffers grow by doubling, so twice the bytes is what they may take. */
static bool fits_in_memory(struct spool *spool, size_t more) {
    size_t needed = spool->memory.length + more;

    if (needed > SPOOL_MEMORY_BYTES)
        return false;
    int64_t missing = 2 * (int64_t)needed - spool->reserved;
    return missing <= 0 || reserve(spool, missing);
}

static bool disk_failed(struct spool *spool, const char *doing, struct err *err) {
    spool->disk_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return err_errno(err, "%s a temporary file in %s", doing, spool->place->directory);
}

/* Where the file system has no O_TMPFILE: a name that is taken away at once. */
static int open_and_unlink(const char *directory) {
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/" NAME_START "XXXXXX", directory);

    if (length < 0 || (size_t)length >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0)
        unlink(path);
    return descriptor;
}

static bool open_file(struct spool *spool, struct err *err) {
    const char *directory = spool->place->directory;

    spool->descriptor = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool->descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        spool->descriptor = open_and_unlink(directory);
    return spool->descriptor >= 0 || disk_failed(spool, "making", err);
}

static bool write_all(struct spool *spool, struct span bytes, struct err *err) {
    while (bytes.length > 0) {
        ssize_t written = write(spool->descriptor, bytes.data, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return disk_failed(spool, "writing", err);
        bytes = span_skip(bytes, (size_t)written);
    }
    return true;
}

static bool move_to_file(struct spool *spool, struct err *err) {
    if (!open_file(spool, err) || !write_all(spool, buffer_span(&spool->memory), err))
        return false;
    release(spool);
    return true;
}

bool spool_add(struct spool *spool, struct span bytes, struct err *err) {
    sha256_add(&spool->sha256, bytes);
    spool->bytes += (int64_t)bytes.length;
    if (spool->descriptor < 0 && fits_in_memory(spool, bytes.length)) {
        buffer_append(&spool->memory, bytes);
        return true;
    }
    if (spool->descriptor < 0 && !move_to_file(spool, err))
        return false;
    return write_all(spool, bytes, err);
}

static bool read_file(struct spool_reader *self, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    ssize_t length;

    do {
        length = pread(self->descriptor, out, room, self->offset);
    } while (length < 0 && errno == EINTR);
    if (length < 0 || (length == 0 && room > 0))
        return err_errno(err, "reading a temporary file in %s", self->place->directory);
    *out_length = (size_t)length;
    return true;
}

static bool spool_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                       struct err *err) {
    struct spool_reader *self = (struct spool_reader *)reader;
    int64_t left = self->length - self->offset;

    if (atomic_load(&self->place->abandon))
        return err_set(err, ERR_BUSY, "the service is stopping");
    if ((int64_t)room > left)
        room = (size_t)left;
    *out_length = room;
    if (room > 0 && self->memory != NULL)
        memcpy(out, self->memory + self->offset, room);
    else if (room > 0 && !read_file(self, out, room, out_length, err))
        return false;
    self->offset += (int64_t)*out_length;
    return true;
}

void spool_finish(struct spool *spool, struct spooled *out) {
    spool->reader = (struct spool_reader){
        .reader = {spool_read},
        .place = spool->place,
        .memory = spool->descriptor < 0 ? spool->memory.data : NULL,
        .descriptor = spool->descriptor,
        .length = spool->bytes,
    };
    *out = (struct spooled){.reader = &spool->reader.reader, .bytes = spool->bytes};
    sha256_end(&spool->sha256, out->sha256);
}

void spool_rewind(struct spool *spool) {
    spool->reader.offset = 0;
}

void spool_clear(struct spool *spool) {
    if (spool->place == NULL)
        return;
    release(spool);
    sha256_clear(&spool->sha256);
    if (spool->descriptor >= 0)
        close(spool->descriptor);
    *spool = (struct spool){.descriptor = -1};
}

void spool_reset(struct spool *spool) {
    struct spool_place *place = spool->place;

    spool_clear(spool);
    spool_init(spool, place);
}
