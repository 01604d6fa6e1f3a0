#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/radix.h"

#define ID_SEED      1
#define CONTENT_SEED 2
#define FIRST_ROWS   64

/* Failing again and again must not fill the memory. */
#define GONE_BYTES_MAX (BATCH_TEXT_BYTES / 4)
#define RADIX_ROWS     256 /* fewer are sorted by comparison */
#define ROW_BITS       16

uint64_t event_id_hash(struct span event_id) {
    return hash_bytes(event_id, ID_SEED) & EVENT_ID_MASK;
}

struct event_key event_key_of(const struct event *event) {
    if (event->event_id.data == NULL)
        return (struct event_key){event->time_ms, hash_bytes(event->record, CONTENT_SEED)};
    uint64_t account = hash_bytes(event->value[ATTRIBUTE_ACCOUNT], ID_SEED) & ~EVENT_ID_MASK;
    return (struct event_key){event->time_ms, event_id_hash(event->event_id) | account};
}

static size_t find_slot(const struct batch *batch, const struct event_key *key) {
    size_t mask = batch->slot_count - 1;
    size_t slot = (key->hash ^ (uint64_t)key->time_ms) & mask;

    while (batch->slots[slot] != 0) {
        const struct event_key *other = &batch->keys[batch->slots[slot] - 1];
        if (other->hash == key->hash && other->time_ms == key->time_ms)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

bool batch_holds(const struct batch *batch, const struct event_key *key) {
    return batch->rows > 0 && batch->slots[find_slot(batch, key)] != 0;
}

static void grow(struct batch *batch) {
    size_t capacity = batch->capacity == 0 ? FIRST_ROWS : batch->capacity * 2;

    batch->keys = memory_resize(batch->keys, capacity, sizeof(*batch->keys));
    batch->records = memory_resize(batch->records, capacity, sizeof(*batch->records));
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        column_reserve(&batch->columns[i], capacity);
    free(batch->slots);
    batch->slot_count = capacity * 2;
    batch->slots = memory_new(batch->slot_count, sizeof(*batch->slots));
    for (size_t row = 0; row < batch->rows; row++)
        batch->slots[find_slot(batch, &batch->keys[row])] = (uint16_t)(row + 1);
    batch->capacity = capacity;
}

/* Takes the next row for the key; false when it is there already. */
static bool begin_row(struct batch *batch, const struct event_key *key, struct span record) {
    if (batch->rows == batch->capacity)
        grow(batch);
    size_t slot = find_slot(batch, key);
    if (batch->slots[slot] != 0)
        return false;
    batch->slots[slot] = (uint16_t)(batch->rows + 1);
    batch->keys[batch->rows] = *key;
    batch->records[batch->rows] = arena_copy(&batch->arena, record);
    batch->text_bytes += record.length;
    return true;
}

static void add_cell(struct batch *batch, unsigned column, struct span cell) {
    column_add(&batch->columns[column], &batch->arena, batch->rows, cell);
}

static void add_import(struct batch *batch, int64_t import) {
    add_cell(batch, COLUMN_IMPORT, (struct span){(const char *)&import, sizeof(import)});
}

static void add_resources(struct batch *batch, const struct event *event) {
    struct buffer cell = {0};

    for (size_t i = 0; i < event->resource_count; i++) {
        const struct resource *resource = &event->resources[i];
        if (resource->arn.data != NULL)
            cell_append_value(&cell, ATTRIBUTE_RESOURCE, resource->arn);
        if (resource->arn_prefix.data != NULL)
            cell_append_value(&cell, ATTRIBUTE_RESOURCE, resource->arn_prefix);
        if (resource->name.data != NULL)
            cell_append_value(&cell, ATTRIBUTE_RESOURCE, resource->name);
    }
    add_cell(batch, ATTRIBUTE_RESOURCE, buffer_span(&cell));
    buffer_clear(&cell);
}

/* Types and names each in a column of their own; resources of one type follow each other, mostly,
 * and lists of types are shorter, and more alike, without the repetition. */
static void add_lookup_resources(struct batch *batch, const struct event *event) {
    struct buffer types = {0};
    struct buffer names = {0};

    for (size_t i = 0; i < event->lookup_resource_count; i++) {
        const struct lookup_resource *resource = &event->lookup_resources[i];
        if (i == 0 || !span_equal(resource[-1].type, resource->type))
            cell_append_value(&types, ATTRIBUTE_LOOKUP_TYPE, resource->type);
        cell_append_value(&names, ATTRIBUTE_LOOKUP_NAME, resource->name);
    }
    add_cell(batch, ATTRIBUTE_LOOKUP_TYPE, buffer_span(&types));
    add_cell(batch, ATTRIBUTE_LOOKUP_NAME, buffer_span(&names));
    buffer_clear(&types);
    buffer_clear(&names);
}

bool batch_add(struct batch *batch, const struct event *event, int64_t import) {
    struct event_key key = event_key_of(event);

    if (!begin_row(batch, &key, event->record))
        return false;
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (column_kind(i) == CELL_PLAIN)
            add_cell(batch, i, event->value[i]);
    }
    add_resources(batch, event);
    add_lookup_resources(batch, event);
    add_import(batch, import);
    batch->rows++;
    return true;
}

/* The rows that are new, each with its key and record; the columns follow. */
static size_t begin_rows(struct batch *batch, const struct batch *from, const uint16_t *order,
                         size_t rows, uint16_t *out_taken) {
    size_t taken = 0;

    for (size_t i = 0; i < rows; i++) {
        uint16_t row = order == NULL ? (uint16_t)i : order[i];
        if (!begin_row(batch, &from->keys[row], from->records[row]))
            continue;
        out_taken[taken++] = row;
        batch->rows++;
    }
    return taken;
}

/* Looks each distinct cell up once. `numbers` has room for the cells of `from`. */
static void append_cells(struct batch *batch, unsigned column, size_t first,
                         const struct column *from, const uint16_t *rows, size_t count,
                         uint32_t *numbers) {
    struct column *to = &batch->columns[column];

    memset(numbers, 0, from->cell_count * sizeof(*numbers));
    for (size_t i = 0; i < count; i++) {
        uint16_t cell = from->ids[rows[i]];
        if (numbers[cell] == 0) {
            column_add(to, &batch->arena, first + i, from->cells[cell]);
            numbers[cell] = to->ids[first + i] + 1U;
        } else {
            to->ids[first + i] = (uint16_t)(numbers[cell] - 1);
        }
    }
}

static void append_import(struct batch *batch, size_t first, int64_t import) {
    struct column *imports = &batch->columns[COLUMN_IMPORT];
    struct span cell = {(const char *)&import, sizeof(import)};

    if (first == batch->rows)
        return;
    column_add(imports, &batch->arena, first, cell);
    for (size_t row = first + 1; row < batch->rows; row++)
        imports->ids[row] = imports->ids[first];
}

void batch_append(struct batch *batch, const struct batch *from, const uint16_t *order, size_t rows,
                  int64_t import) {
    uint16_t *taken = memory_new(rows, sizeof(*taken));
    uint32_t *numbers = memory_new(from->rows, sizeof(*numbers));
    size_t first = batch->rows;
    size_t count = begin_rows(batch, from, order, rows, taken);

    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++)
        append_cells(batch, i, first, &from->columns[i], taken, count, numbers);
    append_import(batch, first, import);
    free(numbers);
    free(taken);
}

static void truncate_column(struct batch *batch, unsigned number, size_t rows) {
    struct column *column = &batch->columns[number];
    uint32_t cells = column->cell_count;

    column_truncate(column, rows);
    for (uint32_t i = column->cell_count; i < cells; i++)
        batch->gone_bytes += column->cells[i].length;
}

/* What is left goes into an arena without what is gone. */
static void move(struct batch *batch) {
    struct arena old = batch->arena;

    batch->arena = (struct arena){0};
    batch->gone_bytes = 0;
    for (size_t row = 0; row < batch->rows; row++)
        batch->records[row] = arena_copy(&batch->arena, batch->records[row]);
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        struct column *column = &batch->columns[i];
        for (uint32_t cell = 0; cell < column->cell_count; cell++)
            column->cells[cell] = arena_copy(&batch->arena, column->cells[cell]);
    }
    arena_clear(&old);
}

/* Backwards, as they came: then no other key's way through the table leads over theirs. */
void batch_truncate(struct batch *batch, size_t rows) {
    while (batch->rows > rows) {
        batch->rows--;
        batch->slots[find_slot(batch, &batch->keys[batch->rows])] = 0;
        batch->text_bytes -= batch->records[batch->rows].length;
        batch->gone_bytes += batch->records[batch->rows].length;
    }
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        truncate_column(batch, i, rows);
    if (batch->gone_bytes >= GONE_BYTES_MAX)
        move(batch);
}

bool batch_is_full(const struct batch *batch) {
    return batch->rows >= BLOCK_ROWS || batch->text_bytes >= BATCH_TEXT_BYTES;
}

int event_key_compare(const struct event_key *a, const struct event_key *b) {
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static int compare_rows(const void *a, const void *b, void *context) {
    const struct event_key *keys = context;

    return event_key_compare(&keys[*(const uint16_t *)a], &keys[*(const uint16_t *)b]);
}

/* Rows in order of time; rows of one time come in order of hash by comparison: they are few. */
static void sort_ties(const struct batch *batch, uint16_t *order, size_t rows) {
    for (size_t first = 0; first < rows;) {
        int64_t time_ms = batch->keys[order[first]].time_ms;
        size_t end = first + 1;
        while (end < rows && batch->keys[order[end]].time_ms == time_ms)
            end++;
        if (end - first > 1)
            qsort_r(order + first, end - first, sizeof(*order), compare_rows, batch->keys);
        first = end;
    }
}

/* As words of time and row. False when the times are too far apart for that. */
static bool sort_times(const struct batch *batch, uint16_t *order, size_t rows) {
    uint64_t *words = memory_new(rows * 2, sizeof(*words));
    int64_t first_ms = INT64_MAX;
    bool near = true;

    for (size_t i = 0; i < rows; i++) {
        int64_t time_ms = batch->keys[order[i]].time_ms;
        first_ms = time_ms < first_ms ? time_ms : first_ms;
    }
    for (size_t i = 0; i < rows; i++) {
        uint64_t after = (uint64_t)batch->keys[order[i]].time_ms - (uint64_t)first_ms;
        near = near && after >> (64 - ROW_BITS) == 0;
        words[i] = after << ROW_BITS | order[i];
    }
    if (near) {
        radix_sort(words, words + rows, rows, ROW_BITS);
        for (size_t i = 0; i < rows; i++)
            order[i] = (uint16_t)words[i];
    }
    free(words);
    return near;
}

void batch_sort_rows(const struct batch *batch, uint16_t *order, size_t rows) {
    if (rows >= RADIX_ROWS && sort_times(batch, order, rows))
        sort_ties(batch, order, rows);
    else if (rows > 1)
        qsort_r(order, rows, sizeof(*order), compare_rows, batch->keys);
}

void batch_sort(const struct batch *batch, uint16_t *out_order) {
    for (size_t i = 0; i < batch->rows; i++)
        out_order[i] = (uint16_t)i;
    batch_sort_rows(batch, out_order, batch->rows);
}

void batch_reset(struct batch *batch) {
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        column_reset(&batch->columns[i]);
    if (batch->slots != NULL)
        memset(batch->slots, 0, batch->slot_count * sizeof(*batch->slots));
    batch->rows = 0;
    batch->text_bytes = 0;
    batch->gone_bytes = 0;
    arena_reset(&batch->arena);
}

void batch_clear(struct batch *batch) {
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        column_clear(&batch->columns[i]);
    free(batch->keys);
    free(batch->records);
    free(batch->slots);
    arena_clear(&batch->arena);
    *batch = (struct batch){0};
}
