/* The stored form of a batch: what a row of the pending table holds. */
#include <stdlib.h>

#include "base/memory.h"
#include "store/batch.h"
#include "store/codec.h"

static void encode_columns(const struct batch *batch, const uint16_t *order, size_t rows,
                           struct buffer *out) {
    struct span *used = memory_new(rows, sizeof(*used));
    struct buffer column = {0};

    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        size_t used_count;
        column_encode(&batch->columns[i], order, rows, &column, used, &used_count);
        encode_text(out, buffer_span(&column));
        column.length = 0;
    }
    buffer_clear(&column);
    free(used);
}

void batch_encode(const struct batch *batch, const uint16_t *order, size_t rows,
                  struct compressor *compressor, struct buffer *out) {
    struct buffer plain = {0};

    encode_varint(&plain, rows);
    for (size_t i = 0; i < rows; i++)
        encode_fixed(&plain, &batch->keys[order[i]], sizeof(batch->keys[0]));
    encode_columns(batch, order, rows, &plain);
    for (size_t i = 0; i < rows; i++)
        encode_text(&plain, batch->records[order[i]]);
    compress(compressor, NULL, buffer_span(&plain), out);
    buffer_clear(&plain);
}

static bool decode_columns(struct decoder *decoder, struct batch *rows, struct arena *arena,
                           struct err *err) {
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        struct column_view view;
        if (!column_decode(decode_text(decoder), NULL, rows->rows, arena, &view, err))
            return false;
        column_copy_view(&rows->columns[i], &view, rows->rows);
    }
    return true;
}

static bool decode_rows(struct span plain, struct batch *rows, struct arena *arena,
                        struct err *err) {
    struct decoder decoder = {plain, false};

    rows->rows = decode_bounded(&decoder, BLOCK_ROWS);
    rows->keys = memory_new(rows->rows, sizeof(*rows->keys));
    rows->records = memory_new(rows->rows, sizeof(*rows->records));
    decode_fixed(&decoder, rows->keys, rows->rows * sizeof(*rows->keys));
    if (!decode_columns(&decoder, rows, arena, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++)
        rows->records[row] = decode_text(&decoder);
    if (decoder.damaged)
        return err_set(err, ERR_INTERNAL, "a stored batch is damaged");
    return true;
}

bool batch_decode(struct span bytes, int64_t import, struct decompressor *decompressor,
                  struct batch *out, struct err *err) {
    struct arena arena = {0};
    struct batch rows = {0};
    struct span plain;
    bool good = decompress(decompressor, NULL, bytes, &arena, &plain, err) &&
                decode_rows(plain, &rows, &arena, err);

    if (good)
        batch_append(out, &rows, NULL, rows.rows, import);
    batch_clear(&rows);
    arena_clear(&arena);
    return good;
}
