/* store/database.c: a read that fails is not taken for one that has come to its end. */
#include "tests/rows.h"

#include <sqlite3.h>

#include "store/state.h"
#include "tests/support_store.h"

#define EVENTS 40
#define STRIDE 7 /* of SQLite's steps: there are some thousand to an import */

/* Interrupts the writer once, after so many of SQLite's own steps. */
struct interruption {
    struct store *store;
    int steps_left;
};

static int count_down(void *context) {
    return --((struct interruption *)context)->steps_left == 0;
}

static void interrupt_after(struct interruption *interruption, struct store *store, int steps) {
    *interruption = (struct interruption){store, steps};
    sqlite3_progress_handler(store->writer.handle, 1, count_down, interruption);
}

static void leave_alone(struct store *store) {
    sqlite3_progress_handler(store->writer.handle, 0, NULL, NULL);
}

static void test_step_leaves_the_row_alone_on_failure(void **state) {
    struct scratch_store scratch;
    struct interruption interruption;
    struct err err = {0};
    bool row = true;

    (void)state;
    scratch_open(&scratch);
    import_range(scratch.store, 0, EVENTS, 1);
    struct database *writer = &scratch.store->writer;
    sqlite3_stmt *statement = database_prepare(writer, SQL_LIST_PENDING, &err);
    assert_non_null(statement);
    interrupt_after(&interruption, scratch.store, 1);
    assert_false(database_step(writer, statement, &row, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_true(row);
    leave_alone(scratch.store);
    scratch_close(&scratch);
}

/* Imports events that are stored already; true when that went well. */
static bool import_again(struct store *store, struct receipt *out) {
    const struct import_facts facts = made_facts(0, EVENTS, 2);
    struct import *import = import_begin(store);
    struct arena arena = {0};
    struct err err = {0};

    made_add(import, 0, EVENTS);
    bool good = import_commit(import, &facts, &arena, out, &err);
    arena_clear(&arena);
    return good;
}

static void store_in_a_block(struct store *store) {
    struct import *import = import_begin(store);

    made_add(import, 0, BLOCK_ROWS);
    made_commit(import, 1);
}

/* Wherever its reads are interrupted, an import fails or finds what is stored. */
static void test_duplicates_are_found_or_it_fails(void **state) {
    struct scratch_store scratch;
    struct interruption interruption;
    struct receipt receipt;
    int failures = 0;

    (void)state;
    scratch_open(&scratch);
    store_in_a_block(scratch.store);
    interrupt_after(&interruption, scratch.store, STRIDE);
    while (!import_again(scratch.store, &receipt)) {
        failures++;
        interrupt_after(&interruption, scratch.store, (failures + 1) * STRIDE);
    }
    leave_alone(scratch.store);
    assert_true(failures > 5);
    assert_int_equal(receipt.inserted, 0);
    assert_int_equal(receipt.duplicates, EVENTS);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {TEST(test_step_leaves_the_row_alone_on_failure),
                               TEST(test_duplicates_are_found_or_it_fails)};
    return rows_run("database", all, ARRAY_LENGTH(all));
}
