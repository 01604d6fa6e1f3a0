/* Rows of the import and rejected tables, for the files behind store.h. */
#ifndef TRAILD_STORE_RECEIPTS_H
#define TRAILD_STORE_RECEIPTS_H

#include <stdbool.h>

#include "store/compress.h"
#include "store/database.h"
#include "store/store.h"

/* The first receipt of a file with these bytes; `out->id` 0 when there is none. */
MUST_USE bool receipt_find(struct database *database, const uint8_t sha256[SHA256_BYTES],
                           struct arena *arena, struct receipt *out, struct err *err);

/* The one with this id; ERR_NOT_FOUND without. */
MUST_USE bool receipt_read(struct database *database, int64_t id, struct arena *arena,
                           struct receipt *out, struct err *err);

/* A row of an SQL_RECEIPT. */
struct receipt receipt_from_row(sqlite3_stmt *statement, struct arena *arena);

/* `rejections`: the owner of its rejected records, 0 when it has none. */
MUST_USE bool receipt_write(struct database *database, const struct receipt *receipt,
                            int64_t rejections, struct err *err);

/* Copies it, and what it borrowed into the arena. */
void receipt_keep(const struct receipt *receipt, struct arena *arena, struct receipt *out);

/* Turns the first receipt of a file into the answer for the same bytes again. */
void receipt_repeat(struct receipt *receipt);

/* Rejected records belong to an owner, whose number the receipt names: so they can be written
 * before the import has a number, and need not be written again when it gets one. */
MUST_USE bool rejection_write(struct database *database, struct compressor *compressor,
                              int64_t owner, const struct rejection *rejection, struct err *err);

/* Around rejections that are written before the commit: what is begun and not ended when the store
 * is opened is dropped. */
MUST_USE bool rejections_begin(struct database *database, int64_t owner, struct err *err);
MUST_USE bool rejections_end(struct database *database, int64_t owner, struct err *err);
MUST_USE bool rejections_drop(struct database *database, int64_t owner, struct err *err);

#endif
