/* Hashes of a few rows of a block, without decoding those of all. */
#ifndef TRAILD_STORE_ROW_HASHES_H
#define TRAILD_STORE_ROW_HASHES_H

#include "store/block.h"

/* One block, one thread; everything is borrowed until row_hashes_close. */
struct row_hashes {
    struct database *database;
    struct decompressor *decompressor;
    const struct block *block;
    struct arena *arena;
    sqlite3_blob *part; /* ends the reader's snapshot late when it is left open */
    struct span lower;  /* bytes of all rows; read when a hash is asked for */
};

MUST_USE bool row_hashes_open(struct row_hashes *hashes, struct database *database,
                              struct decompressor *decompressor, const struct block *block,
                              struct arena *arena, struct err *err);
/* Zeroed is fine. */
void row_hashes_close(struct row_hashes *hashes);

MUST_USE bool row_hashes_get(struct row_hashes *hashes, size_t row, uint64_t *out, struct err *err);

/* Sets flags[row], for all rows, by whether its hash is that of the eventID (event_id_hash). */
MUST_USE bool row_hashes_match(struct row_hashes *hashes, uint64_t id_hash, uint8_t *flags,
                               struct err *err);

#endif
