/* A frame: a few alike records, compressed together with the dictionary.
 *
 * It is the number of its UUIDs and these, 16 bytes each, and the compressed text of the records,
 * each ended by a byte that JSON cannot hold, with a mark where a UUID was. */
#ifndef TRAILD_STORE_FRAME_CODEC_H
#define TRAILD_STORE_FRAME_CODEC_H

#include <stdbool.h>
#include <stddef.h>

#include "store/compress.h"

#define FRAME_RECORDS 16

/* Working memory for one thread at a time; zeroed, it is empty. */
struct frame_encoder {
    struct buffer text;
    struct buffer uuids;
};

void frame_encoder_clear(struct frame_encoder *encoder);

/* Appends a frame of `count` records, at most FRAME_RECORDS. */
void frame_encode(struct frame_encoder *encoder, struct compressor *compressor,
                  const struct dictionary *dictionary, const struct span *records, size_t count,
                  struct buffer *out);

/* The `count` records of a frame, in the arena. ERR_INTERNAL when it is damaged. */
MUST_USE bool frame_decode(struct span frame, size_t count, struct decompressor *decompressor,
                           const struct dictionary *dictionary, struct arena *arena,
                           struct span *out, struct err *err);

#endif
