/* store/merge.c, slices.c and tidy.c: events that came in no order of time are sorted into blocks
 * anew, and nobody who asks can tell. */
#include "tests/rows.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tests/support_store.h"

/* File f holds events f, f + FILES, f + 2 * FILES...: each is a block over all of the time. */
#define FILES       10
#define FILE_EVENTS 8200
#define EVENTS      (FILES * FILE_EVENTS)
#define PAGE        5000

static struct receipt import_file(struct store *store, int64_t file, uint8_t salt) {
    struct import *import = import_begin(store);

    for (int64_t number = file; number < EVENTS; number += FILES)
        made_add(import, number, number + 1);
    return made_commit(import, salt);
}

static void open_shuffled(struct scratch_store *scratch) {
    scratch_open(scratch);
    for (int64_t file = 0; file < FILES; file++)
        assert_int_equal(import_file(scratch->store, file, (uint8_t)file).inserted, FILE_EVENTS);
}

static struct store_figures measure(struct store *store) {
    struct store_figures figures;
    struct err err = {0};

    if (!store_measure(store, &figures, &err))
        fail_msg("%s", err.text);
    return figures;
}

static void tidy_all(struct store *store) {
    struct tidy_report report = {.more = true};
    struct err err = {0};

    while (report.more) {
        if (!store_tidy(store, true, NULL, &report, &err))
            fail_msg("%s", err.text);
    }
}

/* ---- what must be there ---- */

/* A walk through all events, page by page. */
struct walk {
    struct store *store;
    struct query query;
    bool *seen;
    int64_t count;
    bool more;
};

static void walk_begin(struct walk *walk, struct store *store, enum order order) {
    *walk = (struct walk){
        .store = store,
        .query = {.to_ms = INT64_MAX, .order = order, .limit = PAGE},
        .seen = memory_new(EVENTS, sizeof(bool)),
        .more = true,
    };
}

static bool in_order(enum order order, const struct position *a, const struct position *b) {
    if (order == ORDER_ARRIVAL && a->import != b->import)
        return a->import < b->import;
    if (a->time_ms != b->time_ms)
        return (a->time_ms < b->time_ms) == (order != ORDER_NEWEST_FIRST);
    return (a->hash < b->hash) == (order != ORDER_NEWEST_FIRST);
}

static void check_event(struct walk *walk, const struct found *found) {
    struct arena arena = {0};
    char text[64] = "";
    long number;

    memcpy(text, found->record.data, found->record.length < 63 ? found->record.length : 63);
    assert_int_equal(sscanf(text, "{\"eventID\":\"id-%ld\"", &number), 1);
    assert_in_range(number, 0, EVENTS - 1);
    struct event event = made_event(number, &arena);
    assert_true(span_equal(found->record, event.record));
    assert_true(span_equal(found->account, event.value[ATTRIBUTE_ACCOUNT]));
    assert_int_equal(found->position.time_ms, event.time_ms);
    assert_int_equal(found->position.import, number % FILES + 1);
    assert_false(walk->seen[number]);
    walk->seen[number] = true;
    if (walk->query.resume)
        assert_true(in_order(walk->query.order, &walk->query.after, &found->position));
    arena_clear(&arena);
}

static void walk_page(struct walk *walk) {
    struct arena arena = {0};
    struct found_page page;
    struct err err = {0};

    if (!store_find(walk->store, &walk->query, NULL, &arena, &page, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < page.count; i++) {
        check_event(walk, &page.events[i]);
        walk->query.after = page.events[i].position;
        walk->query.resume = true;
    }
    walk->count += (int64_t)page.count;
    walk->more = page.more;
    arena_clear(&arena);
}

static void walk_end(struct walk *walk) {
    while (walk->more)
        walk_page(walk);
    assert_int_equal(walk->count, EVENTS);
    free(walk->seen);
}

static const enum order orders[] = {ORDER_NEWEST_FIRST, ORDER_OLDEST_FIRST, ORDER_ARRIVAL};

static void check_order(struct store *store, enum order order) {
    struct walk walk;

    walk_begin(&walk, store, order);
    walk_end(&walk);
}

static void check_all(struct store *store) {
    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++)
        check_order(store, orders[i]);
}

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

/* ---- tests ---- */

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
    open_shuffled(&scratch);
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
    open_shuffled(&scratch);
    assert_int_equal(blocks_of_a_page(scratch.store), FILES);
    tidy_all(scratch.store);
    assert_int_equal(blocks_of_a_page(scratch.store), 1);
    scratch_close(&scratch);
}

static void test_each_is_known_by_its_id(void **state) {
    struct scratch_store scratch;

    (void)state;
    open_shuffled(&scratch);
    tidy_all(scratch.store);
    for (int64_t number = 0; number < EVENTS; number += 997)
        assert_int_equal(count_by_id(scratch.store, number), 1);
    assert_int_equal(count_by_id(scratch.store, EVENTS), 0);
    scratch_close(&scratch);
}

static void test_duplicates_are_known(void **state) {
    struct scratch_store scratch;

    (void)state;
    open_shuffled(&scratch);
    assert_int_equal(import_file(scratch.store, 3, 100).inserted, 0);
    tidy_all(scratch.store);
    for (int64_t file = 0; file < FILES; file++)
        assert_int_equal(import_file(scratch.store, file, (uint8_t)(200 + file)).inserted, 0);
    check_all(scratch.store);
    scratch_close(&scratch);
}

/* Its blocks were staged and compared before the merge, and are committed behind it. */
static void test_import_across_a_merge(void **state) {
    struct scratch_store scratch;

    (void)state;
    open_shuffled(&scratch);
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

    open_shuffled(&scratch);
    walk_begin(&walk, scratch.store, row->order);
    for (int64_t page = 0; page < row->pages; page++)
        walk_page(&walk);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 1);
    walk_end(&walk);
    scratch_close(&scratch);
}

static void test_cancelled(void **state) {
    const atomic_bool cancel = true;
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    open_shuffled(&scratch);
    assert_false(store_tidy(scratch.store, true, &cancel, &report, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    tidy_all(scratch.store);
    assert_int_equal(measure(scratch.store).merges, 1);
    check_all(scratch.store);
    scratch_close(&scratch);
}

/* ---- when something goes wrong ---- */

static void execute(const struct scratch_store *scratch, const char *sql) {
    char path[128];
    sqlite3 *database;

    snprintf(path, sizeof(path), "%s/traild.sqlite", scratch->directory);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void test_damage_is_told_once(void **state) {
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    open_shuffled(&scratch);
    execute(&scratch,
            "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id ="
            " (SELECT max(id) FROM chunk)");
    assert_false(store_tidy(scratch.store, true, NULL, &report, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_true(store_tidy(scratch.store, true, NULL, &report, &err));
    assert_false(report.more);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    assert_int_equal(measure(scratch.store).merges, 0);
    scratch_close(&scratch);
}

/* No file of this process may grow beyond `bytes`. */
static void limit_files(rlim_t bytes) {
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_full_disk_changes_nothing(void **state) {
    struct scratch_store scratch;
    struct tidy_report report;
    struct err err = {0};

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    open_shuffled(&scratch);
    limit_files((rlim_t)(256 * 1024));
    assert_false(store_tidy(scratch.store, true, NULL, &report, &err));
    limit_files(RLIM_INFINITY);
    assert_int_equal(measure(scratch.store).blocks, FILES);
    check_all(scratch.store);
    tidy_all(scratch.store);
    scratch_reopen(&scratch);
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
        if (!store_tidy(store, true, NULL, &report, &err))
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

static void check_nothing_left_over(const struct scratch_store *scratch) {
    execute(scratch,
            "CREATE TEMP TABLE ok(good CHECK(good));"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM block WHERE staging <> 0);"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM part WHERE id >> 6 NOT IN"
            " (SELECT id FROM block));"
            "INSERT INTO ok SELECT NOT EXISTS(SELECT * FROM chunk WHERE id >> 8 NOT IN"
            " (SELECT id FROM block));"
            "INSERT INTO ok SELECT (SELECT count(*) FROM pragma_integrity_check"
            " WHERE integrity_check <> 'ok') = 0");
}

static void test_killed(void **state) {
    struct scratch_store scratch;
    bool ended = false;

    (void)state;
    open_shuffled(&scratch);
    store_close(scratch.store);
    for (unsigned ms = 1; !ended; ms += ms / 2 + 1) {
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

/* ---- beside others ---- */

struct others {
    struct store *store;
    atomic_bool ended;
};

static void *walk_all(void *argument) {
    struct others *others = argument;

    for (size_t round = 0; !atomic_load(&others->ended); round++) {
        check_order(others->store, orders[round % ARRAY_LENGTH(orders)]);
    }
    return NULL;
}

/* The same events again and again: each has to be found wherever it lies just then. */
static void *import_again(void *argument) {
    struct others *others = argument;

    for (int64_t round = 0; !atomic_load(&others->ended); round++) {
        int64_t from = round * 137 % (EVENTS - 300);
        struct receipt receipt = import_range(others->store, from, from + 300, 1);
        if (receipt.inserted != 0)
            return (void *)"an event was stored twice";
    }
    return NULL;
}

static void test_beside_others(void **state) {
    struct scratch_store scratch;
    pthread_t threads[2];
    void *result[2];

    (void)state;
    open_shuffled(&scratch);
    struct others others = {.store = scratch.store};
    assert_int_equal(pthread_create(&threads[0], NULL, walk_all, &others), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, import_again, &others), 0);
    tidy_all(scratch.store);
    atomic_store(&others.ended, true);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], &result[i]);
    assert_null(result[1]);
    assert_int_equal(measure(scratch.store).merges, 1);
    check_all(scratch.store);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_files_in_order_are_left_alone),
        TEST(test_same_events_in_fewer_blocks),
        TEST(test_a_page_opens_few_blocks),
        TEST(test_each_is_known_by_its_id),
        TEST(test_duplicates_are_known),
        TEST(test_import_across_a_merge),
        ROWS(test_cursor_across_a_merge, cursors),
        TEST(test_cancelled),
        TEST(test_damage_is_told_once),
        TEST(test_full_disk_changes_nothing),
        TEST(test_killed),
        TEST(test_beside_others),
    };
    return rows_run("merge", all, ARRAY_LENGTH(all));
}
