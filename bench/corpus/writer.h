/* Writes a file, plain or as gzip. The same bytes give the same file: no name and no time in it. */
#ifndef TRAILD_BENCH_CORPUS_WRITER_H
#define TRAILD_BENCH_CORPUS_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <zlib.h>

#include "base/err.h"
#include "base/span.h"

struct writer {
    z_stream stream;
    int level;      /* of zlib, 1 to 9; 0: plain */
    int descriptor; /* -1: none open */
    uint64_t read;  /* bytes given, all files together */
    uint64_t written;
};

void writer_init(struct writer *writer, int level);
void writer_clear(struct writer *writer);

/* Makes the folders of the path too; `-` is the standard output. */
MUST_USE bool writer_open(struct writer *writer, const char *path, struct err *err);
MUST_USE bool writer_add(struct writer *writer, struct span bytes, struct err *err);
MUST_USE bool writer_close(struct writer *writer, struct err *err);

#endif
