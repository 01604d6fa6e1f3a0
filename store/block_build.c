/* Rows of a batch -> the parts of a block. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/radix.h"
#include "store/attribute.h"
#include "store/block_image.h"
#include "store/codec.h"

/* What building needs on the way. */
struct builder {
    const struct batch *batch;
    uint16_t *order;   /* block row -> batch row */
    uint16_t *slots;   /* block row -> slot */
    uint16_t *by_slot; /* slot -> batch row */
    size_t count;
    const struct dictionary *dictionary;
    struct compressor *compressor;
    struct buffer scratch;
    struct frame_encoder frames;
    struct block_image *image;
};

static void keep_rows(struct builder *builder, const bool *dropped) {
    size_t kept = 0;

    batch_sort(builder->batch, builder->order);
    for (size_t i = 0; i < builder->batch->rows; i++) {
        uint16_t row = builder->order[i];
        if (dropped == NULL || !dropped[row])
            builder->order[kept++] = row;
    }
    builder->count = kept;
}

/* ---- slots: alike records side by side ---- */

/* Rows of `from` -> `to`, in the order of their cells, alike ones as they were. */
static void sort_by_column(const struct builder *builder, enum attribute attribute,
                           const uint16_t *from, uint16_t *to) {
    const struct column *column = &builder->batch->columns[attribute];
    uint16_t *places = memory_new(column->cell_count + 1, sizeof(*places));

    for (size_t i = 0; i < builder->count; i++)
        places[column->ids[from[i]] + 1]++;
    for (uint32_t cell = 0; cell < column->cell_count; cell++)
        places[cell + 1] = (uint16_t)(places[cell + 1] + places[cell]);
    for (size_t i = 0; i < builder->count; i++)
        to[places[column->ids[from[i]]]++] = from[i];
    free(places);
}

static void give_slots(struct builder *builder) {
    static const enum attribute last_to_first[] = {ATTRIBUTE_ACTION, ATTRIBUTE_SERVICE,
                                                   ATTRIBUTE_ACCESS_KEY, ATTRIBUTE_PRINCIPAL_ARN};
    uint16_t *row_of = memory_new(builder->batch->rows, sizeof(*row_of));
    uint16_t *scratch = builder->slots;

    memcpy(builder->by_slot, builder->order, builder->count * sizeof(*builder->order));
    for (size_t i = 0; i < ARRAY_LENGTH(last_to_first); i++) {
        sort_by_column(builder, last_to_first[i], builder->by_slot, scratch);
        memcpy(builder->by_slot, scratch, builder->count * sizeof(*scratch));
    }
    for (size_t row = 0; row < builder->count; row++)
        row_of[builder->order[row]] = (uint16_t)row;
    for (size_t slot = 0; slot < builder->count; slot++)
        builder->slots[row_of[builder->by_slot[slot]]] = (uint16_t)slot;
    free(row_of);
}

/* ---- parts ---- */

static void add_part(struct builder *builder, unsigned part) {
    compress(builder->compressor, NULL, buffer_span(&builder->scratch),
             &builder->image->parts[part]);
    builder->scratch.length = 0;
}

static const struct event_key *key_of_row(const struct builder *builder, size_t row) {
    return &builder->batch->keys[builder->order[row]];
}

/* CloudTrail writes whole seconds: then the steps between rows are counted in seconds too, which
 * mostly takes a byte each. */
static int64_t unit_of_times(const struct builder *builder) {
    for (size_t i = 0; i < builder->count; i++) {
        if (key_of_row(builder, i)->time_ms % 1000 != 0)
            return 1;
    }
    return 1000;
}

static void build_times(struct builder *builder) {
    int64_t unit = unit_of_times(builder);
    int64_t before = key_of_row(builder, 0)->time_ms;

    encode_varint(&builder->scratch, (uint64_t)unit);
    for (size_t i = 0; i < builder->count; i++) {
        int64_t time_ms = key_of_row(builder, i)->time_ms;
        encode_varint(&builder->scratch, (uint64_t)((time_ms - before) / unit));
        before = time_ms;
    }
    add_part(builder, PART_TIMES);
}

/* The upper bytes of a hash are of an eventID: nothing to compress. The lower two are of an account
 * nearly always. */
static void build_hashes(struct builder *builder) {
    struct buffer *out = &builder->image->parts[PART_HASHES];
    char *upper = buffer_reserve(out, builder->count * HASH_UPPER_BYTES);
    char *lower = buffer_reserve(&builder->scratch, builder->count * HASH_LOWER_BYTES);

    for (size_t i = 0; i < builder->count; i++) {
        const char *hash = (const char *)&key_of_row(builder, i)->hash;
        memcpy(lower + i * HASH_LOWER_BYTES, hash, HASH_LOWER_BYTES);
        memcpy(upper + i * HASH_UPPER_BYTES, hash + HASH_LOWER_BYTES, HASH_UPPER_BYTES);
    }
    out->length = builder->count * HASH_UPPER_BYTES;
    builder->scratch.length = builder->count * HASH_LOWER_BYTES;
    add_part(builder, PART_HASHES);
}

static void build_slots(struct builder *builder) {
    encode_fixed(&builder->image->parts[PART_SLOTS], builder->slots,
                 builder->count * sizeof(*builder->slots));
}

static void add_hash(struct hash_list *list, uint32_t hash) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : list->capacity * 2;
        list->hashes = memory_resize(list->hashes, list->capacity, sizeof(*list->hashes));
    }
    list->hashes[list->count++] = hash;
}

static void add_values(struct block_image *image, unsigned column, const struct span *cells,
                       size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct cell_values values = cell_values_of(column, cells[i]);
        struct span value;
        while (cell_next_value(&values, &value))
            add_hash(&image->values, attribute_hash(column, value));
    }
}

/* The numbers of imports are stored as distances from the block's first: a block can be built
 * before its imports have numbers. */
static void build_imports(struct builder *builder, struct span *used) {
    struct column distances = builder->batch->columns[COLUMN_IMPORT];
    struct arena arena = {0};
    size_t used_count;

    struct span *cells = arena_allocate(&arena, distances.cell_count * sizeof(*cells));
    for (uint32_t i = 0; i < distances.cell_count; i++) {
        int64_t distance = import_of_cell(distances.cells[i]) - builder->image->facts.first_import;
        cells[i] = arena_copy(&arena, (struct span){(const char *)&distance, sizeof(distance)});
    }
    distances.cells = cells;
    column_encode(&distances, builder->order, builder->count, &builder->scratch, used, &used_count);
    add_part(builder, PART_IMPORT);
    arena_clear(&arena);
}

static void build_column(struct builder *builder, unsigned column, struct span *used) {
    size_t used_count;

    column_encode(&builder->batch->columns[column], builder->by_slot, builder->count,
                  &builder->scratch, used, &used_count);
    add_values(builder->image, column, used, used_count);
    add_part(builder, column);
}

static void sort_hashes(struct hash_list *list) {
    uint64_t *words = memory_new(list->count * 2, sizeof(*words));
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        words[i] = list->hashes[i];
    radix_sort(words, words + list->count, list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || list->hashes[kept - 1] != words[i])
            list->hashes[kept++] = (uint32_t)words[i];
    }
    list->count = kept;
    free(words);
}

static void build_columns(struct builder *builder, bool mixed_imports) {
    struct span *used = memory_new(builder->count, sizeof(*used));

    for (unsigned column = 0; column < ATTRIBUTE_COUNT; column++)
        build_column(builder, column, used);
    if (mixed_imports)
        build_imports(builder, used);
    sort_hashes(&builder->image->values);
    free(used);
}

/* ---- records ---- */

static void build_frame(struct builder *builder, size_t slot, size_t count, struct buffer *out) {
    struct span records[FRAME_RECORDS];

    for (size_t i = 0; i < count; i++)
        records[i] = builder->batch->records[builder->by_slot[slot + i]];
    frame_encode(&builder->frames, builder->compressor, builder->dictionary, records, count, out);
}

/* A chunk: where each frame ends, as 32-bit numbers, and the frames. */
static void build_chunk(struct builder *builder, size_t slot, size_t count, struct buffer *out) {
    uint32_t ends[CHUNK_FRAMES];
    size_t frames = (count + FRAME_RECORDS - 1) / FRAME_RECORDS;
    struct buffer *bytes = &builder->scratch;

    for (size_t i = 0; i < frames; i++) {
        size_t done = i * FRAME_RECORDS;
        size_t rest = count - done < FRAME_RECORDS ? count - done : FRAME_RECORDS;
        build_frame(builder, slot + done, rest, bytes);
        ends[i] = (uint32_t)bytes->length;
    }
    encode_fixed(out, ends, frames * sizeof(ends[0]));
    buffer_append(out, buffer_span(bytes));
    bytes->length = 0;
}

static void build_chunks(struct builder *builder) {
    for (size_t slot = 0; slot < builder->count; slot += CHUNK_RECORDS) {
        size_t rest = builder->count - slot;
        build_chunk(builder, slot, rest < CHUNK_RECORDS ? rest : CHUNK_RECORDS,
                    &builder->image->chunks[slot / CHUNK_RECORDS]);
    }
}

/* ---- event index ---- */

static void build_ids(struct builder *builder) {
    for (size_t i = 0; i < builder->count; i++)
        add_hash(&builder->image->ids, event_index_hash(key_of_row(builder, i)->hash));
    sort_hashes(&builder->image->ids);
}

/* ---- all of it ---- */

static void set_facts(struct builder *builder, bool mixed_imports) {
    struct block *facts = &builder->image->facts;

    facts->rows = builder->count;
    facts->first_ms = key_of_row(builder, 0)->time_ms;
    facts->last_ms = key_of_row(builder, builder->count - 1)->time_ms;
    facts->dictionary = builder->dictionary == NULL ? 0 : builder->dictionary->id;
    if (!mixed_imports)
        return;

    const struct column *imports = &builder->batch->columns[COLUMN_IMPORT];
    facts->first_import = INT64_MAX;
    for (size_t i = 0; i < builder->count; i++) {
        int64_t import = import_of_cell(imports->cells[imports->ids[builder->order[i]]]);
        if (import < facts->first_import)
            facts->first_import = import;
        if (import > facts->last_import)
            facts->last_import = import;
    }
}

struct block_image *block_build(const struct batch *batch, const bool *dropped, bool mixed_imports,
                                const struct dictionary *dictionary,
                                struct compressor *compressor) {
    struct builder builder = {.batch = batch, .dictionary = dictionary, .compressor = compressor};

    builder.order = memory_new(batch->rows, sizeof(*builder.order));
    builder.slots = memory_new(batch->rows, sizeof(*builder.slots));
    builder.by_slot = memory_new(batch->rows, sizeof(*builder.by_slot));
    keep_rows(&builder, dropped);
    if (builder.count > 0) {
        builder.image = memory_new(1, sizeof(*builder.image));
        set_facts(&builder, mixed_imports);
        give_slots(&builder);
        build_times(&builder);
        build_hashes(&builder);
        build_slots(&builder);
        build_columns(&builder, mixed_imports);
        build_chunks(&builder);
        build_ids(&builder);
    }
    buffer_clear(&builder.scratch);
    frame_encoder_clear(&builder.frames);
    free(builder.order);
    free(builder.slots);
    free(builder.by_slot);
    return builder.image;
}

void block_image_free(struct block_image *image) {
    if (image == NULL)
        return;
    for (size_t i = 0; i < PART_COUNT; i++)
        buffer_clear(&image->parts[i]);
    for (size_t i = 0; i < BLOCK_CHUNKS; i++)
        buffer_clear(&image->chunks[i]);
    free(image->values.hashes);
    free(image->ids.hashes);
    free(image);
}
