#include "store/slices.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- where the rows lie ---- */

static void copy_keys(struct slices_source *source, const int64_t *times, const uint64_t *hashes,
                      const struct column_view *imports) {
    size_t rows = source->block.rows;

    source->keys = memory_new(rows, sizeof(*source->keys));
    source->imports = memory_new(rows, sizeof(*source->imports));
    for (size_t row = 0; row < rows; row++) {
        source->keys[row] = (struct event_key){times[row], hashes[row]};
        source->imports[row] = import_of_cell(imports->cells[column_view_id(imports, row)]);
    }
}

static bool read_keys(struct slices *slices, struct database *database,
                      struct slices_source *source, struct err *err) {
    const struct block *block = &source->block;
    struct arena arena = {0};
    struct column_view imports;
    const int64_t *times;
    const uint64_t *hashes;
    bool good = block_read_times(database, &slices->decompressor, block, &arena, &times, err) &&
                block_read_hashes(database, &slices->decompressor, block, &arena, &hashes, err) &&
                block_read_imports(database, &slices->decompressor, block, &arena, &imports, err);

    if (good)
        copy_keys(source, times, hashes, &imports);
    arena_clear(&arena);
    return good;
}

static int compare_keys(const void *a, const void *b) {
    return event_key_compare(a, b);
}

/* All keys in order; freed by the caller. */
static struct event_key *sort_keys(const struct slices *slices) {
    struct event_key *all = memory_new(slices->rows, sizeof(*all));
    size_t count = 0;

    for (size_t i = 0; i < slices->source_count; i++) {
        const struct slices_source *source = &slices->sources[i];
        memcpy(all + count, source->keys, source->block.rows * sizeof(*all));
        count += source->block.rows;
    }
    qsort(all, count, sizeof(*all), compare_keys);
    return all;
}

static bool each_once(const struct event_key *sorted, size_t count, struct err *err) {
    for (size_t i = 1; i < count; i++) {
        if (event_key_compare(&sorted[i - 1], &sorted[i]) == 0)
            return err_set(err, ERR_INTERNAL, "an event is stored in two blocks");
    }
    return true;
}

/* The first row whose key is `key` or later. */
static size_t row_at(const struct slices_source *source, const struct event_key *key) {
    size_t low = 0;
    size_t high = source->block.rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (event_key_compare(&source->keys[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t rows_per_slice(const struct slices *slices) {
    size_t wanted = slices->source_count * SLICES_PER_BLOCK;

    return (slices->rows + wanted - 1) / wanted;
}

static void cut_source(struct slices *slices, struct slices_source *source,
                       const struct event_key *sorted) {
    size_t per_slice = rows_per_slice(slices);
    size_t row = 0;

    source->pieces = memory_new(slices->slice_count, sizeof(*source->pieces));
    for (size_t i = 0; i < slices->slice_count; i++) {
        bool last = i + 1 == slices->slice_count;
        size_t end = last ? source->block.rows : row_at(source, &sorted[(i + 1) * per_slice]);
        source->pieces[i] = (struct piece){.first_row = row, .rows = end - row};
        row = end;
    }
}

static void cut(struct slices *slices, const struct event_key *sorted) {
    size_t per_slice = rows_per_slice(slices);

    slices->slice_count = (slices->rows + per_slice - 1) / per_slice;
    for (size_t i = 0; i < slices->source_count; i++)
        cut_source(slices, &slices->sources[i], sorted);
}

bool slices_cut(struct slices *slices, struct database *database, const struct block *const *blocks,
                size_t count, struct err *err) {
    compressor_open(&slices->compressor, COMPRESS_TO_KEEP);
    decompressor_open(&slices->decompressor);
    slices->sources = memory_new(count, sizeof(*slices->sources));
    slices->source_count = count;
    for (size_t i = 0; i < count; i++) {
        slices->sources[i].block = *blocks[i];
        slices->rows += blocks[i]->rows;
        if (!read_keys(slices, database, &slices->sources[i], err))
            return false;
    }
    struct event_key *sorted = sort_keys(slices);
    bool good = each_once(sorted, slices->rows, err);
    if (good)
        cut(slices, sorted);
    free(sorted);
    return good;
}

/* ---- what would come of it ---- */

/* The earliest (or latest) time of a slice's rows. */
static int64_t slice_time(const struct slices *slices, size_t slice, bool latest) {
    int64_t time_ms = latest ? INT64_MIN : INT64_MAX;

    for (size_t i = 0; i < slices->source_count; i++) {
        const struct slices_source *source = &slices->sources[i];
        const struct piece *piece = &source->pieces[slice];
        if (piece->rows == 0)
            continue;
        int64_t of_piece =
            source->keys[latest ? piece->first_row + piece->rows - 1 : piece->first_row].time_ms;
        if (latest ? of_piece > time_ms : of_piece < time_ms)
            time_ms = of_piece;
    }
    return time_ms;
}

int64_t slices_span_ms(const struct slices *slices) {
    size_t per_block = BLOCK_ROWS / rows_per_slice(slices);
    int64_t sum = 0;

    for (size_t slice = 0; slice < slices->slice_count; slice += per_block) {
        size_t last = slice + per_block < slices->slice_count ? slice + per_block - 1
                                                              : slices->slice_count - 1;
        sum += slice_time(slices, last, true) - slice_time(slices, slice, false);
    }
    return sum;
}

/* ---- rows ---- */

/* Exactly as large as it has to be: there are many of them. */
static struct span keep_bytes(const struct buffer *bytes) {
    char *kept = memory_resize(NULL, bytes->length, 1);

    memcpy(kept, bytes->data, bytes->length);
    return (struct span){kept, bytes->length};
}

static void fill_piece(struct slices *slices, const struct batch *rows, const uint16_t *order,
                       struct piece *piece, struct buffer *scratch) {
    if (piece->rows == 0)
        return;
    scratch->length = 0;
    batch_encode(rows, order + piece->first_row, piece->rows, &slices->compressor, scratch);
    piece->bytes = keep_bytes(scratch);
    for (size_t i = 0; i < piece->rows; i++)
        piece->text_bytes += rows->records[piece->first_row + i].length;
}

bool slices_fill(struct slices *slices, struct database *database,
                 const struct dictionary *dictionary, size_t source, struct err *err) {
    const struct block *block = &slices->sources[source].block;
    struct piece *pieces = slices->sources[source].pieces;
    struct batch rows = {0};
    struct buffer scratch = {0};
    uint16_t *order = memory_new(block->rows, sizeof(*order));
    bool good = block_read_rows(database, &slices->decompressor, dictionary, block, &rows, err);

    for (size_t row = 0; row < block->rows; row++)
        order[row] = (uint16_t)row;
    for (size_t slice = 0; good && slice < slices->slice_count; slice++)
        fill_piece(slices, &rows, order, &pieces[slice], &scratch);
    free(order);
    buffer_clear(&scratch);
    batch_clear(&rows);
    return good;
}

size_t slices_rows(const struct slices *slices, size_t slice) {
    size_t rows = 0;

    for (size_t i = 0; i < slices->source_count; i++)
        rows += slices->sources[i].pieces[slice].rows;
    return rows;
}

size_t slices_text_bytes(const struct slices *slices, size_t slice) {
    size_t bytes = 0;

    for (size_t i = 0; i < slices->source_count; i++)
        bytes += slices->sources[i].pieces[slice].text_bytes;
    return bytes;
}

static void piece_forget(struct piece *piece) {
    free((void *)(uintptr_t)piece->bytes.data);
    piece->bytes = SPAN_NONE;
}

static void set_imports(struct batch *out, size_t first, const int64_t *imports) {
    for (size_t row = first; row < out->rows; row++) {
        int64_t import = imports[row - first];
        column_add(&out->columns[COLUMN_IMPORT], &out->arena, row,
                   (struct span){(const char *)&import, sizeof(import)});
    }
}

bool slices_take(struct slices *slices, size_t source, size_t slice, struct batch *out,
                 struct err *err) {
    const int64_t *imports = slices->sources[source].imports;
    struct piece *piece = &slices->sources[source].pieces[slice];
    size_t first = out->rows;

    if (piece->rows == 0)
        return true;
    if (!batch_decode(piece->bytes, imports[piece->first_row], &slices->decompressor, out, err))
        return false;
    assert(out->rows - first == piece->rows); /* slices_cut saw that each is there once */
    set_imports(out, first, imports + piece->first_row);
    piece_forget(piece);
    return true;
}

static void source_clear(struct slices_source *source, size_t slice_count) {
    for (size_t i = 0; source->pieces != NULL && i < slice_count; i++)
        piece_forget(&source->pieces[i]);
    free(source->pieces);
    free(source->imports);
    free(source->keys);
}

void slices_clear(struct slices *slices) {
    for (size_t i = 0; i < slices->source_count; i++)
        source_clear(&slices->sources[i], slices->slice_count);
    free(slices->sources);
    compressor_close(&slices->compressor);
    decompressor_close(&slices->decompressor);
    *slices = (struct slices){0};
}
