/* store/column.c */
#include "tests/rows.h"

#include <stdio.h>

#include "store/column.h"

/* Values by row; NULL is no value. */
static const struct column_row {
    const char *name;
    const char *values[4]; /* repeated over the rows */
    size_t distinct;
    size_t rows;
    size_t cells;
} columns[] = {
    {"one row", {"a"}, 1, 1, 1},
    {"all alike", {"a"}, 1, 1000, 1},
    {"no value at all", {NULL}, 1, 10, 1},
    {"with and without a value", {"a", NULL}, 2, 10, 2},
    {"an empty value is not no value", {"", NULL}, 2, 10, 2},
    {"several", {"a", "b", "ab", NULL}, 4, 16384, 4},
};

static void check_view(const struct column_view *view, const struct column_row *row,
                       const uint16_t *order, size_t count) {
    assert_int_equal(view->cell_count, row->cells);
    for (size_t i = 0; i < count; i++) {
        struct span cell = view->cells[column_view_id(view, i)];
        const char *value = row->values[order[i] % row->distinct];
        assert_int_equal(cell.data == NULL, value == NULL);
        assert_true(span_equal(cell, span_of(value)));
    }
}

/* Rows out of the order in which they are stored: here backwards. */
static void check_slots(const struct buffer *bytes, const struct column_row *row,
                        const uint16_t *order) {
    uint16_t *slots = memory_new(row->rows, sizeof(*slots));
    uint16_t *backwards = memory_new(row->rows, sizeof(*backwards));
    struct arena arena = {0};
    struct column_view view;
    struct err err = {0};

    for (size_t i = 0; i < row->rows; i++) {
        slots[i] = (uint16_t)(row->rows - 1 - i);
        backwards[i] = order[slots[i]];
    }
    assert_true(column_decode(buffer_span(bytes), slots, row->rows, &arena, &view, &err));
    check_view(&view, row, backwards, row->rows);
    free(slots);
    free(backwards);
    arena_clear(&arena);
}

static void test_column(void **state) {
    const struct column_row *row = *state;
    struct column column = {0};
    struct arena arena = {0};
    struct buffer bytes = {0};
    struct span used[8];
    size_t used_count;
    struct column_view view;
    struct err err = {0};
    uint16_t *order = memory_new(row->rows, sizeof(*order));

    column_reserve(&column, row->rows);
    for (size_t i = 0; i < row->rows; i++) {
        column_add(&column, &arena, i, span_of(row->values[i % row->distinct]));
        order[i] = (uint16_t)(row->rows - 1 - i);
    }
    column_encode(&column, order, row->rows, &bytes, used, &used_count);
    assert_int_equal(used_count, row->cells);
    assert_true(column_decode(buffer_span(&bytes), NULL, row->rows, &arena, &view, &err));
    check_view(&view, row, order, row->rows);
    check_slots(&bytes, row, order);

    /* Cut off anywhere, it is damaged. */
    for (size_t length = 0; length < bytes.length && length < 64; length++)
        assert_false(
            column_decode((struct span){bytes.data, length}, NULL, row->rows, &arena, &view, &err));
    free(order);
    buffer_clear(&bytes);
    column_clear(&column);
    arena_clear(&arena);
}

/* More than 256 cells need two bytes a row; only the cells of kept rows are stored. */
static void test_many_cells(void **state) {
    struct column column = {0};
    struct arena arena = {0};
    struct buffer bytes = {0};
    struct column_view view;
    struct err err = {0};
    uint16_t order[BLOCK_ROWS];
    struct span *used = memory_new(BLOCK_ROWS, sizeof(*used));
    size_t used_count;

    (void)state;
    column_reserve(&column, BLOCK_ROWS);
    for (size_t i = 0; i < BLOCK_ROWS; i++) {
        column_add(&column, &arena, i, arena_format(&arena, "value %zu", i));
        order[i] = (uint16_t)(i / 2 * 2);
    }
    column_encode(&column, order, BLOCK_ROWS, &bytes, used, &used_count);
    assert_int_equal(used_count, BLOCK_ROWS / 2);
    assert_true(column_decode(buffer_span(&bytes), NULL, BLOCK_ROWS, &arena, &view, &err));
    for (size_t i = 0; i < BLOCK_ROWS; i++) {
        char text[32];
        snprintf(text, sizeof(text), "value %zu", i / 2 * 2);
        assert_true(span_equal(view.cells[column_view_id(&view, i)], span_of(text)));
    }
    column_reset(&column);
    assert_int_equal(column.cell_count, 0);
    column_add(&column, &arena, 0, SPAN("value 7"));
    assert_int_equal(column.cell_count, 1);
    free(used);
    buffer_clear(&bytes);
    column_clear(&column);
    arena_clear(&arena);
}

static void test_list_cells(void **state) {
    struct buffer cell = {0};
    struct span value;

    (void)state;
    cell_append_value(&cell, ATTRIBUTE_RESOURCE, SPAN("arn:1"));
    cell_append_value(&cell, ATTRIBUTE_RESOURCE, SPAN(""));
    struct cell_values values = cell_values_of(ATTRIBUTE_RESOURCE, buffer_span(&cell));
    assert_true(cell_next_value(&values, &value));
    assert_true(span_equal(value, SPAN("arn:1")));
    assert_true(cell_next_value(&values, &value));
    assert_int_equal(value.length, 0);
    assert_false(cell_next_value(&values, &value));

    values = cell_values_of(ATTRIBUTE_ACTION, SPAN("GetUser"));
    assert_true(cell_next_value(&values, &value));
    assert_true(span_equal(value, SPAN("GetUser")));
    assert_false(cell_next_value(&values, &value));
    values = cell_values_of(ATTRIBUTE_ACTION, SPAN_NONE);
    assert_false(cell_next_value(&values, &value));
    buffer_clear(&cell);
}

static void test_hash_cells(void **state) {
    struct buffer cell = {0};
    struct span value;
    uint32_t room;

    (void)state;
    cell_append_value(&cell, ATTRIBUTE_LOOKUP_NAME, SPAN("i-1"));
    cell_append_value(&cell, ATTRIBUTE_LOOKUP_NAME, SPAN("i-2"));
    assert_int_equal(cell.length, 2 * sizeof(room));
    struct cell_values values = cell_values_of(ATTRIBUTE_LOOKUP_NAME, buffer_span(&cell));
    assert_true(cell_next_value(&values, &value));
    assert_true(span_equal(value, cell_value_of(ATTRIBUTE_LOOKUP_NAME, SPAN("i-1"), &room)));
    assert_false(span_equal(value, cell_value_of(ATTRIBUTE_LOOKUP_NAME, SPAN("i-2"), &room)));
    assert_true(cell_next_value(&values, &value));
    assert_true(span_equal(value, cell_value_of(ATTRIBUTE_LOOKUP_NAME, SPAN("i-2"), &room)));
    assert_false(cell_next_value(&values, &value));

    values = cell_values_of(ATTRIBUTE_LOOKUP_NAME, (struct span){cell.data, sizeof(room) + 1});
    assert_true(cell_next_value(&values, &value));
    assert_false(cell_next_value(&values, &value)); /* cut off */
    assert_true(span_equal(cell_value_of(ATTRIBUTE_ACTION, SPAN("a"), &room), SPAN("a")));
    buffer_clear(&cell);
}

int main(void) {
    const struct rows all[] = {ROWS(test_column, columns), TEST(test_many_cells),
                               TEST(test_list_cells), TEST(test_hash_cells)};

    return rows_run("column", all, ARRAY_LENGTH(all));
}
