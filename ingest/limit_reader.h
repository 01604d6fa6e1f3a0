/* A reader that refuses to give more bytes than a limit: against gzip that inflates without end. */
#ifndef TRAILD_INGEST_LIMIT_READER_H
#define TRAILD_INGEST_LIMIT_READER_H

#include <stdint.h>

#include "base/reader.h"

/* How much text may come out of one file, counted together for readers that share it. */
struct inflate_budget {
    int64_t limit; /* bytes: --max-inflated */
    int64_t used;
};

struct limit_reader {
    struct reader reader;
    struct reader *source;         /* borrowed */
    struct inflate_budget *budget; /* borrowed */
};

/* Over the limit it fails with ERR_UNREADABLE, which names the limit and its value. */
void limit_reader_init(struct limit_reader *reader, struct reader *source,
                       struct inflate_budget *budget);

#endif
