/* A reader that reads its source in a thread of its own, a few pieces ahead, so that reading and
 * inflating one large file go on while its records are scanned and stored. A small one is read as
 * ever: the thread is started when so much has been read that it pays. */
#ifndef TRAILD_INGEST_AHEAD_READER_H
#define TRAILD_INGEST_AHEAD_READER_H

#include <stddef.h>

#include "base/reader.h"

/* How much is read without a thread, and how much is read ahead at most. */
#define AHEAD_FROM_BYTES  ((size_t)1024 * 1024)
#define AHEAD_PIECE_BYTES ((size_t)256 * 1024)
#define AHEAD_PIECES      4

struct ahead_reader;

/* Borrows `source` until it is closed: until then nobody else may use it or what it reads from.
 * What it gives, and where it fails, is the same as without a thread; when none can be started, it
 * is without. */
struct ahead_reader *ahead_reader_open(struct reader *source);

/* Waits for the read of the source that is under way, if any. NULL is fine. */
void ahead_reader_close(struct ahead_reader *ahead);

struct reader *ahead_reader_reader(struct ahead_reader *ahead);

#endif
