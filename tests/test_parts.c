/* store/parts.c with row_hashes.c, records.c and frames.c: whichever way a reader gets at a piece
 * of a block, it is what was built. */
#include "tests/rows.h"

#include <unistd.h>

#include "base/utc.h"
#include "store/parts.h"
#include "store/records.h"

#define FIRST_MS INT64_C(1704067200000) /* 2024-01-01 */

static const struct block_row {
    const char *name;
    size_t rows;
    size_t cells; /* distinct values of each attribute */
    int64_t step_ms;
    bool one_import;
} blocks[] = {
    {"one event", 1, 1, 1000, true},
    {"all alike", 20, 1, 0, true},
    {"a frame and one", 17, 3, 1000, false},
    {"as many values as a byte tells apart", 900, 255, 1000, false}, /* and no value */
    {"one value more", 900, 256, 1000, true},
    {"a full block", BLOCK_ROWS, 9000, 137, false},
    {"times that are days apart", 300, 7, MS_PER_DAY, false},
};

struct place {
    char path[64];
    struct database database;
    struct readers readers;
    struct batch batch;
    uint16_t order[BLOCK_ROWS];
    struct block block;
};

static void fill(struct place *place, const struct block_row *row) {
    struct arena arena = {0};

    for (size_t i = 0; i < row->rows; i++) {
        size_t mixed = i * 7919 % row->rows;
        struct event event = {.time_ms = FIRST_MS + (int64_t)mixed * row->step_ms};
        event.event_id = arena_format(&arena, "id-%zu", i);
        for (size_t k = 0; k < ATTRIBUTE_COUNT; k++) {
            if ((i + k) % 5 != 0)
                event.value[k] = arena_format(&arena, "value %zu", i * (k + 1) % row->cells);
        }
        event.value[ATTRIBUTE_RESOURCE] = SPAN_NONE;
        event.record = arena_format(&arena, "{\"eventID\":\"id-%zu\"}", i);
        assert_true(batch_add(&place->batch, &event, row->one_import ? 5 : (int64_t)(5 + i % 3)));
    }
    arena_clear(&arena);
    batch_sort(&place->batch, place->order);
}

static void write_block(struct place *place) {
    struct compressor compressor;
    struct err err = {0};

    compressor_open(&compressor, COMPRESS_TO_KEEP);
    struct block_image *image = block_build(&place->batch, NULL, true, NULL, &compressor);
    assert_true(block_write(&place->database, image, 1, 0, 0, &err));
    assert_true(block_get(&place->database, 1, &place->block, &err));
    block_image_free(image);
    compressor_close(&compressor);
}

static struct place *place_open(const struct block_row *row) {
    struct place *place = memory_new(1, sizeof(*place));
    struct err err = {0};

    strcpy(place->path, "/tmp/traild-parts-XXXXXX");
    int file = mkstemp(place->path);
    assert_true(file >= 0);
    close(file);
    assert_true(database_open(&place->database, place->path, DATABASE_WRITE, &err));
    assert_true(database_migrate(&place->database, &err));
    pthread_mutex_init(&place->readers.lock, NULL);
    readers_init(&place->readers, place->path);
    fill(place, row);
    write_block(place);
    return place;
}

static void place_close(struct place *place) {
    readers_close(&place->readers);
    batch_clear(&place->batch);
    database_close(&place->database);
    assert_int_equal(unlink(place->path), 0);
    free(place);
}

/* ---- what each piece must be ---- */

static void check_column(struct place *place, struct parts *parts, unsigned column) {
    const struct column *built = &place->batch.columns[column];
    struct column_view view;
    struct err err = {0};

    assert_true(parts_column(parts, column, &view, &err));
    for (size_t row = 0; row < place->block.rows; row++) {
        struct span expected = built->cells[built->ids[place->order[row]]];
        struct span got = view.cells[column_view_id(&view, row)];
        assert_int_equal(expected.data == NULL, got.data == NULL);
        assert_true(span_equal(expected, got));
    }
}

static void check_times(struct place *place, struct parts *parts) {
    struct time_view times;
    struct err err = {0};

    assert_true(parts_times(parts, &times, &err));
    for (size_t row = 0; row < place->block.rows; row++)
        assert_int_equal(time_view_at(&times, row), place->batch.keys[place->order[row]].time_ms);
}

static void check_hash(struct place *place, struct parts *parts, size_t row) {
    struct err err = {0};
    uint64_t hash;

    assert_true(parts_hash(parts, row, &hash, &err));
    assert_int_equal(hash, place->batch.keys[place->order[row]].hash);
}

static void check_match(struct place *place, struct parts *parts, size_t wanted) {
    uint64_t id_hash = place->batch.keys[place->order[wanted]].hash & EVENT_ID_MASK;
    uint8_t flags[BLOCK_ROWS];
    struct err err = {0};

    assert_true(parts_match_id(parts, id_hash, flags, &err));
    for (size_t row = 0; row < place->block.rows; row++)
        assert_int_equal(flags[row], row == wanted);
}

static void check_records(struct place *place, struct reader_connection *reader,
                          struct parts *parts, size_t step) {
    struct record_source source = {.cache = reader->parts};
    uint16_t rows[BLOCK_ROWS];
    struct span records[BLOCK_ROWS];
    struct arena arena = {0};
    struct err err = {0};
    size_t count = 0;

    for (size_t row = place->block.rows; row-- > 0;) {
        if (row % step == 0)
            rows[count++] = (uint16_t)row;
    }
    assert_true(parts_slots(parts, &source.slots, &err));
    frames_open(&source.frames, &reader->database, &reader->decompressor, NULL, &place->block);
    assert_true(records_read(&source, rows, count, &arena, records, &err));
    frames_close(&source.frames);
    for (size_t i = 0; i < count; i++)
        assert_true(span_equal(records[i], place->batch.records[place->order[rows[i]]]));
    arena_clear(&arena);
}

/* ---- */

static void check_all(struct place *place, struct reader_connection *reader) {
    struct parts parts;

    parts_open(&parts, reader, &place->block);
    for (unsigned column = 0; column < COLUMN_COUNT; column++)
        check_column(place, &parts, column);
    check_times(place, &parts);
    for (size_t row = 0; row < place->block.rows; row++) /* first alone, then from all */
        check_hash(place, &parts, row);
    check_match(place, &parts, place->block.rows / 2);
    check_records(place, reader, &parts, 1);
    check_records(place, reader, &parts, 20);
    parts_close(&parts);
    arena_reset(&reader->scratch);
}

static void test_parts(void **state) {
    struct place *place = place_open(*state);
    struct err err = {0};

    /* From the database, then out of the cache; both ways for another connection, too. */
    for (int round = 0; round < 3; round++) {
        struct reader_connection *reader = readers_take(&place->readers, &err);
        assert_non_null(reader);
        check_all(place, reader);
        readers_give_back(&place->readers, reader);
    }
    place_close(place);
}

static const struct block_row some = {"", 300, 5, 1000, false};

static void test_a_hash_now_and_then(void **state) {
    struct place *place = place_open(&some);
    struct err err = {0};

    (void)state;
    for (size_t row = 0; row < some.rows; row += 60) {
        struct reader_connection *reader = readers_take(&place->readers, &err);
        struct parts parts;
        parts_open(&parts, reader, &place->block);
        check_hash(place, &parts, row);
        check_hash(place, &parts, row + 7);
        parts_close(&parts);
        readers_give_back(&place->readers, reader);
    }
    place_close(place);
}

/* What was read before is still there: nothing is read again. */
static void test_the_second_reader_needs_no_database(void **state) {
    struct place *place = place_open(&some);
    struct err err = {0};

    (void)state;
    struct reader_connection *reader = readers_take(&place->readers, &err);
    check_all(place, reader);
    check_all(place, reader);
    assert_int_equal(sqlite3_exec(place->database.handle, "DELETE FROM part", NULL, NULL, NULL),
                     SQLITE_OK);
    struct parts parts;
    parts_open(&parts, reader, &place->block);
    for (unsigned column = 0; column < COLUMN_COUNT; column++)
        check_column(place, &parts, column);
    check_times(place, &parts);
    check_hash(place, &parts, 200);
    assert_false(parts.has_read);
    parts_close(&parts);
    readers_give_back(&place->readers, reader);
    place_close(place);
}

/* ---- damage ---- */

static const struct damage_row {
    const char *name;
    const char *cut;
} damages[] = {
    {"hashes that end among the upper bytes",
     "UPDATE part SET bytes = substr(bytes, 1, 1000) WHERE id = 64 + 41"},
    {"hashes that end among the lower bytes",
     "UPDATE part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 64 + 41"},
    {"hashes that are gone", "DELETE FROM part WHERE id = 64 + 41"},
    {"a chunk without frames", "UPDATE chunk SET bytes = substr(bytes, 1, 3)"},
    {"a chunk that is cut off", "UPDATE chunk SET bytes = substr(bytes, 1, 100)"},
    {"a chunk whose frames lie nowhere",
     "UPDATE chunk SET bytes = x'ffffffff' || substr(bytes, 5)"},
    {"a chunk that is gone", "DELETE FROM chunk"},
};

static bool read_one(struct place *place, struct reader_connection *reader, struct err *err) {
    struct record_source source = {.cache = reader->parts};
    struct arena arena = {0};
    struct span records[1];
    uint16_t row = 0;
    uint64_t hash;
    struct parts parts;

    parts_open(&parts, reader, &place->block);
    bool good = parts_hash(&parts, 0, &hash, err) && parts_slots(&parts, &source.slots, err);
    frames_open(&source.frames, &reader->database, &reader->decompressor, NULL, &place->block);
    for (; good && row < place->block.rows; row++)
        good = records_read(&source, &row, 1, &arena, records, err);
    frames_close(&source.frames);
    parts_close(&parts);
    arena_clear(&arena);
    return good;
}

static void test_damage(void **state) {
    const struct damage_row *row = *state;
    struct place *place = place_open(&some);
    struct err err = {0};

    assert_int_equal(sqlite3_exec(place->database.handle, row->cut, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(place->database.handle) > 0);
    struct reader_connection *reader = readers_take(&place->readers, &err);
    assert_false(read_one(place, reader, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    readers_give_back(&place->readers, reader);
    place_close(place);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_parts, blocks),
        TEST(test_a_hash_now_and_then),
        TEST(test_the_second_reader_needs_no_database),
        ROWS(test_damage, damages),
    };

    return rows_run("parts", all, ARRAY_LENGTH(all));
}
