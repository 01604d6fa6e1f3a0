/* A reader that first gathers what its source begins with: all of it when it is small, so that it
 * can be worked on as a whole. Then it gives that, and the rest of the source. */
#ifndef TRAILD_INGEST_GATHER_READER_H
#define TRAILD_INGEST_GATHER_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/reader.h"

struct gather_reader {
    struct reader reader;
    struct reader *source; /* borrowed */
    struct buffer bytes;   /* gathered; owned */
    struct span rest;      /* of the bytes: not given yet */
    bool whole;            /* there are no others */
    bool failed;           /* behind these the source failed, which is said when they are given */
    struct err failure;
};

/* Gathers the first bytes: `least` at least, unless there are no more. Fails when these cannot be
 * read. */
MUST_USE bool gather_reader_open(struct gather_reader *reader, struct reader *source, size_t least,
                                 struct err *err);

/* Over bytes that stay where they are: they are gathered already. */
void gather_reader_over(struct gather_reader *reader, struct span bytes);

void gather_reader_clear(struct gather_reader *reader);

/* Gathers up to about `most` bytes; afterwards `whole` says whether the source has ended. */
void gather_reader_more(struct gather_reader *reader, size_t most);

#endif
