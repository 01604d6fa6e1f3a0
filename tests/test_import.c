/* store/import.c and import_commit.c: all of a file or nothing, each event once. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_stored.h"

static int64_t count_events(struct store *store) {
    struct query query = {.to_ms = INT64_MAX, .order = ORDER_ARRIVAL, .limit = 1000};
    struct found_page page = {.more = true};
    int64_t count = 0;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        if (!store_find(store, &query, NULL, &arena, &page, &err))
            fail_msg("%s", err.text);
        count += (int64_t)page.count;
        if (page.count > 0)
            query.after = page.events[page.count - 1].position;
        query.resume = true;
        arena_clear(&arena);
    }
    return count;
}

/* One file after another, and what each receipt must say. */
static const struct import_row {
    const char *name;
    struct {
        int64_t from;
        int64_t to;
        int64_t inserted;
    } files[4];
    size_t count;
    int64_t events;
} imports[] = {
    {"an empty file", {{0, 0, 0}}, 1, 0},
    {"one event", {{5, 6, 1}}, 1, 1},
    {"a small file", {{0, 50, 50}}, 1, 50},
    {"a block's worth", {{0, 16384, 16384}}, 1, 16384},
    {"a block's worth and one", {{0, 16385, 16385}}, 1, 16385},
    {"half a block", {{0, 8192, 8192}}, 1, 8192},
    {"several blocks", {{0, 40000, 40000}}, 1, 40000},
    {"small files that overlap", {{0, 50, 50}, {25, 75, 25}, {0, 75, 0}}, 3, 75},
    {"a large file over small ones", {{0, 50, 50}, {0, 40000, 39950}}, 2, 40000},
    {"a small file over a large one", {{0, 40000, 40000}, {39990, 40010, 10}}, 2, 40010},
    {"large files that overlap", {{0, 30000, 30000}, {10000, 50000, 20000}}, 2, 50000},
    {"a large file that adds nothing", {{0, 40000, 40000}, {5000, 40000, 0}}, 2, 40000},
    {"files that fill the open block",
     {{0, 7000, 7000}, {7000, 14000, 7000}, {14000, 21000, 7000}, {0, 21000, 0}},
     4,
     21000},
};

static void test_import(void **state) {
    const struct import_row *row = *state;
    struct scratch_store scratch;

    trained_open(&scratch);
    for (size_t i = 0; i < row->count; i++) {
        int64_t records = row->files[i].to - row->files[i].from;
        struct receipt receipt =
            import_range(scratch.store, row->files[i].from, row->files[i].to, (uint8_t)i);
        assert_int_equal(receipt.id, i + 1);
        assert_int_equal(receipt.records, records);
        assert_int_equal(receipt.inserted, row->files[i].inserted);
        assert_int_equal(receipt.duplicates, records - row->files[i].inserted);
        assert_int_equal(receipt.duplicate_of, 0);
    }
    assert_int_equal(count_events(scratch.store), row->events);
    scratch_reopen(&scratch);
    assert_int_equal(count_events(scratch.store), row->events);
    scratch_close(&scratch);
}

static void test_same_bytes(void **state) {
    struct scratch_store scratch;

    (void)state;
    trained_open(&scratch);
    struct receipt first = import_range(scratch.store, 0, 20000, 0);
    struct receipt again = import_range(scratch.store, 0, 20000, 0);
    assert_int_equal(again.duplicate_of, first.id);
    assert_int_equal(again.id, first.id);
    assert_int_equal(again.inserted, 0);
    assert_int_equal(again.duplicates, 20000);
    assert_int_equal(again.first_event_ms, first.first_event_ms);
    assert_int_equal(count_events(scratch.store), 20000);
    assert_int_equal(import_range(scratch.store, 20000, 20001, 0).id, first.id + 1);
    scratch_close(&scratch);
}

/* Nothing of an import is seen before its commit, and nothing ever after an abort. */
static void test_abort(void **state) {
    struct scratch_store scratch;
    struct store_figures figures;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    struct import *import = import_begin(scratch.store);
    made_add(import, 0, 40000);
    assert_int_equal(count_events(scratch.store), 0);
    import_abort(import);
    import_abort(NULL);
    assert_int_equal(count_events(scratch.store), 0);
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_int_equal(figures.blocks, 0);
    assert_int_equal(figures.imports, 0);
    assert_int_equal(import_range(scratch.store, 0, 40000, 0).inserted, 40000);
    assert_int_equal(count_events(scratch.store), 40000);
    scratch_close(&scratch);
}

/* Two imports that staged the same events: the second to commit gives its own up again. */
static const struct overlap_row {
    const char *name;
    int64_t first_from, first_to;
    int64_t second_from, second_to;
    int64_t second_inserted;
} overlaps[] = {
    {"all of it", 0, 20000, 0, 20000, 0},
    {"a part", 0, 20000, 10000, 40000, 20000},
    {"a small one came first", 100, 200, 0, 20000, 19900},
    {"none", 0, 20000, 20000, 40000, 20000},
};

static void test_overlap(void **state) {
    const struct overlap_row *row = *state;
    struct scratch_store scratch;

    trained_open(&scratch);
    struct import *first = import_begin(scratch.store);
    struct import *second = import_begin(scratch.store);
    made_add(second, row->second_from, row->second_to);
    made_add(first, row->first_from, row->first_to);
    int64_t first_inserted = made_commit(first, 1).inserted;
    struct receipt receipt = made_commit(second, 2);
    assert_int_equal(first_inserted, row->first_to - row->first_from);
    assert_int_equal(receipt.inserted, row->second_inserted);
    assert_int_equal(receipt.inserted + receipt.duplicates, row->second_to - row->second_from);
    assert_int_equal(count_events(scratch.store), first_inserted + row->second_inserted);
    scratch_reopen(&scratch);
    assert_int_equal(count_events(scratch.store), first_inserted + row->second_inserted);
    scratch_close(&scratch);
}

/* ---- several threads ---- */

#define THREADS          4
#define FILES_PER_THREAD 12

struct worker {
    struct store *store;
    int64_t number;
};

/* Small and large files, every one also sent by the neighbour. */
static void *import_some(void *context) {
    struct worker *worker = context;

    for (int64_t i = 0; i < FILES_PER_THREAD; i++) {
        int64_t file = (worker->number / 2 * FILES_PER_THREAD + i) * 20000;
        int64_t events = i % 4 == 0 ? 17000 : 100;
        import_range(worker->store, file, file + events, (uint8_t)worker->number);
    }
    return NULL;
}

/* A poller in arrival order meets every event once while others import. */
static void *poll_arrivals(void *context) {
    struct worker *worker = context;
    struct query query = {.to_ms = INT64_MAX, .order = ORDER_ARRIVAL, .limit = 500};
    int64_t all = THREADS / 2 * (3 * 17000 + 9 * 100);

    while (worker->number < all) {
        struct arena arena = {0};
        struct found_page page;
        struct err err = {0};
        if (!store_find(worker->store, &query, NULL, &arena, &page, &err))
            fail_msg("%s", err.text);
        worker->number += (int64_t)page.count;
        if (page.count > 0) {
            query.after = page.events[page.count - 1].position;
            query.resume = true;
        }
        arena_clear(&arena);
    }
    return NULL;
}

static void test_threads(void **state) {
    struct scratch_store scratch;
    struct worker workers[THREADS];
    struct worker poller = {0};
    pthread_t threads[THREADS + 1];

    (void)state;
    trained_open(&scratch);
    poller.store = scratch.store;
    pthread_create(&threads[THREADS], NULL, poll_arrivals, &poller);
    for (int64_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){scratch.store, i};
        pthread_create(&threads[i], NULL, import_some, &workers[i]);
    }
    for (size_t i = 0; i <= THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(poller.number, THREADS / 2 * (3 * 17000 + 9 * 100));
    assert_int_equal(count_events(scratch.store), poller.number);
    scratch_close(&scratch);
}

/* ---- small files that fill block after block ---- */

#define SMALL_FILES  150
#define SMALL_EVENTS 60

static void *import_small(void *context) {
    struct worker *worker = context;

    for (int64_t i = 0; i < SMALL_FILES; i++) {
        int64_t from = (worker->number * SMALL_FILES + i) * SMALL_EVENTS;
        import_range(worker->store, from, from + SMALL_EVENTS, 0);
    }
    return NULL;
}

/* Every upload is seen at once, in which state ever the open block is. */
static void *count_own(void *context) {
    struct worker *worker = context;

    for (int64_t i = 0; i < 20; i++) {
        int64_t from = 1000000 + (worker->number * 20 + i) * SMALL_EVENTS;
        struct receipt receipt = import_range(worker->store, from, from + SMALL_EVENTS, 0);
        struct test test = {ATTRIBUTE_IMPORT, {.kind = MATCH_NUMBER, .number = receipt.id}};
        struct alternative alternative = {{test}, 1};
        struct condition condition = {false, &alternative, 1};
        struct query query = {
            .to_ms = INT64_MAX, .conditions = &condition, .condition_count = 1, .limit = 1000};
        struct arena arena = {0};
        struct found_page page;
        struct err err = {0};
        if (!store_find(worker->store, &query, NULL, &arena, &page, &err))
            fail_msg("%s", err.text);
        assert_int_equal(page.count, SMALL_EVENTS);
        arena_clear(&arena);
    }
    return NULL;
}

static void test_small_files(void **state) {
    struct scratch_store scratch;
    struct worker workers[THREADS];
    pthread_t threads[2 * THREADS];
    struct store_figures figures;
    struct err err = {0};
    int64_t all = THREADS * (SMALL_FILES + 20) * SMALL_EVENTS;

    (void)state;
    trained_open(&scratch);
    for (int64_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){scratch.store, i};
        pthread_create(&threads[i], NULL, import_small, &workers[i]);
        pthread_create(&threads[THREADS + i], NULL, count_own, &workers[i]);
    }
    for (size_t i = 0; i < 2 * THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_events(scratch.store), all);
    scratch_reopen(&scratch); /* when it was closed, what is made of full blocks was done */
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_true(figures.blocks >= 2);
    assert_int_equal(count_events(scratch.store), all);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {ROWS(test_import, imports), TEST(test_same_bytes),
                               TEST(test_abort),           ROWS(test_overlap, overlaps),
                               TEST(test_threads),         TEST(test_small_files)};

    return rows_run("import", all, ARRAY_LENGTH(all));
}
