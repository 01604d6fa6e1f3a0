/* Events gathered in memory, up to a block's worth, without duplicates among them: an import's
 * events on their way into the store, and the open block of events that wait to be sealed. */
#ifndef TRAILD_STORE_BATCH_H
#define TRAILD_STORE_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/column.h"
#include "store/compress.h"
#include "store/event.h"

/* Text that a batch takes in before it counts as full, so that memory is bounded for records of any
 * size. */
#define BATCH_TEXT_BYTES ((size_t)24 * 1024 * 1024)

/* What an event is told apart by. Two events are the same when time and hash are. The hash's upper
 * 48 bits are of the eventID, its lower 16 of the account; without an eventID all of it is of the
 * record's bytes. */
struct event_key {
    int64_t time_ms;
    uint64_t hash;
};

struct event_key event_key_of(const struct event *event);

/* The part of a hash that an eventID decides, and that part for a given eventID. */
#define EVENT_ID_MASK (~UINT64_C(0xffff))
uint64_t event_id_hash(struct span event_id);
/* What the index of eventIDs holds of it. */
static inline uint32_t event_index_hash(uint64_t hash) {
    return (uint32_t)(hash >> 32);
}

struct batch {
    size_t rows;
    size_t capacity;
    struct event_key *keys;
    struct span *records;
    struct column columns[COLUMN_COUNT];
    uint16_t *slots; /* hash table over keys: row + 1, or 0 */
    size_t slot_count;
    size_t text_bytes; /* of records */
    size_t gone_bytes; /* of rows that were forgotten; still in the arena */
    struct arena arena;
};

/* False when the batch holds the event already. `import` counts from what the batch's owner says.
 * At most BLOCK_ROWS events. */
bool batch_add(struct batch *batch, const struct event *event, int64_t import);

/* Copies the rows of another batch that `order` names (NULL: the first `rows`), but for those that
 * are there already, with this import, in this order. */
void batch_append(struct batch *batch, const struct batch *from, const uint16_t *order, size_t rows,
                  int64_t import);

/* Forgets the rows that came last, until `rows` are left. Now and then moves what records and cells
 * point to. */
void batch_truncate(struct batch *batch, size_t rows);

/* Which of two keys comes first: below 0, 0, or above. */
int event_key_compare(const struct event_key *a, const struct event_key *b);

bool batch_holds(const struct batch *batch, const struct event_key *key);
bool batch_is_full(const struct batch *batch);

/* Row numbers in (time, hash) order; `out_order` has room for batch->rows. */
void batch_sort(const struct batch *batch, uint16_t *out_order);
/* The same for the rows that are in `order`. */
void batch_sort_rows(const struct batch *batch, uint16_t *order, size_t rows);

void batch_reset(struct batch *batch); /* empty again, keeping memory */
void batch_clear(struct batch *batch);

/* Stored form of the rows named by `order`, and back: adds them to `out`, each with `import`. */
void batch_encode(const struct batch *batch, const uint16_t *order, size_t rows,
                  struct compressor *compressor, struct buffer *out);
MUST_USE bool batch_decode(struct span bytes, int64_t import, struct decompressor *decompressor,
                           struct batch *out, struct err *err);

#endif
