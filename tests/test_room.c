#include "tests/rows.h"

#include "store/room.h"

static const struct room_row {
    const char *name;
    fsblkcnt_t blocks;
    fsblkcnt_t left; /* to others than root */
    unsigned long block;
    const char *expected; /* NULL: there is room */
} disks[] = {
    {"much", 1000000, 500000, 4096, NULL},
    {"just enough", 1000000, 4096, 4096, NULL},
    {"a block too few", 1000000, 4095, 4096,
     "the disk of the data directory is nearly full: 16773120 bytes left"},
    {"full", 1000000, 0, 4096, "the disk of the data directory is nearly full: 0 bytes left"},
    {"blocks that do not divide the bytes", 100, 5, 3000000,
     "the disk of the data directory is nearly full: 15000000 bytes left"},
    {"one block more of them", 100, 6, 3000000, NULL},
    {"more bytes than a number holds", UINT64_MAX, UINT64_MAX, 1 << 20, NULL},
    {"a size that nobody knows", 0, 0, 4096, NULL},
    {"no block size", 100, 100, 0, "the disk of the data directory is nearly full: 100 bytes left"},
};

static void test_disk(void **state) {
    const struct room_row *row = *state;
    const struct statvfs facts = {
        .f_blocks = row->blocks, .f_bavail = row->left, .f_frsize = row->block};
    struct err err = {0};

    assert_int_equal(room_is_enough(&facts, &err), row->expected == NULL);
    assert_int_equal(err.kind, row->expected == NULL ? ERR_NONE : ERR_NO_SPACE);
    if (row->expected != NULL)
        assert_string_equal(err.text, row->expected);
}

static void test_no_such_directory(void **state) {
    struct err err = {0};

    (void)state;
    assert_false(room_check("/proc/nowhere", &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "/proc/nowhere"));
}

int main(void) {
    const struct rows all[] = {ROWS(test_disk, disks), TEST(test_no_such_directory)};

    return rows_run("room", all, ARRAY_LENGTH(all));
}
