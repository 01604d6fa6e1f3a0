/* store/overlap.c: layouts of blocks, and which of them are merged. */
#include "tests/rows.h"

#include <math.h>

#include "base/buffer.h"
#include "bench/corpus/dice.h"
#include "store/overlap.h"

#define MANY 200

static const struct choice_row {
    const char *name;
    struct {
        int64_t first_ms;
        int64_t last_ms;
        size_t rows; /* 0: a full block */
    } blocks[8];
    size_t count;
    const char *chosen; /* numbers of the blocks, upwards; more than two may not overlap */
} choices[] = {
    {"no block", {{0, 0, 0}}, 0, ""},
    {"one behind the other", {{0, 10, 0}, {11, 20, 0}, {21, 30, 0}, {31, 40, 0}}, 4, ""},
    {"that touch", {{0, 10, 0}, {10, 20, 0}, {10, 20, 0}, {20, 30, 0}, {20, 30, 0}}, 5, ""},
    {"two that overlap", {{0, 10, 0}, {5, 15, 0}}, 2, ""},
    {"three that overlap", {{0, 10, 0}, {1, 11, 0}, {2, 12, 0}}, 3, "0 1 2"},
    {"each two of three overlap, but not all", {{0, 10, 0}, {5, 15, 0}, {11, 20, 0}}, 3, ""},
    {"three of a single moment", {{5, 5, 0}, {5, 5, 0}, {5, 5, 0}}, 3, ""},
    {"a single moment does not count", {{0, 10, 0}, {0, 10, 0}, {5, 5, 0}, {5, 5, 0}}, 4, ""},
    {"a narrow one among wide ones stays",
     {{0, 1000, 0}, {0, 1000, 0}, {0, 1000, 0}, {500, 501, 0}},
     4,
     "0 1 2"},
    {"a wide one over narrow ones stays",
     {{0, 1000000, 0}, {0, 10, 0}, {0, 10, 0}, {0, 10, 0}},
     4,
     "1 2 3"},
    {"all widths differ: nothing is won", {{0, 1000000, 0}, {0, 10000, 0}, {0, 100, 0}}, 3, ""},
    {"few events in a wide one count by their number",
     {{0, 1000000, 1}, {0, 1000, 0}, {0, 1000, 0}, {0, 1000, 0}},
     4,
     "1 2 3"},
    {"the deeper of two crowds",
     {{0, 10, 0}, {0, 10, 0}, {0, 10, 0}, {0, 10, 0}, {20, 30, 0}, {20, 30, 0}, {20, 30, 0}},
     7,
     "0 1 2 3"},
    {"of equal crowds the later",
     {{0, 10, 0}, {0, 10, 0}, {0, 10, 0}, {20, 30, 0}, {20, 30, 0}, {20, 30, 0}},
     6,
     "3 4 5"},
    {"the deepest cannot be helped, another can",
     {{0, 1 << 28, 0},
      {0, 1 << 20, 0},
      {0, 1 << 12, 0},
      {0, 1 << 4, 0},
      {1 << 16, 1 << 17, 0},
      {1 << 16, 1 << 17, 0}},
     6,
     "4 5"},
};

static int compare_ids(const void *a, const void *b) {
    const struct block *left = *(const struct block *const *)a;
    const struct block *right = *(const struct block *const *)b;

    return left->id < right->id ? -1 : left->id > right->id;
}

static void test_choice(void **state) {
    const struct choice_row *row = *state;
    const struct block *group[OVERLAP_GROUP];
    struct block blocks[8];
    struct buffer text = {0};

    for (size_t i = 0; i < row->count; i++)
        blocks[i] = (struct block){
            .id = (int64_t)i,
            .first_ms = row->blocks[i].first_ms,
            .last_ms = row->blocks[i].last_ms,
            .rows = row->blocks[i].rows == 0 ? BLOCK_ROWS : row->blocks[i].rows,
        };
    size_t count = overlap_choose(blocks, row->count, 2, group);
    qsort(group, count, sizeof(const struct block *), compare_ids);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, i == 0 ? "%d" : " %d", (int)group[i]->id);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, row->chosen);
    buffer_clear(&text);
}

static void test_group_is_bounded(void **state) {
    const struct block *group[OVERLAP_GROUP];
    struct block blocks[MANY];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        blocks[i] =
            (struct block){.id = (int64_t)i, .first_ms = 0, .last_ms = 1000000, .rows = BLOCK_ROWS};
    assert_int_equal(overlap_choose(blocks, MANY, 8, group), OVERLAP_GROUP);
}

static void test_gain(void **state) {
    const struct block blocks[] = {{.id = 1, .first_ms = 0, .last_ms = 1000, .rows = 100},
                                   {.id = 2, .first_ms = 0, .last_ms = 1000, .rows = 100}};
    const struct block *group[] = {&blocks[0], &blocks[1]};

    (void)state;
    assert_true(fabs(overlap_gain(group, 2, 1000) - 1.0) < 1e-9); /* one behind the other */
    assert_true(fabs(overlap_gain(group, 2, 2000)) < 1e-9);       /* as they were */
    assert_true(fabs(overlap_gain(group, 2, 500) - 2.0) < 1e-9);  /* with a gap between */
    assert_true(isfinite(overlap_gain(group, 2, 0)));             /* two moments */
}

/* ---- until nothing is left to do ---- */

/* What a merge makes of blocks whose events lie evenly in their spans: as many, each with an equal
 * share of the time that all of them cover. */
static void merge_evenly(struct block *blocks, const struct block *const *group, size_t count) {
    int64_t first_ms = group[0]->first_ms;
    int64_t last_ms = group[0]->last_ms;

    for (size_t i = 1; i < count; i++) {
        first_ms = group[i]->first_ms < first_ms ? group[i]->first_ms : first_ms;
        last_ms = group[i]->last_ms > last_ms ? group[i]->last_ms : last_ms;
    }
    int64_t share = (last_ms - first_ms) / (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        struct block *block = &blocks[group[i]->id];
        block->first_ms = first_ms + share * (int64_t)i;
        block->last_ms = i + 1 == count ? last_ms : block->first_ms + share;
    }
}

static size_t depth_at(const struct block *blocks, size_t count, int64_t time_ms) {
    size_t depth = 0;

    for (size_t i = 0; i < count; i++)
        depth += blocks[i].first_ms <= time_ms && blocks[i].last_ms > time_ms;
    return depth;
}

static const struct load_row {
    const char *name;
    int64_t span_ms;       /* of a block */
    int64_t step_ms;       /* between the beginnings of two */
    uint64_t scatter_ms;   /* how far a beginning strays */
    size_t most_rewritten; /* times that an event is written again, on average, in tenths */
} loads[] = {
    {"in order", 86400000, 80000000, 8000000, 0},
    {"in no order at all", 1000000000, 0, 20000000, 30},
    {"days of a year, at random", 86400000, 0, UINT64_C(31536000000), 10},
    {"ten ways at once", 864000000, 86400000, 100000000, 20},
};

/* Blocks come one by one. The overlap stays bounded, the work ends, and it is not much. */
static void test_load(void **state) {
    const struct load_row *row = *state;
    const struct block *group[OVERLAP_GROUP];
    struct block blocks[MANY];
    struct dice dice = {.state = 1};
    size_t rewritten = 0;

    for (size_t count = 1; count <= MANY; count++) {
        size_t chosen;
        int64_t first_ms =
            row->step_ms * (int64_t)count + (int64_t)dice_below(&dice, row->scatter_ms);
        blocks[count - 1] = (struct block){.id = (int64_t)count - 1,
                                           .first_ms = first_ms,
                                           .last_ms = first_ms + row->span_ms,
                                           .rows = BLOCK_ROWS};
        while ((chosen = overlap_choose(blocks, count, count == MANY ? 8 : 16, group)) > 0) {
            merge_evenly(blocks, group, chosen);
            rewritten += chosen;
        }
    }
    for (size_t i = 0; i < MANY; i++)
        assert_in_range(depth_at(blocks, MANY, blocks[i].first_ms), 1, 10);
    assert_in_range(rewritten * 10 / MANY, 0, row->most_rewritten);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_choice, choices),
        TEST(test_group_is_bounded),
        TEST(test_gain),
        ROWS(test_load, loads),
    };
    return rows_run("overlap", all, ARRAY_LENGTH(all));
}
