/* store/merge.c and slices.c: events that came in no order of time are sorted into blocks anew, and
 * nobody who asks can tell. */
#include "tests/rows.h"

#include "tests/support_shuffled.h"

static size_t count_by_id(struct store *store, int64_t number) {
    struct arena arena = {0};
    struct found_page page;
    struct err err = {0};
    struct alternative alternative = {
        {{ATTRIBUTE_EVENT_ID,
          {.kind = MATCH_EQUAL, .text = arena_format(&arena, "id-%lld", (long long)number)}}},
        1};
    struct condition condition = {false, &alternative, 1};
    struct query query = {
        .to_ms = INT64_MAX, .conditions = &condition, .condition_count = 1, .limit = 10};

    if (!store_find(store, &query, NULL, &arena, &page, &err))
        fail_msg("%s", err.text);
    size_t count = page.count;
    arena_clear(&arena);
    return count;
}

static void test_files_in_order_are_left_alone(void **state) {
    struct scratch_store scratch;

    (void)state;
    scratch_open(&scratch);
    for (int64_t file = 0; file < FILES; file++)
        import_range(scratch.store, file * FILE_EVENTS, (file + 1) * FILE_EVENTS, 0);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 0);
    scratch_close(&scratch);
}

static void test_same_events_in_fewer_blocks(void **state) {
    struct scratch_store scratch;

    (void)state;
    shuffled_open(&scratch);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    check_all(scratch.store);
    tidy_all(scratch.store);
    struct store_figures figures = measure(scratch.store);
    assert_int_equal(figures.merges, 1);
    assert_int_equal(figures.merged_blocks, FILES);
    assert_int_equal(figures.events, EVENTS);
    assert_in_range(figures.blocks, EVENTS / 16384 + 1, FILES - 1);
    check_all(scratch.store);
    scratch_reopen(&scratch);
    check_all(scratch.store);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 0);
    scratch_close(&scratch);
}

/* How many blocks a find of the newest may open, below which it fails. */
static int64_t blocks_of_a_page(struct store *store) {
    struct query query = {.to_ms = INT64_MAX, .order = ORDER_NEWEST_FIRST, .limit = 50};

    for (int64_t blocks = 1;; blocks++) {
        struct find_budget budget = {.blocks = blocks};
        struct arena arena = {0};
        struct found_page page;
        struct err err = {0};
        bool good = store_find(store, &query, &budget, &arena, &page, &err);
        arena_clear(&arena);
        if (good)
            return blocks;
        assert_int_equal(err.kind, ERR_BUDGET);
    }
}

static void test_a_page_opens_few_blocks(void **state) {
    struct scratch_store scratch;

    (void)state;
    shuffled_open(&scratch);
    assert_int_equal(blocks_of_a_page(scratch.store), FILES);
    tidy_all(scratch.store);
    assert_int_equal(blocks_of_a_page(scratch.store), 1);
    scratch_close(&scratch);
}

static void test_each_is_known_by_its_id(void **state) {
    struct scratch_store scratch;

    (void)state;
    shuffled_open(&scratch);
    tidy_all(scratch.store);
    for (int64_t number = 0; number < EVENTS; number += 997)
        assert_int_equal(count_by_id(scratch.store, number), 1);
    assert_int_equal(count_by_id(scratch.store, EVENTS), 0);
    scratch_close(&scratch);
}

static void test_duplicates_are_known(void **state) {
    struct scratch_store scratch;

    (void)state;
    shuffled_open(&scratch);
    assert_int_equal(shuffled_import(scratch.store, 3, 100).inserted, 0);
    tidy_all(scratch.store);
    for (int64_t file = 0; file < FILES; file++)
        assert_int_equal(shuffled_import(scratch.store, file, (uint8_t)(200 + file)).inserted, 0);
    check_all(scratch.store);
    scratch_close(&scratch);
}

/* Its blocks were staged and compared before the merge, and are committed behind it. */
static void test_import_across_a_merge(void **state) {
    struct scratch_store scratch;

    (void)state;
    shuffled_open(&scratch);
    struct import *import = import_begin(scratch.store);
    made_add(import, EVENTS, EVENTS + 17000);
    made_add(import, 0, 100);
    tidy_all(scratch.store);
    import_range(scratch.store, EVENTS, EVENTS + 50, 0);
    struct receipt receipt = made_commit(import, 77);
    assert_int_equal(receipt.inserted, 17000 - 50);
    assert_int_equal(receipt.duplicates, 150);
    scratch_close(&scratch);
}

static const struct cursor_row {
    const char *name;
    enum order order;
    int64_t pages;
} cursors[] = {
    {"newest first", ORDER_NEWEST_FIRST, 8},
    {"oldest first", ORDER_OLDEST_FIRST, 3},
    {"by arrival", ORDER_ARRIVAL, 12},
};

static void test_cursor_across_a_merge(void **state) {
    const struct cursor_row *row = *state;
    struct scratch_store scratch;
    struct walk walk;

    shuffled_open(&scratch);
    walk_begin(&walk, scratch.store, row->order);
    for (int64_t page = 0; page < row->pages; page++)
        walk_page(&walk);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 1);
    walk_end(&walk);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_files_in_order_are_left_alone),  TEST(test_same_events_in_fewer_blocks),
        TEST(test_a_page_opens_few_blocks),        TEST(test_each_is_known_by_its_id),
        TEST(test_duplicates_are_known),           TEST(test_import_across_a_merge),
        ROWS(test_cursor_across_a_merge, cursors),
    };
    return rows_run("merge", all, ARRAY_LENGTH(all));
}
