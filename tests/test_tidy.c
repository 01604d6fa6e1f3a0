/* store/tidy.c: merges that are stopped or fail. Beside others: test_tidy_threads.c. */
#include "tests/rows.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/import.h"
#include "tests/support_shuffled.h"
#include "tests/support_stored.h"

static void test_cancelled(void **state) {
    const atomic_bool cancel = true;
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    shuffled_open(&scratch);
    assert_false(store_tidy(scratch.store, TIDY_QUIET, &cancel, &report, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 1);
    check_all(scratch.store);
    scratch_close(&scratch);
}

/* Eleven blocks and a little more, each all over the time of all. */
static struct import *begin_shuffled(struct store *store) {
    const int64_t count = 11 * BLOCK_ROWS + 1;
    struct import *import = import_begin(store);

    for (int64_t i = 0; i < count; i++)
        made_add(import, i * 7919 % count, i * 7919 % count + 1);
    return import;
}

/* The blocks of an import were there, unseen, when nothing was left to do. */
static void test_staged_blocks_become_live(void **state) {
    struct scratch_store scratch;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = begin_shuffled(scratch.store);
    assert_true(import_land(import, &err));
    tidy_all(scratch.store);
    made_commit(import, 1);
    assert_int_equal(measure(scratch.store).pending_events, 1);
    assert_int_equal(measure(scratch.store).merges, 0);
    tidy_all(scratch.store);
    assert_in_range(measure(scratch.store).merges, 1, INT64_MAX);
    scratch_close(&scratch);
}

/* ---- when something goes wrong ---- */

static void test_damage_is_told_once(void **state) {
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    shuffled_open(&scratch);
    run_sql(&scratch,
            "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id ="
            " (SELECT max(id) FROM chunk)");
    assert_false(store_tidy(scratch.store, TIDY_QUIET, NULL, &report, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_true(store_tidy(scratch.store, TIDY_QUIET, NULL, &report, &err));
    assert_false(report.more);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    assert_int_equal(measure(scratch.store).merges, 0);
    scratch_close(&scratch);
}

static void check_nothing_left_over(const struct scratch_store *scratch) {
    run_sql(scratch,
            "CREATE TEMP TABLE ok(good CHECK(good));"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM block WHERE staging <> 0);"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM part WHERE id >> 6 NOT IN"
            " (SELECT id FROM block));"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM chunk WHERE id >> 8 NOT IN"
            " (SELECT id FROM block));"
            "INSERT INTO ok SELECT (SELECT count(*) FROM pragma_integrity_check"
            " WHERE integrity_check <> 'ok') = 0");
}

/* As many pages as there are, or any number. */
static void let_grow(struct store *store, bool may) {
    const char *sql = may ? "PRAGMA max_page_count = 4294967294" : "PRAGMA max_page_count = 1";

    assert_int_equal(sqlite3_exec(store->writer.handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void test_full_disk_changes_nothing(void **state) {
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    shuffled_open(&scratch);
    let_grow(scratch.store, false);
    assert_false(store_tidy(scratch.store, TIDY_QUIET, NULL, &report, &err));
    assert_int_equal(err.kind, ERR_NO_SPACE);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    check_all(scratch.store);
    check_nothing_left_over(&scratch);
    let_grow(scratch.store, true);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 1);
    check_all(scratch.store);
    scratch_close(&scratch);
}

static _Noreturn void tidy_in_child(const char *directory) {
    struct tidy_report report = {.more = true};
    struct store *store;
    struct err err;

    if (!store_open(directory, &store, &err))
        _exit(2);
    while (report.more) {
        if (!store_tidy(store, TIDY_QUIET, NULL, &report, &err))
            _exit(3);
    }
    _exit(0); /* without closing it */
}

/* kill -9 after so many milliseconds, whatever it is doing then. */
static bool kill_after(const char *directory, unsigned ms) {
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        tidy_in_child(directory);
    usleep(ms * 1000);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
}

static void test_killed(void **state) {
    struct scratch_store scratch;
    bool ended = false;

    (void)state;
    shuffled_open(&scratch);
    store_close(scratch.store);
    for (unsigned ms = 1; !ended; ms *= 2) {
        ended = kill_after(scratch.directory, ms);
        struct err err = {0};
        if (!store_open(scratch.directory, &scratch.store, &err))
            fail_msg("%s", err.text);
        check_order(scratch.store, ORDER_OLDEST_FIRST);
        check_nothing_left_over(&scratch);
        store_close(scratch.store);
    }
    remove_directory(scratch.directory);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_cancelled),
        TEST(test_staged_blocks_become_live),
        TEST(test_damage_is_told_once),
        TEST(test_full_disk_changes_nothing),
        TEST(test_killed),
    };
    return rows_run("tidy", all, ARRAY_LENGTH(all));
}
