/* store/dictionaries.c */
#include "tests/rows.h"

#include <unistd.h>

#include "store/dictionaries.h"

static const struct learn_row {
    const char *name;
    size_t dictionaries; /* learned before */
    int64_t blocks;
    size_t rows; /* of the batch */
    size_t expected;
} learns[] = {
    {"the first block", 0, 0, 1200, 1},
    {"too few events to learn from", 0, 0, 999, 0},
    {"none was learned when it was time", 0, 100, 1200, 1},
    {"the second block", 1, 1, 1200, 1},
    {"not yet many more blocks", 1, 15, 1200, 1},
    {"many more blocks", 1, 16, 1200, 2},
    {"many more blocks, but too few events", 1, 16, 999, 1},
    {"not yet many more than at the second time", 2, 255, 1200, 2},
    {"many more than at the second time", 2, 256, 1200, 3},
};

struct place {
    char path[64];
    struct database database;
    pthread_mutex_t writing;
    struct dictionaries dictionaries;
    struct batch batch;
    int64_t blocks;
};

static void fill(struct batch *batch, size_t rows) {
    struct arena arena = {0};

    batch_reset(batch);
    for (size_t i = 0; i < rows; i++) {
        struct span id = arena_format(&arena, "event-%zu", i);
        struct event event = {.time_ms = (int64_t)i, .event_id = id};
        event.record = arena_format(&arena,
                                    "{\"eventName\":\"Describe%zu\",\"eventSource\":\"ec2."
                                    "amazonaws.com\",\"eventID\":\"%zu\",\"user\":\"u%zu\"}",
                                    i % 37, i * 7919, i % 101);
        assert_true(batch_add(batch, &event, 1));
    }
    arena_clear(&arena);
}

/* So many blocks, as far as the number of the last one tells. */
static void grow_to(struct place *place, int64_t blocks) {
    struct err err = {0};

    if (blocks <= place->blocks)
        return;
    place->blocks = blocks;
    sqlite3_stmt *statement = database_prepare(&place->database, SQL_ADD_BLOCK, &err);

    assert_non_null(statement);
    bind_integer(statement, 1, blocks);
    for (int i = 2; i <= 8; i++)
        bind_integer(statement, i, 0);
    assert_true(database_run(&place->database, statement, &err));
}

static void learn(struct place *place, size_t rows) {
    struct err err = {0};

    fill(&place->batch, rows);
    assert_true(dictionaries_learn(&place->dictionaries, &place->batch, &err));
}

static void place_open(struct place *place, size_t dictionaries) {
    static const int64_t blocks[] = {1, 16, 256};
    struct err err = {0};

    *place = (struct place){.writing = PTHREAD_MUTEX_INITIALIZER};
    dictionaries_init(&place->dictionaries, &place->database, &place->writing);
    strcpy(place->path, "/tmp/traild-dictionaries-XXXXXX");
    int file = mkstemp(place->path);
    assert_true(file >= 0);
    close(file);
    assert_true(database_open(&place->database, place->path, DATABASE_WRITE, &err));
    assert_true(database_migrate(&place->database, &err));
    for (size_t i = 0; i < dictionaries; i++) {
        grow_to(place, blocks[i]);
        learn(place, 1200);
    }
    assert_int_equal(place->dictionaries.count, dictionaries);
}

static void place_close(struct place *place) {
    batch_clear(&place->batch);
    dictionaries_close(&place->dictionaries);
    database_close(&place->database);
    assert_int_equal(unlink(place->path), 0);
}

/* What is learned is the newest then, and there when the store is opened again. */
static void test_learn(void **state) {
    const struct learn_row *row = *state;
    struct dictionaries again;
    struct place place;
    struct err err = {0};

    place_open(&place, row->dictionaries);
    grow_to(&place, row->blocks);
    learn(&place, row->rows);
    assert_int_equal(place.dictionaries.count, row->expected);
    dictionaries_init(&again, &place.database, &place.writing);
    assert_true(dictionaries_load(&again, &err));
    assert_int_equal(again.count, row->expected);
    if (row->expected > 0) {
        assert_int_equal(dictionaries_newest(&again)->id, row->expected);
        assert_non_null(dictionaries_get(&again, (int64_t)row->expected));
    }
    assert_null(dictionaries_get(&again, (int64_t)row->expected + 1));
    dictionaries_close(&again);
    place_close(&place);
}

static void test_a_damaged_one_is_told(void **state) {
    struct dictionaries again;
    struct place place;
    struct err err = {0};

    (void)state;
    place_open(&place, 1);
    assert_int_equal(sqlite3_exec(place.database.handle, "UPDATE dictionary SET bytes = x'00'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    dictionaries_init(&again, &place.database, &place.writing);
    assert_false(dictionaries_load(&again, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    dictionaries_close(&again);
    place_close(&place);
}

static void *learn_beside(void *argument) {
    struct place *place = argument;
    struct err err = {0};
    bool good = dictionaries_learn(&place->dictionaries, &place->batch, &err);

    return good && dictionaries_newest(&place->dictionaries) != NULL ? place : NULL;
}

/* Who needs the first one waits for it; it is trained once, however many do. */
static void test_learn_at_once(void **state) {
    pthread_t threads[6];
    struct place place;
    void *good;

    (void)state;
    place_open(&place, 0);
    fill(&place.batch, 1200);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, learn_beside, &place), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &good), 0);
        assert_ptr_equal(good, &place);
    }
    assert_int_equal(place.dictionaries.count, 1);
    place_close(&place);
}

int main(void) {
    const struct rows all[] = {ROWS(test_learn, learns), TEST(test_learn_at_once),
                               TEST(test_a_damaged_one_is_told)};

    return rows_run("dictionaries", all, ARRAY_LENGTH(all));
}
