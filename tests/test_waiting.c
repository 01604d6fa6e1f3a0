/* store/waiting.c: rows that are always in order, also after some were taken away again. */
#include "tests/rows.h"

#include "bench/corpus/dice.h"
#include "store/waiting.h"
#include "tests/support_store.h"

static void fill(struct batch *batch, int64_t from, int64_t to) {
    struct arena arena = {0};

    for (int64_t number = from; number < to; number++) {
        struct event event = made_event(number, &arena);
        batch_add(batch, &event, 0);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

/* Events [from, to) that are not here yet, as an import brings them. */
static void append(struct waiting *waiting, int64_t from, int64_t to, int64_t import) {
    struct batch batch = {0};
    uint16_t *order = memory_new((size_t)(to - from), sizeof(*order));

    fill(&batch, from, to);
    batch_sort(&batch, order);
    waiting_append(waiting, &batch, order, batch.rows, import);
    batch_clear(&batch);
    free(order);
}

static void check_order(const struct waiting *waiting) {
    uint16_t *sorted = memory_new(waiting->batch.rows + 1, sizeof(*sorted));

    batch_sort(&waiting->batch, sorted);
    assert_memory_equal(waiting->order, sorted, waiting->batch.rows * sizeof(*sorted));
    free(sorted);
}

static const struct append_row {
    const char *name;
    struct {
        int64_t from;
        int64_t to;
    } imports[4];
    size_t count;
} appends[] = {
    {"one", {{5, 6}}, 1},
    {"later and later", {{0, 100}, {100, 200}, {200, 201}}, 3},
    {"earlier and earlier", {{200, 300}, {100, 200}, {0, 100}}, 3},
    {"in between", {{0, 10}, {100, 200}, {50, 60}, {10, 11}}, 4},
    {"a block's worth", {{8192, 16384}, {0, 8192}}, 2},
};

static void test_append(void **state) {
    const struct append_row *row = *state;
    struct waiting *waiting = waiting_new();
    size_t rows = 0;

    assert_int_equal(waiting->first_import, 0);
    for (size_t i = 0; i < row->count; i++) {
        append(waiting, row->imports[i].from, row->imports[i].to, (int64_t)i + 7);
        rows += (size_t)(row->imports[i].to - row->imports[i].from);
        assert_int_equal(waiting->batch.rows, rows);
        assert_int_equal(waiting->first_import, 7);
        assert_int_equal(waiting->last_import, i + 7);
        check_order(waiting);
    }
    waiting_free(waiting);
}

static const struct room_row {
    const char *name;
    size_t rows;
    size_t text_bytes;
    bool fits;
} rooms[] = {
    {"nothing", 0, 0, true},
    {"as many rows as are left", BLOCK_ROWS - 10, 0, true},
    {"one more", BLOCK_ROWS - 9, 0, false},
    {"half of the text", 1, BATCH_TEXT_BYTES / 2, true},
    {"all of the text", 1, BATCH_TEXT_BYTES, false},
};

static void test_room(void **state) {
    const struct room_row *row = *state;
    struct waiting *waiting = waiting_new();

    append(waiting, 0, 10, 1);
    assert_int_equal(waiting_has_room(waiting, row->rows, row->text_bytes), row->fits);
    waiting_free(waiting);
}

/* ---- by chance ---- */

#define IMPORTS_MAX 40

/* Where each import's rows begin, beside the store's own account. */
struct history {
    size_t starts[IMPORTS_MAX];
    int64_t events[IMPORTS_MAX]; /* each import brings the events from here on */
    size_t count;
};

static void check_history(const struct waiting *waiting, const struct history *history) {
    const struct column *imports = &waiting->batch.columns[COLUMN_IMPORT];

    assert_int_equal(waiting->first_import, history->count == 0 ? 0 : 1);
    assert_int_equal(waiting->last_import, history->count);
    for (size_t row = 0, import = 0; row < waiting->batch.rows; row++) {
        while (import + 1 < history->count && history->starts[import + 1] <= row)
            import++;
        assert_int_equal(import_of_cell(imports->cells[imports->ids[row]]), import + 1);
    }
    check_order(waiting);
}

static void step(struct waiting *waiting, struct history *history, struct dice *dice) {
    if (history->count == IMPORTS_MAX || (history->count > 0 && dice_one_in(dice, 3))) {
        history->count = dice_below(dice, history->count);
        waiting_truncate(waiting, history->starts[history->count], (int64_t)history->count);
        return;
    }
    int64_t from = (int64_t)dice_below(dice, 1000) * 100;
    for (size_t i = 0; i < history->count; i++) {
        if (history->events[i] == from)
            return;
    }
    history->starts[history->count] = waiting->batch.rows;
    history->events[history->count] = from;
    history->count++;
    append(waiting, from, from + 1 + (int64_t)dice_below(dice, 99), (int64_t)history->count);
}

static void test_truncate_by_chance(void **state) {
    struct waiting *waiting = waiting_new();
    struct history history = {0};
    struct dice dice = {7};

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        step(waiting, &history, &dice);
        check_history(waiting, &history);
    }
    waiting_truncate(waiting, 0, 0);
    assert_int_equal(waiting->batch.rows, 0);
    assert_int_equal(waiting->batch.text_bytes, 0);
    assert_int_equal(waiting->first_import, 0);
    waiting_free(waiting);
    waiting_free(NULL);
}

int main(void) {
    const struct rows all[] = {ROWS(test_append, appends), ROWS(test_room, rooms),
                               TEST(test_truncate_by_chance)};

    return rows_run("waiting", all, ARRAY_LENGTH(all));
}
