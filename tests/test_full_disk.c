/* collect/full_disk.c: nothing is fetched for nothing. */
#include "collect/full_disk.h"
#include "tests/rows.h"

static const struct moment_row {
    const char *name;
    int64_t found_ms; /* -1: never */
    bool over;
    int64_t now_ms;
    bool may;
    bool lasts;
} moments[] = {
    {"never full", -1, false, 5000, true, false},
    {"at once", 5000, false, 5000, false, true},
    {"a moment later", 5000, false, 5000 + FULL_DISK_MS - 1, false, true},
    {"then some may try", 5000, false, 5000 + FULL_DISK_MS, true, true},
    {"over", 5000, true, 5001, true, false},
};

static void test_moment(void **state) {
    const struct moment_row *row = *state;
    struct full_disk disk = {0};
    struct err err = {0};

    if (row->found_ms >= 0)
        full_disk_found(&disk, row->found_ms);
    if (row->over)
        full_disk_over(&disk);
    assert_int_equal(full_disk_check(&disk, row->now_ms, &err), row->may);
    assert_int_equal(err.kind, row->may ? ERR_NONE : ERR_NO_SPACE);
    assert_int_equal(full_disk_lasts(&disk), row->lasts);
}

int main(void) {
    const struct rows all[] = {ROWS(test_moment, moments)};

    return rows_run("full_disk", all, ARRAY_LENGTH(all));
}
