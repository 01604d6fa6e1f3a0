#include "store/evaluate.h"

#include <string.h>

#include "store/batch.h"

/* One cell against one matcher. */
static bool cell_matches(unsigned column, const struct matcher *matcher, struct span cell) {
    struct cell_values values = cell_values_of(column, cell);
    struct span value;

    if (matcher->kind == MATCH_NUMBER) {
        int64_t number = 0;
        if (cell.length == sizeof(number))
            memcpy(&number, cell.data, sizeof(number));
        return number == matcher->number;
    }
    if (matcher->kind == MATCH_ABSENT)
        return !cell_next_value(&values, &value);
    while (cell_next_value(&values, &value)) {
        if (matcher_matches(matcher, value))
            return true;
    }
    return false;
}

/* Clears the flags of rows whose cell does not match. */
static bool keep_matching(struct row_source *source, unsigned column, const struct matcher *matcher,
                          uint8_t *flags, bool *out_any, struct err *err) {
    struct column_view view;
    uint8_t matches[BLOCK_ROWS + 1];
    bool any = false;

    if (!source->column(source, column, &view, err))
        return false;
    for (uint32_t i = 0; i < view.cell_count; i++) {
        matches[i] = cell_matches(column, matcher, view.cells[i]);
        any = any || matches[i];
    }
    *out_any = any;
    if (!any || view.ids == NULL)
        return true; /* none, or all rows alike */
    for (size_t row = 0; row < source->rows; row++)
        flags[row] &= matches[view.ids[row]];
    return true;
}

static bool keep_event_id(struct row_source *source, const struct matcher *matcher, uint8_t *flags,
                          struct arena *arena, struct err *err) {
    uint8_t *found = arena_new(arena, source->rows, 1);

    if (!source->event_id(source, event_id_hash(matcher->text), found, err))
        return false;
    for (size_t row = 0; row < source->rows; row++)
        flags[row] &= found[row];
    return true;
}

static bool evaluate_test(struct row_source *source, const struct test *test, uint8_t *flags,
                          bool *out_any, struct arena *arena, struct err *err) {
    *out_any = true;
    if (test->attribute == ATTRIBUTE_EVENT_ID)
        return keep_event_id(source, &test->matcher, flags, arena, err);
    unsigned column = test->attribute == ATTRIBUTE_IMPORT ? COLUMN_IMPORT : test->attribute;
    return keep_matching(source, column, &test->matcher, flags, out_any, err);
}

/* Adds the rows that match the alternative to `flags`. `scratch` holds a flag per row. */
static bool add_alternative(struct row_source *source, const struct alternative *alternative,
                            uint8_t *scratch, uint8_t *flags, struct arena *arena,
                            struct err *err) {
    bool any = true;

    memset(scratch, 1, source->rows);
    for (size_t t = 0; any && t < alternative->test_count; t++) {
        if (!evaluate_test(source, &alternative->tests[t], scratch, &any, arena, err))
            return false;
    }
    for (size_t row = 0; any && row < source->rows; row++)
        flags[row] |= scratch[row];
    return true;
}

static bool evaluate_condition(struct row_source *source, const struct condition *condition,
                               uint8_t *scratch, uint8_t *matched, struct arena *arena,
                               struct err *err) {
    memset(matched, 0, source->rows);
    for (size_t a = 0; a < condition->alternative_count; a++) {
        if (!add_alternative(source, &condition->alternatives[a], scratch, matched, arena, err))
            return false;
    }
    return true;
}

bool evaluate(struct row_source *source, const struct query *query, struct arena *arena,
              uint8_t **out_flags, bool *out_any, struct err *err) {
    *out_flags = NULL;
    *out_any = source->rows > 0;
    if (query->condition_count == 0 || source->rows == 0)
        return true;

    uint8_t *flags = arena_allocate(arena, source->rows);
    uint8_t *matched = arena_allocate(arena, source->rows);
    uint8_t *scratch = arena_allocate(arena, source->rows);
    memset(flags, 1, source->rows);
    for (size_t c = 0; *out_any && c < query->condition_count; c++) {
        const struct condition *condition = &query->conditions[c];
        if (!evaluate_condition(source, condition, scratch, matched, arena, err))
            return false;
        for (size_t row = 0; row < source->rows; row++)
            flags[row] &= matched[row] ^ (uint8_t)condition->negated;
        *out_any = memchr(flags, 1, source->rows) != NULL;
    }
    *out_flags = flags;
    return true;
}
