/* store/hash_index.c */
#include "tests/rows.h"

#include <unistd.h>

#include "store/hash_index.h"

/* What is in blocks 31, 32, 33 and 63: the first is of group 0, the others of group 1. */
static const uint32_t in_31[] = {0x01000000};
static const uint32_t in_32[] = {0x00000000, 0x01000000, 0x01000100, 0x01020304, 0xffffffff};
static const uint32_t in_33[] = {0x01020304, 0x01020404, 0x02020304};
static const uint32_t in_63[] = {0x01020304};

#define IN_31 (UINT32_C(1) << 31)
#define IN_32 (UINT32_C(1) << 0)
#define IN_33 (UINT32_C(1) << 1)
#define IN_63 (UINT32_C(1) << 31)

static const struct look_up_row {
    const char *name;
    uint32_t hash;
    int64_t group;
    uint32_t values;    /* the mask of INDEX_VALUES */
    uint32_t event_ids; /* of INDEX_EVENT_IDS */
} look_ups[] = {
    {"in one block", 0x01000000, 1, IN_32, IN_32},
    {"in a block of another group", 0x01000000, 0, IN_31, IN_31},
    {"in several blocks", 0x01020304, 1, IN_32 | IN_33 | IN_63, IN_32 | IN_33 | IN_63},
    {"the smallest", 0x00000000, 1, IN_32, IN_32},
    {"the largest", 0xffffffff, 1, IN_32, IN_32},
    {"the last of a bucket", 0x01020404, 1, IN_33, IN_33},
    {"in no block", 0x01777777, 1, 0, 0},
    {"in a bucket of no block", 0x77000000, 1, 0, 0},
    {"in a group without blocks", 0x01000000, 2, 0, 0},
    {"other in the last byte", 0x01020305, 1, IN_32 | IN_33 | IN_63, 0},
    {"other in the first byte", 0x03020304, 1, 0, 0},
};

struct place {
    char path[64];
    struct database database;
};

static void put(struct place *place, const uint32_t *hashes, size_t count, int64_t block) {
    struct err err = {0};

    assert_true(hash_index_write(&place->database, INDEX_VALUES, hashes, count, block, &err));
    assert_true(hash_index_write(&place->database, INDEX_EVENT_IDS, hashes, count, block, &err));
}

static void place_open(struct place *place) {
    struct err err = {0};

    strcpy(place->path, "/tmp/traild-hashes-XXXXXX");
    int file = mkstemp(place->path);
    assert_true(file >= 0);
    close(file);
    assert_true(database_open(&place->database, place->path, DATABASE_WRITE, &err));
    assert_true(database_migrate(&place->database, &err));
    put(place, in_31, ARRAY_LENGTH(in_31), 31);
    put(place, in_32, ARRAY_LENGTH(in_32), 32);
    put(place, in_33, ARRAY_LENGTH(in_33), 33);
    put(place, in_63, ARRAY_LENGTH(in_63), 63);
}

static void place_close(struct place *place) {
    database_close(&place->database);
    assert_int_equal(unlink(place->path), 0);
}

static uint32_t look_up(struct place *place, enum hash_index index, int64_t group, uint32_t hash) {
    struct err err = {0};
    uint32_t mask = 0;

    assert_true(hash_index_blocks(&place->database, index, group, hash, &mask, &err));
    return mask;
}

static void test_look_up(void **state) {
    const struct look_up_row *row = *state;
    struct place place;

    place_open(&place);
    assert_int_equal(look_up(&place, INDEX_VALUES, row->group, row->hash), row->values);
    assert_int_equal(look_up(&place, INDEX_EVENT_IDS, row->group, row->hash), row->event_ids);
    place_close(&place);
}

/* A block goes out of one index and leaves the other, and the blocks beside it, alone. */
static void test_drop(void **state) {
    struct place place;
    struct err err = {0};

    (void)state;
    place_open(&place);
    assert_true(hash_index_drop(&place.database, INDEX_VALUES, 33, &err));
    assert_int_equal(look_up(&place, INDEX_VALUES, 1, 0x01020304), IN_32 | IN_63);
    assert_int_equal(look_up(&place, INDEX_VALUES, 1, 0x02020304), 0);
    assert_int_equal(look_up(&place, INDEX_EVENT_IDS, 1, 0x01020304), IN_32 | IN_33 | IN_63);
    place_close(&place);
}

int main(void) {
    const struct rows all[] = {ROWS(test_look_up, look_ups), TEST(test_drop)};

    return rows_run("hash_index", all, ARRAY_LENGTH(all));
}
