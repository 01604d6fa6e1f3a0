/* A reader for tests that gives its bytes in small drips, as a socket may, and can break at the
 * end. */
#ifndef TRAILD_TESTS_DRIP_READER_H
#define TRAILD_TESTS_DRIP_READER_H

#include <string.h>

#include "base/buffer.h"
#include "base/reader.h"

struct drip_reader {
    struct reader reader;
    struct span rest;
    size_t drip;  /* bytes at most at once */
    bool breaks;  /* fails where the bytes end */
    size_t reads; /* so far */
};

static inline bool drip_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                             struct err *err) {
    struct drip_reader *self = (struct drip_reader *)reader;
    size_t length = self->rest.length < self->drip ? self->rest.length : self->drip;

    self->reads++;
    if (length == 0 && self->breaks)
        return err_set(err, ERR_INTERNAL, "the pipe broke");
    if (length > room)
        length = room;
    if (length > 0)
        memcpy(out, self->rest.data, length);
    self->rest = span_skip(self->rest, length);
    *out_length = length;
    return true;
}

static inline void drip_reader_init(struct drip_reader *reader, struct span bytes, size_t drip) {
    *reader = (struct drip_reader){.reader = {drip_read}, .rest = bytes, .drip = drip};
}

/* Everything a reader has, appended; false with `err` when it fails. */
static inline bool read_all(struct reader *reader, struct buffer *out, struct err *err) {
    char piece[1000];
    size_t length = 1;

    while (length > 0) {
        if (!reader_read(reader, piece, sizeof(piece), &length, err))
            return false;
        buffer_append(out, (struct span){piece, length});
    }
    return true;
}

#endif
