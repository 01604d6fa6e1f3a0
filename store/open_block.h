/* The open block: events of small imports, durable in the pending table, waiting to be sealed. */
#ifndef TRAILD_STORE_OPEN_BLOCK_H
#define TRAILD_STORE_OPEN_BLOCK_H

#include <stdbool.h>

#include "store/state.h"

/* Fills it from the pending table. */
MUST_USE bool open_block_load(struct store *store, struct err *err);

/* Whether these rows still fit beside what is there. */
bool open_block_has_room(const struct store *store, const struct batch *batch);

/* Inside the writer's transaction: writes its events as a live block and empties the pending table.
 * The memory follows with open_block_reset after the commit. */
MUST_USE bool open_block_seal(struct store *store, struct err *err);
void open_block_reset(struct store *store);

/* Inside the writer's transaction: makes the rows durable; open_block_add follows after the commit.
 * `order` names the rows to keep. */
MUST_USE bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                              size_t rows, int64_t import, struct err *err);
void open_block_add(struct store *store, const struct batch *batch, const uint16_t *order,
                    size_t rows, int64_t import);

/* Begins a read transaction on `reader` and locks the open block for reading in the same state: the
 * rows whose import is *out_last_import at most belong to the snapshot (none when it is 0). */
MUST_USE bool open_block_snapshot(struct store *store, struct reader_connection *reader,
                                  int64_t *out_last_import, struct err *err);
void open_block_unlock(struct store *store);

#endif
