/* A reader that decodes base64 (RFC 4648, the standard alphabet) on top of another reader; white
 * space in the text is skipped. */
#ifndef TRAILD_INGEST_BASE64_READER_H
#define TRAILD_INGEST_BASE64_READER_H

#include <stdint.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/reader.h"

struct base64_reader {
    struct reader reader;
    struct reader *source; /* borrowed */
    const char *name;      /* of the source, for sentences; borrowed */
    struct base64_stream stream;
    struct buffer decoded; /* of the last piece of text; owned */
    size_t given;          /* of those */
    int64_t offset;        /* in the source, behind what was decoded */
    bool ended;
    bool damaged; /* at `offset`; said when all that stands before has been given */
};

/* Fails with ERR_UNREADABLE at a byte that is no base64, and when the text is cut off. */
void base64_reader_init(struct base64_reader *reader, struct reader *source, const char *name);
void base64_reader_clear(struct base64_reader *reader);

#endif
