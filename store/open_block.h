/* The open block: events of small imports, durable in the pending table, waiting to be sealed. */
#ifndef TRAILD_STORE_OPEN_BLOCK_H
#define TRAILD_STORE_OPEN_BLOCK_H

#include <stdbool.h>

#include "store/state.h"

void open_block_init(struct store *store);
void open_block_clear(struct store *store);

/* Fills it from the pending table. */
MUST_USE bool open_block_load(struct store *store, struct err *err);

/* Whether it holds the event. Writer only. */
bool open_block_holds(const struct store *store, const struct event_key *key);

/* Whether so many rows with records of so many bytes still fit beside what is there. Writer only.
 */
bool open_block_has_room(const struct store *store, size_t rows, size_t text_bytes);

/* Inside the writer's transaction: writes what takes new rows as a live block. The memory follows
 * with open_block_forget after the commit. */
MUST_USE bool open_block_seal(struct store *store, struct err *err);
void open_block_forget(struct store *store);

/* Inside the writer's transaction: makes the rows durable; open_block_add follows after the commit.
 * `order` names the rows to keep. */
MUST_USE bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                              size_t rows, int64_t import, struct err *err);
void open_block_add(struct store *store, const struct batch *batch, const uint16_t *order,
                    size_t rows, int64_t import);

/* Writer only, outside of a transaction: true when the caller is to call open_block_seal_aside as
 * soon as it is the writer no more. */
MUST_USE bool open_block_set_aside(struct store *store);

/* Makes a block of what was set aside, most of the time without being the writer, so that others
 * import meanwhile. When that fails all stays as it was, and the next one to be asked tries again.
 */
MUST_USE bool open_block_seal_aside(struct store *store, struct err *err);

/* Begins a read transaction on `reader` and locks the open block for reading in the same state: the
 * rows whose import is *out_last_import at most belong to the snapshot (none when it is 0). */
MUST_USE bool open_block_snapshot(struct store *store, struct reader_connection *reader,
                                  int64_t *out_last_import, struct err *err);
void open_block_unlock(struct store *store);

#endif
