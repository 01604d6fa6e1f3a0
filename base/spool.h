/* A body on its way in, of a request or of a download: kept in memory while it is small, in a
 * nameless temporary file of the data directory when it is not, hashed as it passes. So a slow
 * sender holds no transaction, and any number of senders at once fit into memory. */
#ifndef TRAILD_BASE_SPOOL_H
#define TRAILD_BASE_SPOOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/reader.h"
#include "base/sha256.h"

#define SPOOL_MEMORY_BYTES ((size_t)1024 * 1024)       /* of one body */
#define SPOOL_MEMORY_TOTAL (INT64_C(64) * 1024 * 1024) /* of all bodies together */

/* Where bodies go; shared by all of them. Any thread. */
struct spool_place {
    char *directory;              /* owned */
    _Atomic(int64_t) memory_left; /* bytes */
    atomic_bool abandon;          /* readers of bodies fail from then on */
};

/* Makes DATA/tmp and removes what an earlier process left in it. */
MUST_USE bool spool_place_open(struct spool_place *place, const char *data_directory,
                               struct err *err);
void spool_place_close(struct spool_place *place);

struct spool_reader {
    struct reader reader;
    const struct spool_place *place;
    const char *memory; /* NULL: from the file */
    int descriptor;
    int64_t offset;
    int64_t length;
};

/* A body that has arrived in full. */
struct spooled {
    struct reader *reader; /* from its first byte */
    int64_t bytes;
    uint8_t sha256[SHA256_BYTES];
};

/* One thread at a time. */
struct spool {
    struct spool_place *place; /* borrowed */
    struct buffer memory;
    int64_t reserved; /* of the place's memory */
    int descriptor;   /* -1: still in memory */
    int64_t bytes;
    bool disk_full; /* why spool_add failed */
    struct sha256 sha256;
    struct spool_reader reader;
};

void spool_init(struct spool *spool, struct spool_place *place);

/* ERR_INTERNAL when the disk does not take it. */
MUST_USE bool spool_add(struct spool *spool, struct span bytes, struct err *err);

/* At the end: what it holds, borrowed from the spool. Once. */
void spool_finish(struct spool *spool, struct spooled *out);

/* Lets what it holds be read from its first byte again. After spool_finish. */
void spool_rewind(struct spool *spool);

/* Forgets what it holds, finished or not, and may be filled anew: for a body that begins again. */
void spool_reset(struct spool *spool);

void spool_clear(struct spool *spool);

#endif
