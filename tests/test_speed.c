#include "tests/rows.h"

#include "aws/speed.h"

/* What has come by these moments, in seconds and bytes; the last one is judged. */
static const struct speed_row {
    const char *name;
    int64_t stall_s;
    int64_t total_s;
    struct {
        int64_t at_s;
        int64_t bytes;
    } looks[6];
    const char *says; /* NULL: it goes on */
} speeds[] = {
    {"at once", 30, 0, {{0, 0}}, NULL},
    {"silent for as long as it may be", 30, 0, {{30, 0}}, NULL},
    {"silent for longer", 30, 0, {{31, 0}}, "nothing came for 30 s"},
    {"silent in the middle", 30, 0, {{10, 5}, {41, 5}}, "nothing came for 30 s"},
    {"not silent", 30, 0, {{25, 1}, {50, 2}}, NULL},
    {"drips", 30, 0, {{25, 1}, {50, 2}, {60, 3}}, "less than 1024 bytes a second for 60 s"},
    {"just fast enough", 30, 0, {{25, 1}, {50, 2}, {60, 61440}}, NULL},
    {"just too slow", 30, 0, {{25, 1}, {50, 2}, {60, 61439}}, "too slowly"},
    {"drips after a quick beginning",
     30,
     0,
     {{25, 100000}, {50, 100001}, {60, 100002}, {85, 100003}, {110, 100004}, {120, 100005}},
     "too slowly"},
    {"steady", 90, 0, {{60, 61440}, {120, 122880}, {180, 184320}}, NULL},
    {"done within its time", 30, 40, {{20, 100000}, {40, 200000}}, NULL},
    {"fast, but never done", 30, 40, {{20, 100000}, {41, 200000}}, "took longer than 40 s"},
};

static void test_speed(void **state) {
    const struct speed_row *row = *state;
    const int64_t start_ms = 5000000;
    struct speed speed;
    struct err err = {0};
    bool good = true;

    speed_begin(&speed, row->stall_s * 1000, row->total_s * 1000, start_ms);
    for (size_t i = 0; i < ARRAY_LENGTH(row->looks) && (i == 0 || row->looks[i].at_s > 0); i++) {
        assert_true(good);
        good = speed_check(&speed, row->looks[i].bytes, start_ms + row->looks[i].at_s * 1000, &err);
    }
    assert_int_equal(good, row->says == NULL);
    if (!good) {
        assert_int_equal(err.kind, ERR_BUSY);
        assert_non_null(strstr(err.text, row->says));
    }
}

int main(void) {
    const struct rows all[] = {ROWS(test_speed, speeds)};

    return rows_run("speed", all, ARRAY_LENGTH(all));
}
