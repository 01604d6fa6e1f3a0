#include "base/reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool reader_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                 struct err *err) {
    return reader->read(reader, out, room, out_length, err);
}

static bool span_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    struct span_reader *self = (struct span_reader *)reader;
    size_t length = self->rest.length < room ? self->rest.length : room;

    (void)err;
    if (length > 0)
        memcpy(out, self->rest.data, length);
    self->rest = span_skip(self->rest, length);
    *out_length = length;
    return true;
}

void span_reader_init(struct span_reader *reader, struct span bytes) {
    *reader = (struct span_reader){{span_read}, bytes};
}

static bool file_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                      struct err *err) {
    struct file_reader *self = (struct file_reader *)reader;
    ssize_t length;

    do {
        length = read(self->descriptor, out, room);
    } while (length < 0 && errno == EINTR);
    if (length < 0)
        return err_errno(err, "reading");
    *out_length = (size_t)length;
    return true;
}

void file_reader_init(struct file_reader *reader, int descriptor) {
    *reader = (struct file_reader){{file_read}, descriptor};
}
