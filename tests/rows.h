/* Runs tables of rows as named cmocka tests. A row's first member is its name, a sentence; the test
 * function finds the row in *state:
 *
 *     static const struct glob_row { const char *name; ... } globs[] = { {"empty pattern", ...} };
 *     static void test_glob(void **state) { const struct glob_row *row = *state; ... }
 *     int main(void) {
 *         const struct rows all[] = {ROWS(test_glob, globs), TEST(test_something_else)};
 *         return rows_run("query", all, ARRAY_LENGTH(all));
 *     }
 *
 * ROW='pattern*' in the environment picks the rows to run. */
#ifndef TRAILD_TESTS_ROWS_H
#define TRAILD_TESTS_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "base/memory.h"
#include "tests/support_machine.h"

struct rows {
    const char *name; /* of a single test, else NULL */
    CMUnitTestFunction function;
    const void *first;
    size_t count;
    size_t size;
};

#define ROWS(function, table)                                                                      \
    { NULL, function, table, ARRAY_LENGTH(table), sizeof((table)[0]) }
#define TEST(function)                                                                             \
    { #function, function, NULL, 1, 0 }

static inline struct CMUnitTest rows_test(const struct rows *rows, size_t number) {
    struct CMUnitTest test = {.test_func = rows->function};

    if (rows->name != NULL) {
        test.name = rows->name;
        return test;
    }
    const char *row = (const char *)rows->first + number * rows->size;
    memcpy(&test.name, row, sizeof(test.name));
    memcpy(&test.initial_state, &row, sizeof(row));
    return test;
}

static inline int rows_run(const char *group, const struct rows *tables, size_t table_count) {
    size_t total = 0;
    size_t filled = 0;

    for (size_t i = 0; i < table_count; i++)
        total += tables[i].count;
    struct CMUnitTest *tests = memory_new(total, sizeof(*tests));
    for (size_t i = 0; i < table_count; i++) {
        for (size_t number = 0; number < tables[i].count; number++)
            tests[filled++] = rows_test(&tables[i], number);
    }
    machine_forget();
    if (getenv("ROW") != NULL)
        cmocka_set_test_filter(getenv("ROW"));
    int failed = _cmocka_run_group_tests(group, tests, total, NULL, NULL);
    free(tests);
    return failed;
}

#endif
