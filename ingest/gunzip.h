/* A reader that inflates gzip on top of another reader; the only user of zlib.
 *
 * Looks at the first two bytes: 1f 8b is gzip (RFC 1952), with any number of members behind each
 * other; anything else passes through as it is. */
#ifndef TRAILD_INGEST_GUNZIP_H
#define TRAILD_INGEST_GUNZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"

#define GZIP_MAGIC SPAN("\x1f\x8b")

struct gunzip;

/* Borrows `source`. `name` is what sentences call the source: "the body"; borrowed, too. */
struct gunzip *gunzip_open(struct reader *source, const char *name);

/* NULL is fine. */
void gunzip_close(struct gunzip *gunzip);

/* The inflated bytes. Damage gives ERR_UNREADABLE with what is wrong and the byte offset in the
 * source: cut off, bad checksum, bad length, bad block, garbage behind the last member (zero
 * padding is taken). */
struct reader *gunzip_reader(struct gunzip *gunzip);

#endif
