/* Rows of the import and rejected tables, for the files behind store.h. */
#ifndef TRAILD_STORE_RECEIPTS_H
#define TRAILD_STORE_RECEIPTS_H

#include <stdbool.h>

#include "store/database.h"
#include "store/store.h"

/* The first receipt of a file with these bytes; `out->id` 0 when there is none. */
MUST_USE bool receipt_find(struct database *database, const uint8_t sha256[SHA256_BYTES],
                           struct arena *arena, struct receipt *out, struct err *err);

MUST_USE bool receipt_write(struct database *database, const struct receipt *receipt,
                            struct err *err);

/* Turns the first receipt of a file into the answer for the same bytes again. */
void receipt_repeat(struct receipt *receipt);

MUST_USE bool rejection_write(struct database *database, int64_t import,
                              const struct rejection *rejection, struct err *err);

#endif
