/* A block: up to 16,384 events that never change, as they lie in the database.
 *
 * Rows are numbered in (time, hash) order. A block's parts are
 *   block        its time span, imports, number of rows (struct block)
 *   part         a column per attribute, in slot order; the rows' times, hashes, slots, and
 *                imports when they have several
 *   chunk        records, in slot order: 16 frames of 16 records each, compressed
 *                with the dictionary (store/frame_codec.h). Slots put alike records (caller, access
 *                key, service, action) side by side, which is what makes them small.
 *   presence     hashes of the values that it holds (attribute.h)
 *   event_index  hashes of its eventIDs; both see store/hash_index.h
 */
#ifndef TRAILD_STORE_BLOCK_H
#define TRAILD_STORE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/batch.h"
#include "store/compress.h"
#include "store/database.h"
#include "store/frame_codec.h"

#define CHUNK_FRAMES  16
#define CHUNK_RECORDS (FRAME_RECORDS * CHUNK_FRAMES)
#define BLOCK_CHUNKS  (BLOCK_ROWS / CHUNK_RECORDS)

struct block {
    int64_t id;
    int64_t first_ms;
    int64_t last_ms;
    int64_t first_import; /* both 0 while staged; equal: every row has this import */
    int64_t last_import;
    size_t rows;
    int64_t dictionary; /* id, or 0 */
};

/* Numbers of parts: the columns first. */
enum part {
    PART_IMPORT = COLUMN_IMPORT, /* only when first_import and last_import differ */
    PART_TIMES = 40,
    PART_HASHES,
    PART_SLOTS,
    PART_COUNT,
};

/* A part holds the upper bytes of the hashes, and then, compressed, the lower ones. */
#define HASH_LOWER_BYTES 2
#define HASH_UPPER_BYTES 6

_Static_assert(COLUMN_COUNT < PART_TIMES, "columns come before the other parts");

static inline int64_t part_id(int64_t block, unsigned part) {
    return block << 6 | part;
}

static inline int64_t chunk_id(int64_t block, size_t chunk) {
    return block << 8 | (int64_t)chunk;
}

/* ---- writing ---- */

/* A block ready to be written. */
struct block_image;

/* Builds it from the rows of `batch` that are not in `dropped` (NULL: from all; else a flag per
 * row). Needs no lock. NULL when no row is left. With `mixed_imports`, keeps each row's import,
 * counted from a number that block_write is told; else the block gets one import. */
struct block_image *block_build(const struct batch *batch, const bool *dropped, bool mixed_imports,
                                const struct dictionary *dictionary, struct compressor *compressor);
void block_image_free(struct block_image *image);

/* Inside a transaction. `staging` 0 writes a live block. `import` is what the rows' imports count
 * from, the import itself when they are not mixed, and 0 while staged. */
MUST_USE bool block_write(struct database *database, const struct block_image *image, int64_t id,
                          int64_t staging, int64_t import, struct err *err);

/* Deletes a block and all its parts. Inside a transaction. */
MUST_USE bool block_drop(struct database *database, int64_t id, struct err *err);

/* The id of a block staged by `staging` (0: by any import), or 0 when there is none. */
MUST_USE bool block_next_staged(struct database *database, int64_t staging, int64_t *out,
                                struct err *err);

/* ---- reading ---- */

/* From the columns of SQL_BLOCKS_IN_TIME and SQL_GET_BLOCK. */
struct block block_from_row(sqlite3_stmt *statement);

/* The block that must be there. */
MUST_USE bool block_get(struct database *database, int64_t id, struct block *out, struct err *err);

/* `slots` as from block_read_slots. */
MUST_USE bool block_read_column(struct database *database, struct decompressor *decompressor,
                                const struct block *block, unsigned column, const uint16_t *slots,
                                struct arena *arena, struct column_view *out, struct err *err);
MUST_USE bool block_read_imports(struct database *database, struct decompressor *decompressor,
                                 const struct block *block, struct arena *arena,
                                 struct column_view *out, struct err *err);

/* Times (ms), hashes and slots per row. Slots are below the number of rows. */
MUST_USE bool block_read_times(struct database *database, struct decompressor *decompressor,
                               const struct block *block, struct arena *arena, const int64_t **out,
                               struct err *err);
MUST_USE bool block_read_hashes(struct database *database, struct decompressor *decompressor,
                                const struct block *block, struct arena *arena,
                                const uint64_t **out, struct err *err);

MUST_USE bool block_read_slots(struct database *database, const struct block *block,
                               struct arena *arena, const uint16_t **out, struct err *err);

/* The records of `rows`, `out[i]` that of `rows[i]`, in the arena. Each frame is decompressed once
 * at most. */
MUST_USE bool block_read_records(struct database *database, struct decompressor *decompressor,
                                 const struct dictionary *dictionary, const struct block *block,
                                 const uint16_t *rows, size_t count, struct arena *arena,
                                 struct span *out, struct err *err);

/* The whole block's rows in their order, into an empty batch that is only copied or encoded from:
 * it cannot look up or take any. The import column is left out. Cleared by the caller, on failure
 * too. */
MUST_USE bool block_read_rows(struct database *database, struct decompressor *decompressor,
                              const struct dictionary *dictionary, const struct block *block,
                              struct batch *out, struct err *err);

/* The whole block as a batch again, to be built anew without some rows. For blocks of one import.
 */
MUST_USE bool block_read_batch(struct database *database, struct decompressor *decompressor,
                               const struct dictionary *dictionary, const struct block *block,
                               struct batch *out, struct err *err);

#endif
