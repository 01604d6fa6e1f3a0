/* store/store.c, database.c, sql.c: opening what may be opened, refusing the rest. */
#include "tests/rows.h"

#include <stdio.h>

#include "tests/support_stored.h"

static const struct refusal_row {
    const char *name;
    const char *sql;
    enum err_kind kind;
    const char *says;
} refusals[] = {
    {"a store of a newer version", "PRAGMA user_version = 1000", ERR_INVALID, "newer traild"},
    {"a database of another program", "PRAGMA application_id = 7", ERR_INVALID, "another program"},
    {"a store without its identity", "DELETE FROM setting", ERR_INTERNAL, "incomplete"},
    {"a damaged pending import", "UPDATE pending SET batch = x'00'", ERR_INTERNAL,
     "pending import 1"},
};

static void test_refusal(void **state) {
    const struct refusal_row *row = *state;
    struct scratch_store scratch;
    struct err err = {0};

    scratch_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    store_close(scratch.store);
    run_sql(&scratch, row->sql);
    scratch.store = NULL;
    assert_false(store_open(scratch.directory, &scratch.store, &err));
    assert_int_equal(err.kind, row->kind);
    assert_non_null(strstr(err.text, row->says));
    scratch_close(&scratch);
}

static void test_one_at_a_time(void **state) {
    struct scratch_store scratch;
    struct store *second = NULL;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    assert_false(store_open(scratch.directory, &second, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_non_null(strstr(err.text, scratch.directory));
    scratch_close(&scratch);
}

static void test_no_place(void **state) {
    struct store *store = NULL;
    struct err err = {0};

    (void)state;
    assert_false(store_open("/proc/nowhere/data", &store, &err));
    assert_non_null(strstr(err.text, "/proc/nowhere/data"));
    store_close(NULL);
}

/* What an import had staged when the process died is gone after the next opening. */
static void test_left_over(void **state) {
    struct scratch_store scratch;
    struct store_figures figures;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    import_range(scratch.store, 0, 40000, 0);
    store_close(scratch.store);
    run_sql(&scratch,
            "UPDATE block SET staging = 3, first_import = 0, last_import = 0;"
            "DELETE FROM import; DELETE FROM pending;"
            "INSERT INTO rejecting VALUES(3);"
            "INSERT INTO rejected VALUES(3, 0, 0, 'x', '{}')");
    assert_true(store_open(scratch.directory, &scratch.store, &err));
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_int_equal(figures.events, 0);
    assert_int_equal(figures.blocks, 0);
    assert_int_equal(import_range(scratch.store, 0, 40000, 0).inserted, 40000);
    store_close(scratch.store);
    run_sql(&scratch,
            "CREATE TABLE check_rejected(n CHECK(n = 0));"
            "INSERT INTO check_rejected SELECT count(*) FROM rejected;"
            "DROP TABLE check_rejected");
    assert_true(store_open(scratch.directory, &scratch.store, &err));
    scratch_close(&scratch);
}

/* The process died while one block's worth was on its way to become a block and more had come. */
static void test_much_pending(void **state) {
    struct scratch_store scratch;
    struct scratch_store other;
    struct store_figures figures;
    struct err err = {0};
    char attach[256];

    (void)state;
    scratch_open(&scratch);
    scratch_open(&other);
    for (int64_t i = 0; i < 2; i++) {
        import_range(scratch.store, i * 7000, i * 7000 + 7000, 0);
        import_range(other.store, 50000 + i * 7000, 57000 + i * 7000, 0);
    }
    store_close(scratch.store);
    store_close(other.store);
    snprintf(attach, sizeof(attach),
             "ATTACH '%s/traild.sqlite' AS other; UPDATE other.import SET id = id + 2;"
             "INSERT INTO import SELECT * FROM other.import;"
             "INSERT INTO pending SELECT import + 2, rows, batch FROM other.pending",
             other.directory);
    run_sql(&scratch, attach);
    assert_true(store_open(scratch.directory, &scratch.store, &err));
    assert_true(store_open(other.directory, &other.store, &err));
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_int_equal(figures.pending_events, 28000);
    assert_int_equal(import_range(scratch.store, 50000, 64001, 1).inserted, 1);
    assert_int_equal(import_range(scratch.store, 0, 14001, 1).inserted, 1);
    scratch_reopen(&scratch); /* ends what is built in the background */
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_int_equal(figures.blocks, 1);
    assert_int_equal(figures.events, 28002);
    scratch_close(&scratch);
    scratch_close(&other);
}

static void test_identity(void **state) {
    struct scratch_store a;
    struct scratch_store b;

    (void)state;
    scratch_open(&a);
    scratch_open(&b);
    uint64_t identity = store_identity(a.store);
    assert_true(identity != store_identity(b.store));
    scratch_reopen(&a);
    assert_true(identity == store_identity(a.store));
    assert_string_equal(store_directory(a.store), a.directory);
    scratch_close(&a);
    scratch_close(&b);
}

int main(void) {
    const struct rows all[] = {ROWS(test_refusal, refusals), TEST(test_one_at_a_time),
                               TEST(test_no_place),          TEST(test_left_over),
                               TEST(test_much_pending),      TEST(test_identity)};

    return rows_run("store", all, ARRAY_LENGTH(all));
}
