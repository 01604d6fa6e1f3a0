/* UUIDs in text. Their digits are random, so no compressor makes them small: taken out of the text,
 * each is 16 bytes instead of 36. */
#ifndef TRAILD_STORE_UUIDS_H
#define TRAILD_STORE_UUIDS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

#define UUID_BYTES 16
#define UUID_TEXT  36     /* 8-4-4-4-12 lower-case digits */
#define UUID_MARK  '\x01' /* what stands in the text for a UUID */

/* Appends the text, which holds no mark, with a mark for each UUID, and the UUIDs. */
void uuids_take(struct span text, struct buffer *out_text, struct buffer *out_uuids);

/* The text with the UUIDs where its marks are: 16 bytes from `uuids` for each. `out` has room for
 * text.length and UUID_TEXT - 1 bytes more per mark. Returns the end. */
char *uuids_put(struct span text, const char *uuids, char *out);

/* How many marks the text has. */
size_t uuids_count(struct span text);

#endif
