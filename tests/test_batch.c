/* store/batch.c and batch_codec.c */
#include "tests/rows.h"

#include "bench/corpus/dice.h"
#include "store/batch.h"
#include "tests/support_store.h"

static void fill(struct batch *batch, int64_t from, int64_t to) {
    struct arena arena = {0};

    for (int64_t number = from; number < to; number++) {
        struct event event = made_event(number, &arena);
        assert_true(batch_add(batch, &event, 1));
        arena_clear(&arena);
    }
}

static const struct key_row {
    const char *name;
    struct event a;
    struct event b;
    bool same;
} keys[] = {
    {"the same event",
     {.time_ms = 1, .event_id = {"x", 1}, .record = {"{}", 2}},
     {.time_ms = 1, .event_id = {"x", 1}, .record = {"{ }", 3}},
     true},
    {"another eventID",
     {.time_ms = 1, .event_id = {"x", 1}},
     {.time_ms = 1, .event_id = {"y", 1}},
     false},
    {"another account",
     {.time_ms = 1, .event_id = {"x", 1}, .value = {[ATTRIBUTE_ACCOUNT] = {"1", 1}}},
     {.time_ms = 1, .event_id = {"x", 1}, .value = {[ATTRIBUTE_ACCOUNT] = {"2", 1}}},
     false},
    {"another time",
     {.time_ms = 1, .event_id = {"x", 1}},
     {.time_ms = 2, .event_id = {"x", 1}},
     false},
    {"no eventID, the same bytes", {.record = {"{}", 2}}, {.record = {"{}", 2}}, true},
    {"no eventID, other bytes", {.record = {"{}", 2}}, {.record = {"{ }", 3}}, false},
};

static void test_key(void **state) {
    const struct key_row *row = *state;
    struct batch batch = {0};

    assert_true(batch_add(&batch, &row->a, 1));
    struct event_key key = event_key_of(&row->b);
    assert_int_equal(batch_holds(&batch, &key), row->same);
    assert_int_equal(batch_add(&batch, &row->b, 1), !row->same);
    assert_int_equal(batch.rows, row->same ? 1 : 2);
    batch_clear(&batch);
}

static void test_full(void **state) {
    struct batch batch = {0};
    char *large = memory_new(1, LIMIT_RECORD_BYTES);
    struct event event = {.record = {large, LIMIT_RECORD_BYTES}};

    (void)state;
    fill(&batch, 0, BLOCK_ROWS - 1);
    assert_false(batch_is_full(&batch));
    fill(&batch, BLOCK_ROWS, BLOCK_ROWS + 1);
    assert_true(batch_is_full(&batch));
    batch_reset(&batch);
    assert_int_equal(batch.rows, 0);
    for (int64_t i = 0; !batch_is_full(&batch); i++) {
        event.time_ms = i;
        assert_true(batch_add(&batch, &event, 1));
    }
    assert_int_equal(batch.rows, BATCH_TEXT_BYTES / LIMIT_RECORD_BYTES);
    batch_clear(&batch);
    free(large);
}

static void test_sort(void **state) {
    struct batch batch = {0};
    uint16_t order[3000];

    (void)state;
    for (int64_t i = 2999; i >= 0; i--)
        fill(&batch, i, i + 1);
    batch_sort(&batch, order);
    for (size_t i = 1; i < 3000; i++) {
        const struct event_key *a = &batch.keys[order[i - 1]];
        const struct event_key *b = &batch.keys[order[i]];
        assert_true(a->time_ms < b->time_ms || (a->time_ms == b->time_ms && a->hash < b->hash));
    }
    batch_clear(&batch);
}

static uint16_t import_cell(const struct batch *batch, size_t row) {
    return batch->columns[COLUMN_IMPORT].ids[row];
}

static void check_same_row(const struct batch *a, size_t row_a, const struct batch *b,
                           size_t row_b) {
    assert_memory_equal(&a->keys[row_a], &b->keys[row_b], sizeof(a->keys[0]));
    assert_true(span_equal(a->records[row_a], b->records[row_b]));
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++)
        assert_true(span_equal(a->columns[i].cells[a->columns[i].ids[row_a]],
                               b->columns[i].cells[b->columns[i].ids[row_b]]));
}

static void test_stored_form(void **state) {
    struct batch batch = {0};
    struct batch again = {0};
    struct compressor compressor;
    struct decompressor decompressor;
    struct buffer bytes = {0};
    struct err err = {0};
    uint16_t order[1000];

    (void)state;
    fill(&batch, 0, 1000);
    batch_sort(&batch, order);
    compressor_open(&compressor, COMPRESS_TO_PASS);
    decompressor_open(&decompressor);
    batch_encode(&batch, order, 900, &compressor, &bytes);
    assert_true(batch_decode(buffer_span(&bytes), 1, &decompressor, &again, &err));
    assert_int_equal(again.rows, 900);
    for (size_t i = 0; i < 900; i++)
        check_same_row(&batch, order[i], &again, i);

    for (size_t length = 0; length < bytes.length; length += 97) {
        struct batch damaged = {0};
        assert_false(
            batch_decode((struct span){bytes.data, length}, 1, &decompressor, &damaged, &err));
        batch_clear(&damaged);
    }
    buffer_clear(&bytes);
    compressor_close(&compressor);
    decompressor_close(&decompressor);
    batch_clear(&batch);
    batch_clear(&again);
}

/* ---- rows of another batch, and rows that go again ---- */

static void check_same(const struct batch *a, const struct batch *b) {
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->text_bytes, b->text_bytes);
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        assert_int_equal(a->columns[i].cell_count, b->columns[i].cell_count);
    for (size_t row = 0; row < a->rows; row++) {
        check_same_row(a, row, b, row);
        assert_true(batch_holds(a, &b->keys[row]));
        assert_int_equal(import_of_cell(a->columns[COLUMN_IMPORT].cells[import_cell(a, row)]),
                         import_of_cell(b->columns[COLUMN_IMPORT].cells[import_cell(b, row)]));
    }
}

/* Events [from, from + count) are there; rows of another batch come, events [first, last). */
static const struct append_row {
    const char *name;
    int64_t there;
    int64_t first;
    int64_t last;
    bool backwards;
    size_t taken;
} appends[] = {
    {"nothing to an empty one", 0, 0, 0, false, 0},
    {"to an empty one", 0, 0, 500, false, 500},
    {"in another order", 0, 0, 500, true, 500},
    {"behind others", 300, 300, 500, true, 200},
    {"some of which are there", 300, 200, 500, false, 200},
    {"all of which are there", 300, 100, 300, true, 0},
    {"up to a whole block", 8000, 8000, BLOCK_ROWS, true, BLOCK_ROWS - 8000},
};

static void test_append(void **state) {
    const struct append_row *row = *state;
    size_t count = (size_t)(row->last - row->first);
    uint16_t *order = memory_new(count + 1, sizeof(*order));
    struct batch from = {0};
    struct batch to = {0};
    struct batch expected = {0};

    fill(&from, row->first, row->last);
    fill(&to, 0, row->there);
    fill(&expected, 0, row->there);
    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        order[i] = (uint16_t)(row->backwards ? count - 1 - i : i);
        struct event event = made_event(row->first + order[i], &arena);
        batch_add(&expected, &event, 9);
        arena_clear(&arena);
    }
    batch_append(&to, &from, row->backwards ? order : NULL, count, 9);
    batch_clear(&from); /* nothing points there */
    assert_int_equal(to.rows, (size_t)row->there + row->taken);
    check_same(&to, &expected);
    batch_clear(&to);
    batch_clear(&expected);
    free(order);
}

#define CHANCE_ROWS 3000

/* What the batch under test should hold: row `i` is event events[i] of import imports[i]. */
struct plain {
    int64_t events[CHANCE_ROWS];
    int64_t imports[CHANCE_ROWS];
    size_t rows;
};

static bool plain_holds(const struct plain *plain, int64_t event) {
    for (size_t i = 0; i < plain->rows; i++) {
        if (plain->events[i] == event)
            return true;
    }
    return false;
}

static void add_some(struct batch *batch, struct plain *plain, struct dice *dice) {
    int64_t import = (int64_t)dice_below(dice, 5);
    size_t count = dice_below(dice, 60);

    for (size_t i = 0; i < count && plain->rows < CHANCE_ROWS; i++) {
        struct arena arena = {0};
        int64_t number = (int64_t)dice_below(dice, 100000);
        struct event event = made_event(number, &arena);
        bool there = plain_holds(plain, number);
        assert_int_equal(batch_add(batch, &event, import), !there);
        arena_clear(&arena);
        if (there)
            continue;
        plain->events[plain->rows] = number;
        plain->imports[plain->rows++] = import;
    }
}

/* As though what is gone had never come. */
static void check_plain(const struct batch *batch, const struct plain *plain) {
    struct batch fresh = {0};

    for (size_t i = 0; i < plain->rows; i++) {
        struct arena arena = {0};
        struct event event = made_event(plain->events[i], &arena);
        assert_true(batch_add(&fresh, &event, plain->imports[i]));
        arena_clear(&arena);
    }
    check_same(batch, &fresh);
    batch_clear(&fresh);
}

static void test_truncate_by_chance(void **state) {
    struct plain *plain = memory_new(1, sizeof(*plain));
    struct batch batch = {0};
    struct dice dice = {99};

    (void)state;
    for (size_t round = 0; round < 600; round++) {
        add_some(&batch, plain, &dice);
        if (dice_one_in(&dice, 3)) {
            size_t most = plain->rows < 150 ? plain->rows + 1 : 150;
            plain->rows -= dice_below(&dice, most);
            batch_truncate(&batch, plain->rows);
        }
        if (round % 10 == 0)
            check_plain(&batch, plain);
    }
    check_plain(&batch, plain);
    batch_truncate(&batch, 0);
    plain->rows = 0;
    check_plain(&batch, plain);
    batch_clear(&batch);
    free(plain);
}

/* The rows that stay are the same wherever their bytes are moved to, and those that went do not
 * fill the memory. */
static void test_truncate_large_records(void **state) {
    char *large = memory_new(1, 900000);
    struct batch batch = {0};
    struct batch kept = {0};

    (void)state;
    fill(&batch, 0, 100);
    fill(&kept, 0, 100);
    for (int64_t i = 0; i < 300; i++) {
        struct event event = {.time_ms = i, .record = {large, 900000}};
        assert_true(batch_add(&batch, &event, 1));
        batch_truncate(&batch, 100);
        assert_true(batch.arena.bytes < BATCH_TEXT_BYTES);
    }
    check_same(&batch, &kept);
    fill(&batch, 100, 200);
    fill(&kept, 100, 200);
    check_same(&batch, &kept);
    batch_clear(&batch);
    batch_clear(&kept);
    free(large);
}

int main(void) {
    const struct rows all[] = {ROWS(test_key, keys),
                               TEST(test_full),
                               TEST(test_sort),
                               TEST(test_stored_form),
                               ROWS(test_append, appends),
                               TEST(test_truncate_by_chance),
                               TEST(test_truncate_large_records)};

    return rows_run("batch", all, ARRAY_LENGTH(all));
}
