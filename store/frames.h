/* Frames of records out of a block's chunks. Only the bytes of the frame are read, not its chunk.
 */
#ifndef TRAILD_STORE_FRAMES_H
#define TRAILD_STORE_FRAMES_H

#include "store/block.h"

/* The chunk that is open. One block, one thread. */
struct frames {
    struct database *database;
    struct decompressor *decompressor;
    const struct dictionary *dictionary;
    const struct block *block;
    sqlite3_blob *chunk; /* ends the reader's transaction late when it is left open */
    size_t chunk_number;
    uint32_t ends[CHUNK_FRAMES]; /* of the chunk's frames, counted from the first one's start */
    struct arena arena;          /* of the frame that was read last */
};

/* Everything is borrowed until frames_close. */
void frames_open(struct frames *frames, struct database *database,
                 struct decompressor *decompressor, const struct dictionary *dictionary,
                 const struct block *block);
void frames_close(struct frames *frames);

/* How many records a frame of the block holds. */
size_t frame_records(const struct block *block, size_t frame);

/* The records of a frame, in slot order; they live until the next call. `out` has room for
 * FRAME_RECORDS. */
MUST_USE bool frames_read(struct frames *frames, size_t frame, struct span *out, struct err *err);

#endif
