/* A source of bytes that is read to its end once. Readers stack: a file, gunzip on top of it.
 *
 * Implementations embed `struct reader` as their first member and fill in the two functions. */
#ifndef TRAILD_BASE_READER_H
#define TRAILD_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct reader {
    /* Reads 1 to `room` bytes into `out` and says how many; 0 only at the end. */
    bool (*read)(struct reader *reader, char *out, size_t room, size_t *out_length,
                 struct err *err);
};

MUST_USE bool reader_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                          struct err *err);

/* Over bytes that stay where they are. */
struct span_reader {
    struct reader reader;
    struct span rest;
};

void span_reader_init(struct span_reader *reader, struct span bytes);

/* Over a file descriptor, from where it stands; does not close it. */
struct file_reader {
    struct reader reader;
    int descriptor;
};

void file_reader_init(struct file_reader *reader, int descriptor);

#endif
