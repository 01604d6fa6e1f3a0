/* A stored block as a batch again. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/block.h"

static bool read_keys(struct database *database, struct decompressor *decompressor,
                      const struct block *block, struct batch *rows, struct err *err) {
    const int64_t *times;
    const uint64_t *hashes;

    if (!block_read_times(database, decompressor, block, &rows->arena, &times, err) ||
        !block_read_hashes(database, decompressor, block, &rows->arena, &hashes, err))
        return false;
    rows->keys = memory_new(block->rows, sizeof(*rows->keys));
    for (size_t row = 0; row < block->rows; row++)
        rows->keys[row] = (struct event_key){times[row], hashes[row]};
    return true;
}

static bool read_columns(struct database *database, struct decompressor *decompressor,
                         const struct block *block, struct batch *rows, struct err *err) {
    const uint16_t *slots;

    if (!block_read_slots(database, block, &rows->arena, &slots, err))
        return false;
    for (unsigned column = 0; column < ATTRIBUTE_COUNT; column++) {
        struct column_view view;
        if (!block_read_column(database, decompressor, block, column, slots, &rows->arena, &view,
                               err))
            return false;
        column_copy_view(&rows->columns[column], &view, block->rows);
    }
    return true;
}

static bool read_records(struct database *database, struct decompressor *decompressor,
                         const struct dictionary *dictionary, const struct block *block,
                         struct batch *rows, struct err *err) {
    uint16_t *all = arena_allocate(&rows->arena, block->rows * sizeof(*all));

    rows->records = memory_new(block->rows, sizeof(*rows->records));
    for (size_t row = 0; row < block->rows; row++)
        all[row] = (uint16_t)row;
    return block_read_records(database, decompressor, dictionary, block, all, block->rows,
                              &rows->arena, rows->records, err);
}

bool block_read_rows(struct database *database, struct decompressor *decompressor,
                     const struct dictionary *dictionary, const struct block *block,
                     struct batch *out, struct err *err) {
    out->rows = block->rows;
    return read_keys(database, decompressor, block, out, err) &&
           read_columns(database, decompressor, block, out, err) &&
           read_records(database, decompressor, dictionary, block, out, err);
}

bool block_read_batch(struct database *database, struct decompressor *decompressor,
                      const struct dictionary *dictionary, const struct block *block,
                      struct batch *out, struct err *err) {
    struct batch rows = {0};
    bool good = block_read_rows(database, decompressor, dictionary, block, &rows, err);

    if (good)
        batch_append(out, &rows, NULL, rows.rows, block->first_import);
    batch_clear(&rows);
    return good;
}
