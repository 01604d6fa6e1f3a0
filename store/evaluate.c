#include "store/evaluate.h"

#include <string.h>

#include "store/batch.h"

/* One evaluation under way. */
struct evaluation {
    struct row_source *source;
    struct arena *arena;
    size_t rows;      /* that are looked at */
    size_t next_test; /* its number in the query */
    uint8_t *matches; /* a flag per cell of the column in hand */
};

/* ---- cells ---- */

static bool list_matches(unsigned column, const struct matcher *matcher, struct span cell) {
    struct cell_values values = cell_values_of(column, cell);
    struct span value;

    if (matcher->kind == MATCH_ABSENT)
        return !cell_next_value(&values, &value);
    while (cell_next_value(&values, &value)) {
        if (matcher_matches(matcher, value))
            return true;
    }
    return false;
}

static bool cell_matches(unsigned column, const struct matcher *matcher, struct span cell) {
    if (matcher->kind == MATCH_NUMBER) {
        int64_t number = 0;
        if (cell.length == sizeof(number))
            memcpy(&number, cell.data, sizeof(number));
        return number == matcher->number;
    }
    return column_kind(column) == CELL_PLAIN ? matcher_matches(matcher, cell)
                                             : list_matches(column, matcher, cell);
}

/* Most differ in length already. */
static bool is_text(struct span cell, struct span text) {
    return cell.length == text.length && cell.data != NULL && span_equal(cell, text);
}

/* Cells differ, so at most one of a plain column is equal to a text. */
static uint32_t find_equal(const struct column_view *view, struct span text) {
    uint32_t i = 0;

    while (i < view->cell_count && !is_text(view->cells[i], text))
        i++;
    return i;
}

/* How many cells match, and the last of them. */
static uint32_t match_cells(unsigned column, const struct matcher *matcher,
                            const struct column_view *view, uint8_t *matches, uint32_t *out_last) {
    uint32_t count = 0;

    if (matcher->kind == MATCH_EQUAL && column_kind(column) == CELL_PLAIN) {
        *out_last = find_equal(view, matcher->text);
        return *out_last < view->cell_count;
    }
    for (uint32_t i = 0; i < view->cell_count; i++) {
        matches[i] = cell_matches(column, matcher, view->cells[i]);
        count += matches[i];
        *out_last = matches[i] ? i : *out_last;
    }
    return count;
}

/* ---- rows: these loops are what a search that sees many blocks takes time for ---- */

static void keep_cell(size_t rows, const uint16_t *restrict ids, uint16_t cell,
                      uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= ids[i] == cell;
}

static void keep_small_cell(size_t rows, const uint8_t *restrict ids, uint8_t cell,
                            uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= ids[i] == cell;
}

static void keep_small_cells(size_t rows, const uint8_t *restrict ids,
                             const uint8_t *restrict matches, uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= matches[ids[i]];
}

static void keep_cells(size_t rows, const uint16_t *restrict ids, const uint8_t *restrict matches,
                       uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= matches[ids[i]];
}

static void keep_flags(size_t rows, const uint8_t *restrict others, uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= others[i];
}

static void drop_flags(size_t rows, const uint8_t *restrict others, uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] &= others[i] ^ 1;
}

static void add_flags(size_t rows, const uint8_t *restrict others, uint8_t *restrict flags) {
    for (size_t i = 0; i < rows; i++)
        flags[i] |= others[i];
}

/* One for each row that is looked at. */
static uint8_t *new_flags(const struct evaluation *evaluation, uint8_t value) {
    return memset(arena_allocate(evaluation->arena, evaluation->rows), value, evaluation->rows);
}

/* ---- tests ---- */

static bool keep_matching(struct evaluation *evaluation, unsigned column,
                          const struct matcher *matcher, uint8_t *flags, bool *out_any,
                          struct err *err) {
    struct row_source *source = evaluation->source;
    struct matcher wanted = *matcher;
    struct column_view view;
    uint32_t hash;
    uint32_t last = 0;

    if (!source->column(source, column, &view, err))
        return false;
    if (matcher->kind == MATCH_EQUAL)
        wanted.text = cell_value_of(column, matcher->text, &hash);
    uint32_t count = match_cells(column, &wanted, &view, evaluation->matches, &last);
    *out_any = count > 0;
    if (count == 0 || count == view.cell_count)
        return true; /* none, or all */
    if (view.ids != NULL && count == 1)
        keep_cell(evaluation->rows, view.ids + source->first, (uint16_t)last, flags);
    else if (view.ids != NULL)
        keep_cells(evaluation->rows, view.ids + source->first, evaluation->matches, flags);
    else if (count == 1)
        keep_small_cell(evaluation->rows, view.small_ids + source->first, (uint8_t)last, flags);
    else
        keep_small_cells(evaluation->rows, view.small_ids + source->first, evaluation->matches,
                         flags);
    return true;
}

static bool keep_event_id(struct evaluation *evaluation, const struct matcher *matcher,
                          uint8_t *flags, struct err *err) {
    struct row_source *source = evaluation->source;
    uint8_t *found = arena_new(evaluation->arena, source->rows, 1);

    if (!source->event_id(source, event_id_hash(matcher->text), found, err))
        return false;
    keep_flags(evaluation->rows, found + source->first, flags);
    return true;
}

/* Clears the flags of rows that do not match. `*out_any` is false when none does. */
static bool keep_test(struct evaluation *evaluation, const struct test *test, size_t number,
                      uint8_t *flags, bool *out_any, struct err *err) {
    struct row_source *source = evaluation->source;

    *out_any = true;
    if (source->may_match != NULL && !source->may_match(source, number, out_any, err))
        return false;
    if (!*out_any)
        return true;
    if (test->attribute == ATTRIBUTE_EVENT_ID)
        return keep_event_id(evaluation, &test->matcher, flags, err);
    unsigned column = test->attribute == ATTRIBUTE_IMPORT ? COLUMN_IMPORT : test->attribute;
    return keep_matching(evaluation, column, &test->matcher, flags, out_any, err);
}

static bool keep_alternative(struct evaluation *evaluation, const struct alternative *alternative,
                             uint8_t *flags, bool *out_any, struct err *err) {
    size_t number = evaluation->next_test;

    evaluation->next_test += alternative->test_count;
    *out_any = true;
    for (size_t t = 0; *out_any && t < alternative->test_count; t++) {
        if (!keep_test(evaluation, &alternative->tests[t], number + t, flags, out_any, err))
            return false;
    }
    return true;
}

/* ---- conditions ---- */

/* The rows that match one alternative or more, in `matched`. */
static bool unite(struct evaluation *evaluation, const struct condition *condition,
                  uint8_t *matched, bool *out_any, struct err *err) {
    uint8_t *scratch = new_flags(evaluation, 0);

    *out_any = false;
    for (size_t a = 0; a < condition->alternative_count; a++) {
        bool any;
        memset(scratch, 1, evaluation->rows);
        if (!keep_alternative(evaluation, &condition->alternatives[a], scratch, &any, err))
            return false;
        if (any)
            add_flags(evaluation->rows, scratch, matched);
        *out_any = *out_any || any;
    }
    return true;
}

static bool keep_condition(struct evaluation *evaluation, const struct condition *condition,
                           uint8_t *flags, bool *out_any, struct err *err) {
    if (condition->alternative_count == 1 && !condition->negated)
        return keep_alternative(evaluation, &condition->alternatives[0], flags, out_any, err);

    uint8_t *matched = new_flags(evaluation, 0);
    if (!unite(evaluation, condition, matched, out_any, err))
        return false;
    if (!condition->negated) {
        keep_flags(evaluation->rows, matched, flags);
        return true;
    }
    drop_flags(evaluation->rows, matched, flags);
    *out_any = true;
    return true;
}

bool evaluate(struct row_source *source, const struct query *query, struct arena *arena,
              uint8_t **out_flags, bool *out_any, struct err *err) {
    struct evaluation evaluation = {
        .source = source, .arena = arena, .rows = source->end - source->first};

    *out_flags = NULL;
    *out_any = evaluation.rows > 0;
    if (query->condition_count == 0 || !*out_any)
        return true;
    evaluation.matches = arena_allocate(arena, BLOCK_ROWS);
    uint8_t *flags = new_flags(&evaluation, 1);
    for (size_t c = 0; *out_any && c < query->condition_count; c++) {
        if (!keep_condition(&evaluation, &query->conditions[c], flags, out_any, err))
            return false;
        *out_any = *out_any && memchr(flags, 1, evaluation.rows) != NULL;
    }
    *out_flags = flags;
    return true;
}
