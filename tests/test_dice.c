#include "bench/corpus/dice.h"

#include "tests/rows.h"

/* The first numbers of splitmix64 from state 1234567, as its authors give them. */
static void test_the_numbers_are_those_of_splitmix64(void **state) {
    static const uint64_t numbers[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct dice dice = {1234567};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        assert_true(dice_next(&dice) == numbers[i]);
}

static const struct count_row {
    const char *name;
    uint64_t count;
} counts[] = {
    {"one", 1},      {"two", 2}, {"three", 3}, {"a power of two", 64}, {"just above one", 65},
    {"many", 20000},
};

static void test_below(void **state) {
    const struct count_row *row = *state;
    struct dice dice = {3};
    uint64_t largest = 0;

    for (int i = 0; i < 100000; i++) {
        uint64_t number = dice_below(&dice, row->count);
        assert_true(number < row->count);
        largest = number > largest ? number : largest;
    }
    assert_true(largest >= row->count - 1 - row->count / 1000);
}

/* Number 0 is at least one in twenty, however many there are. */
static void test_skewed(void **state) {
    const struct count_row *row = *state;
    struct dice dice = {4};
    uint64_t first = 0;
    uint64_t largest = 0;

    for (int i = 0; i < 100000; i++) {
        uint64_t number = dice_skewed(&dice, row->count);
        assert_true(number < row->count);
        first += number == 0;
        largest = number > largest ? number : largest;
    }
    assert_true(first * 20 >= 100000);
    assert_true(largest >= row->count - 1 - row->count / 100);
}

static void test_one_in(void **state) {
    struct dice dice = {5};
    int hits = 0;

    (void)state;
    for (int i = 0; i < 100000; i++)
        hits += dice_one_in(&dice, 20);
    assert_in_range(hits, 4700, 5300);
    assert_true(dice_one_in(&dice, 1));
}

static void test_mixed_numbers_differ(void **state) {
    (void)state;
    assert_true(dice_mix(1, 2) == dice_mix(1, 2));
    assert_true(dice_mix(1, 2) != dice_mix(2, 1));
    assert_true(dice_mix(0, 0) != dice_mix(0, 1));
    assert_true(dice_mix(0, 0) != 0);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_the_numbers_are_those_of_splitmix64),
        ROWS(test_below, counts),
        ROWS(test_skewed, counts),
        TEST(test_one_in),
        TEST(test_mixed_numbers_differ),
    };

    return rows_run("dice", all, ARRAY_LENGTH(all));
}
