#include "bench/corpus/writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GZIP_WINDOW  (15 + 16) /* the largest window, with a gzip header around it */
#define MEMORY_LEVEL 8
#define CHUNK        ((size_t)64 * 1024)

void writer_init(struct writer *writer, int level) {
    *writer = (struct writer){.level = level, .descriptor = -1};
    if (level == 0)
        return;
    int result = deflateInit2(&writer->stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
                              Z_DEFAULT_STRATEGY);
    assert(result == Z_OK);
    (void)result;
}

void writer_clear(struct writer *writer) {
    if (writer->level > 0)
        deflateEnd(&writer->stream);
    if (writer->descriptor > STDOUT_FILENO)
        close(writer->descriptor);
    *writer = (struct writer){.descriptor = -1};
}

static bool make_folders(const char *path, struct err *err) {
    char folder[PATH_MAX];

    if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
        return err_set(err, ERR_INVALID, "%.80s...: the path is too long", path);
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            return err_errno(err, "making the folder %s", folder);
        *slash = '/';
    }
    return true;
}

bool writer_open(struct writer *writer, const char *path, struct err *err) {
    int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;

    if (strcmp(path, "-") == 0) {
        writer->descriptor = STDOUT_FILENO;
        return true;
    }
    writer->descriptor = open(path, flags, 0666);
    if (writer->descriptor < 0 && errno == ENOENT) {
        if (!make_folders(path, err))
            return false;
        writer->descriptor = open(path, flags, 0666);
    }
    return writer->descriptor >= 0 || err_errno(err, "opening %s", path);
}

static bool write_all(struct writer *writer, const char *data, size_t length, struct err *err) {
    while (length > 0) {
        ssize_t done = write(writer->descriptor, data, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_errno(err, "writing");
        writer->written += (uint64_t)done;
        data += done;
        length -= (size_t)done;
    }
    return true;
}

static bool compress_input(struct writer *writer, int flush, struct err *err) {
    char chunk[CHUNK];

    do {
        writer->stream.next_out = (Bytef *)chunk;
        writer->stream.avail_out = CHUNK;
        (void)deflate(&writer->stream, flush);
        if (!write_all(writer, chunk, CHUNK - writer->stream.avail_out, err))
            return false;
    } while (writer->stream.avail_out == 0);
    return true;
}

bool writer_add(struct writer *writer, struct span bytes, struct err *err) {
    writer->read += bytes.length;
    if (writer->level == 0)
        return write_all(writer, bytes.data, bytes.length, err);
    assert(bytes.length <= UINT_MAX);
    writer->stream.next_in = (Bytef *)bytes.data;
    writer->stream.avail_in = (uInt)bytes.length;
    return compress_input(writer, Z_NO_FLUSH, err);
}

bool writer_close(struct writer *writer, struct err *err) {
    if (writer->level > 0) {
        if (!compress_input(writer, Z_FINISH, err))
            return false;
        deflateReset(&writer->stream);
    }
    int descriptor = writer->descriptor;
    writer->descriptor = -1;
    return descriptor == STDOUT_FILENO || close(descriptor) == 0 || err_errno(err, "closing");
}
