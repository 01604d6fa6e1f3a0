/* base/radix.c */
#include "tests/rows.h"

#include "base/radix.h"

static const struct sort_row {
    const char *name;
    uint64_t words[6];
    size_t count;
    unsigned from_bit;
    uint64_t sorted[6];
} sorts[] = {
    {"nothing", {0}, 0, 0, {0}},
    {"one", {7}, 1, 0, {7}},
    {"all alike", {7, 7, 7}, 3, 0, {7, 7, 7}},
    {"in order", {1, 2, 3}, 3, 0, {1, 2, 3}},
    {"backwards", {3, 2, 1}, 3, 0, {1, 2, 3}},
    {"one byte decides", {0x0300, 0x0100, 0x0200}, 3, 0, {0x0100, 0x0200, 0x0300}},
    {"two bytes decide", {0x0201, 0x0102, 0x0101}, 3, 0, {0x0101, 0x0102, 0x0201}},
    {"the first and the last byte decide",
     {UINT64_MAX, 0, UINT64_C(1) << 63, 1},
     4,
     0,
     {0, 1, UINT64_C(1) << 63, UINT64_MAX}},
    {"lower bits keep their order",
     {0x0209, 0x0101, 0x0205, 0x0102},
     4,
     8,
     {0x0101, 0x0102, 0x0209, 0x0205}},
};

static void test_sort(void **state) {
    const struct sort_row *row = *state;
    uint64_t words[6];
    uint64_t scratch[6];

    memcpy(words, row->words, sizeof(words));
    radix_sort(words, scratch, row->count, row->from_bit);
    assert_memory_equal(words, row->sorted, row->count * sizeof(*words));
}

static int compare_words(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static void test_many(void **state) {
    uint64_t words[3][5000];
    uint64_t word = 1;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(words[0]); i++) {
        word = word * UINT64_C(6364136223846793005) + 1442695040888963407;
        words[0][i] = words[1][i] = word >> (word & 31);
    }
    radix_sort(words[0], words[2], ARRAY_LENGTH(words[0]), 0);
    qsort(words[1], ARRAY_LENGTH(words[1]), sizeof(words[1][0]), compare_words);
    assert_memory_equal(words[0], words[1], sizeof(words[0]));
}

int main(void) {
    const struct rows all[] = {ROWS(test_sort, sorts), TEST(test_many)};

    return rows_run("radix", all, ARRAY_LENGTH(all));
}
