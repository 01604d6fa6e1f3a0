/* store/block_build.c, with block_write.c and block_read.c: what goes in comes out. */
#include "tests/rows.h"

#include <unistd.h>

#include "store/block.h"

static const struct block_row {
    const char *name;
    size_t rows;
    size_t cells;      /* distinct values of each attribute */
    int64_t step_ms;   /* between events */
    bool without_ids;  /* no eventIDs */
    size_t drop_every; /* 0: none */
} blocks[] = {
    {"one event", 1, 1, 1000, false, 0},
    {"less than a frame", 15, 3, 1000, false, 0},
    {"a frame", 16, 3, 1000, false, 0},
    {"a frame and one", 17, 3, 1000, false, 0},
    {"a chunk and one", 257, 5, 1000, false, 0},
    {"all at one time", 600, 7, 0, false, 0},
    {"times of milliseconds", 300, 7, 137, false, 0},
    {"without eventIDs", 300, 7, 1000, true, 0},
    {"more than 256 values", 3000, 700, 1000, false, 0},
    {"a full block", BLOCK_ROWS, 9000, 1000, false, 0},
    {"some left out", 1000, 300, 1000, false, 3},
};

#define FIRST_MS INT64_C(1704067200000) /* 2024-01-01 */

struct place {
    char path[64];
    struct database database;
    struct compressor compressor;
    struct decompressor decompressor;
    struct batch batch;
    bool *dropped;
};

/* Events in no order of time, with values that some share and some lack. */
static void fill(struct place *place, const struct block_row *row) {
    struct arena arena = {0};

    place->dropped = memory_new(row->rows, sizeof(*place->dropped));
    for (size_t i = 0; i < row->rows; i++) {
        size_t mixed = i * 7919 % row->rows;
        struct event event = {.time_ms = FIRST_MS + (int64_t)mixed * row->step_ms};
        if (!row->without_ids)
            event.event_id = arena_format(&arena, "01234567-89ab-cdef-0123-%012zx", i);
        for (size_t k = 0; k < ATTRIBUTE_COUNT; k++) {
            if ((i + k) % 5 != 0)
                event.value[k] = arena_format(&arena, "value %zu", i * (k + 1) % row->cells);
        }
        event.value[ATTRIBUTE_RESOURCE] = SPAN_NONE;
        event.record = arena_format(&arena, "{\"eventID\":\"01234567-89ab-cdef-0123-%012zx\"}", i);
        assert_true(batch_add(&place->batch, &event, (int64_t)(5 + i % 3)));
        place->dropped[i] = row->drop_every != 0 && i % row->drop_every == 0;
    }
    arena_clear(&arena);
}

static void place_open(struct place *place, const struct block_row *row) {
    struct err err = {0};

    *place = (struct place){0};
    strcpy(place->path, "/tmp/traild-block-XXXXXX");
    int file = mkstemp(place->path);
    assert_true(file >= 0);
    close(file);
    assert_true(database_open(&place->database, place->path, DATABASE_WRITE, &err));
    assert_true(database_migrate(&place->database, &err));
    compressor_open(&place->compressor, COMPRESS_TO_KEEP);
    decompressor_open(&place->decompressor);
    fill(place, row);
}

static void place_close(struct place *place) {
    free(place->dropped);
    batch_clear(&place->batch);
    compressor_close(&place->compressor);
    decompressor_close(&place->decompressor);
    database_close(&place->database);
    assert_int_equal(unlink(place->path), 0);
}

static struct block write_block(struct place *place) {
    struct err err = {0};
    struct block block;
    struct block_image *image =
        block_build(&place->batch, place->dropped, true, NULL, &place->compressor);

    assert_non_null(image);
    assert_true(block_write(&place->database, image, 1, 0, 0, &err));
    block_image_free(image);
    assert_true(block_get(&place->database, 1, &block, &err));
    return block;
}

static bool read_block(struct place *place, const struct block *block, struct batch *out) {
    struct err err = {0};
    bool good = block_read_rows(&place->database, &place->decompressor, NULL, block, out, &err);

    assert_true(good || err.kind == ERR_INTERNAL);
    return good;
}

static struct span cell(const struct batch *batch, unsigned column, size_t row) {
    return batch->columns[column].cells[batch->columns[column].ids[row]];
}

static void check_row(const struct batch *expected, size_t from, const struct batch *got,
                      size_t row) {
    assert_memory_equal(&expected->keys[from], &got->keys[row], sizeof(struct event_key));
    assert_true(span_equal(expected->records[from], got->records[row]));
    for (unsigned column = 0; column < ATTRIBUTE_COUNT; column++) {
        struct span left = cell(expected, column, from);
        struct span right = cell(got, column, row);
        assert_int_equal(left.data == NULL, right.data == NULL);
        assert_true(span_equal(left, right));
    }
}

static void check_imports(struct place *place, const struct block *block, const uint16_t *order) {
    struct arena arena = {0};
    struct column_view imports;
    struct err err = {0};

    assert_true(
        block_read_imports(&place->database, &place->decompressor, block, &arena, &imports, &err));
    for (size_t row = 0; row < block->rows; row++)
        assert_int_equal(import_of_cell(imports.cells[column_view_id(&imports, row)]),
                         5 + order[row] % 3);
    arena_clear(&arena);
}

static void test_block(void **state) {
    const struct block_row *row = *state;
    uint16_t order[BLOCK_ROWS];
    struct place place;
    struct batch got = {0};
    size_t kept = 0;

    place_open(&place, row);
    struct block block = write_block(&place);
    assert_true(read_block(&place, &block, &got));
    batch_sort(&place.batch, order);
    for (size_t i = 0; i < row->rows; i++) {
        if (place.dropped[order[i]])
            continue;
        check_row(&place.batch, order[i], &got, kept);
        order[kept++] = order[i];
    }
    assert_int_equal(kept, got.rows);
    check_imports(&place, &block, order);
    batch_clear(&got);
    place_close(&place);
}

/* A row of a table, cut short by a byte. */
static const struct damage_row {
    const char *name;
    const char *cut;
} damages[] = {
    {"a column", "UPDATE part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 64 + 3"},
    {"the times", "UPDATE part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 64 + 40"},
    {"the hashes",
     "UPDATE part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 64 + 41"},
    {"the slots", "UPDATE part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 64 + 42"},
    {"slots beyond the block",
     "UPDATE part SET bytes = zeroblob(length(bytes) - 2) || x'ffff'"
     " WHERE id = 64 + 42"},
    {"the records", "UPDATE chunk SET bytes = substr(bytes, 1, length(bytes) - 1)"},
    {"a part that is gone", "DELETE FROM part WHERE id = 64 + 41"},
};

static void test_damage(void **state) {
    const struct damage_row *row = *state;
    static const struct block_row some = {"", 300, 5, 1000, false, 0};
    struct place place;
    struct batch got = {0};

    place_open(&place, &some);
    struct block block = write_block(&place);
    assert_int_equal(sqlite3_exec(place.database.handle, row->cut, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(place.database.handle) > 0);
    assert_false(read_block(&place, &block, &got));
    batch_clear(&got);
    place_close(&place);
}

int main(void) {
    const struct rows all[] = {ROWS(test_block, blocks), ROWS(test_damage, damages)};

    return rows_run("block_build", all, ARRAY_LENGTH(all));
}
