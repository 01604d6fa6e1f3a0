#include "store/waiting.h"

#include <stdlib.h>

#include "base/memory.h"

struct waiting *waiting_new(void) {
    struct waiting *waiting = memory_new(1, sizeof(*waiting));

    waiting->order = memory_new(BLOCK_ROWS, sizeof(*waiting->order));
    return waiting;
}

void waiting_free(struct waiting *waiting) {
    if (waiting == NULL)
        return;
    batch_clear(&waiting->batch);
    free(waiting->order);
    free(waiting);
}

bool waiting_has_room(const struct waiting *waiting, size_t rows, size_t text_bytes) {
    return waiting->batch.rows + rows <= BLOCK_ROWS &&
           waiting->batch.text_bytes + text_bytes <= BATCH_TEXT_BYTES;
}

/* The rows from `first` on are in order among themselves. Goes backwards and stops when the last of
 * them has its place: what comes late in time is cheap. */
static void merge_order(struct waiting *waiting, size_t first) {
    const struct event_key *keys = waiting->batch.keys;
    size_t old = first;
    size_t added = waiting->batch.rows;

    for (size_t place = waiting->batch.rows; added > first; place--) {
        bool later =
            old > 0 && event_key_compare(&keys[waiting->order[old - 1]], &keys[added - 1]) > 0;
        waiting->order[place - 1] = later ? waiting->order[--old] : (uint16_t)--added;
    }
}

void waiting_append(struct waiting *waiting, const struct batch *from, const uint16_t *order,
                    size_t rows, int64_t import) {
    size_t first = waiting->batch.rows;

    batch_append(&waiting->batch, from, order, rows, import);
    merge_order(waiting, first);
    if (waiting->first_import == 0)
        waiting->first_import = import;
    waiting->last_import = import;
}

void waiting_truncate(struct waiting *waiting, size_t rows, int64_t last_import) {
    size_t kept = 0;

    for (size_t i = 0; i < waiting->batch.rows; i++) {
        if (waiting->order[i] < rows)
            waiting->order[kept++] = waiting->order[i];
    }
    batch_truncate(&waiting->batch, rows);
    waiting->last_import = last_import;
    if (rows == 0)
        waiting->first_import = 0;
}
