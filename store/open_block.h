/* The open block: events of small imports, durable in the pending table, waiting to be sealed. */
#ifndef TRAILD_STORE_OPEN_BLOCK_H
#define TRAILD_STORE_OPEN_BLOCK_H

#include <stdbool.h>

#include "store/state.h"

void open_block_init(struct store *store);
void open_block_clear(struct store *store);

/* Fills it from the pending table. */
MUST_USE bool open_block_load(struct store *store, struct err *err);

/* ---- for the writer ---- */

/* Whether it holds the event. */
bool open_block_holds(const struct store *store, const struct event_key *key);

/* Whether so many rows with records of so many bytes still fit beside what is there. */
bool open_block_has_room(const struct store *store, size_t rows, size_t text_bytes);

/* Outside of a transaction: makes room for them. What is full is set aside; when more is aside
 * already, waits until it has become a block, and is not the writer meanwhile. */
MUST_USE bool open_block_make_room(struct store *store, size_t rows, size_t text_bytes,
                                   struct err *err);

/* How far it is filled, to go back to when a transaction fails. */
struct open_mark {
    size_t rows;
    int64_t last_import_here;
    int64_t last_import;
};

struct open_mark open_block_mark(const struct store *store);
void open_block_restore(struct store *store, struct open_mark mark);

/* Inside a transaction: makes the rows that `order` names durable and, for readers whose snapshot
 * has the import, visible. `encoded` is what batch_encode makes of them. */
MUST_USE bool open_block_save(struct store *store, const struct batch *batch, const uint16_t *order,
                              size_t rows, struct span encoded, int64_t import, struct err *err);

/* Outside of a transaction: when enough has gathered, sees to it that it becomes a block, on a
 * thread of its own where there is one. */
void open_block_seal_when_full(struct store *store);

/* ---- for readers ---- */

/* Begins a snapshot on `reader` and locks the open block for reading in the same state: the
 * rows whose import is *out_last_import at most belong to the snapshot (none when it is 0). */
MUST_USE bool open_block_snapshot(struct store *store, struct reader_connection *reader,
                                  int64_t *out_last_import, struct err *err);
void open_block_unlock(struct store *store);

#endif
