/* Inflates gzip that is in memory as a whole, more than twice as fast as ingest/gunzip.c can; the
 * only user of libdeflate.
 *
 * For what nearly all log files are: one good member (RFC 1952) and nothing behind it. Everything
 * else is left to gunzip.c, which takes it, or says what is wrong with it and where. Damage is what
 * the checksum tells: codes that deflate reserves are taken if they come with the right one. */
#ifndef TRAILD_INGEST_INFLATE_WHOLE_H
#define TRAILD_INGEST_INFLATE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/span.h"

/* Appends the text, of at most `most` bytes. False when it is left to gunzip.c; `out` holds what it
 * held before then. */
MUST_USE bool inflate_whole(struct span packed, size_t most, struct buffer *out);

#endif
