#include "aws/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One byte more than may be, so that a file that is too long is told from one that just fits. */
static bool read_all(int descriptor, size_t most, struct arena *arena, struct span *out,
                     struct err *err) {
    char *text = arena_allocate(arena, most + 1);
    size_t length = 0;

    while (length <= most) {
        ssize_t got = read(descriptor, text + length, most + 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_INVALID, "%s", strerror(errno));
        if (got == 0)
            break;
        length += (size_t)got;
    }
    if (length > most)
        return err_set(err, ERR_INVALID, "longer than %zu bytes", most);
    *out = (struct span){text, length};
    return true;
}

static bool open_and_read(const char *path, int64_t most, struct arena *arena, struct span *out,
                          struct err *err) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0) {
        bool absent = errno == ENOENT || errno == ENOTDIR;
        return err_set(err, absent ? ERR_NOT_FOUND : ERR_INVALID, "%s",
                       absent ? "no such file" : strerror(errno));
    }
    bool good = read_all(descriptor, (size_t)most, arena, out, err);
    close(descriptor);
    return good;
}

bool small_file_read(struct span path, int64_t most, struct arena *arena, struct span *out,
                     struct err *err) {
    char name[PATH_MAX];

    if (path.length >= sizeof(name) || memchr(path.data, '\0', path.length) != NULL)
        return err_set(err, ERR_INVALID, "a path of %zu bytes", path.length);
    memcpy(name, path.data, path.length);
    name[path.length] = '\0';
    if (!open_and_read(name, most, arena, out, err))
        return err_add(err, "%s", name);
    return true;
}
