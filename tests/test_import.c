/* store/import.c and import_commit.c: all of a file or nothing, each event once. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_store.h"

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

    scratch_open(&scratch);
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
    scratch_open(&scratch);
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

static void add_range(struct import *import, int64_t from, int64_t to) {
    struct arena arena = {0};
    struct err err = {0};

    for (int64_t number = from; number < to; number++) {
        struct event event = made_event(number, &arena);
        if (!import_add(import, &event, &err))
            fail_msg("%s", err.text);
        arena_clear(&arena);
    }
}

static struct receipt commit(struct import *import, uint8_t salt) {
    struct import_facts facts = made_facts(1, 1, salt);
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    if (!import_commit(import, &facts, &arena, &receipt, &err))
        fail_msg("%s", err.text);
    arena_clear(&arena);
    return receipt;
}

/* Nothing of an import is seen before its commit, and nothing ever after an abort. */
static void test_abort(void **state) {
    struct scratch_store scratch;
    struct store_figures figures;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    add_range(import, 0, 40000);
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

    scratch_open(&scratch);
    struct import *first = import_begin(scratch.store);
    struct import *second = import_begin(scratch.store);
    add_range(second, row->second_from, row->second_to);
    add_range(first, row->first_from, row->first_to);
    int64_t first_inserted = commit(first, 1).inserted;
    struct receipt receipt = commit(second, 2);
    assert_int_equal(first_inserted, row->first_to - row->first_from);
    assert_int_equal(receipt.inserted, row->second_inserted);
    assert_int_equal(receipt.inserted + receipt.duplicates, row->second_to - row->second_from);
    assert_int_equal(count_events(scratch.store), first_inserted + row->second_inserted);
    scratch_reopen(&scratch);
    assert_int_equal(count_events(scratch.store), first_inserted + row->second_inserted);
    scratch_close(&scratch);
}

/* ---- rejections ---- */

static void reject(struct import *import, int64_t index, struct span record) {
    struct rejection rejection = {index, index * 100, SPAN("eventTime is missing"), record};
    struct err err = {0};

    if (!import_reject(import, &rejection, &err))
        fail_msg("%s", err.text);
}

static void check_rejections(struct store *store, int64_t import, int64_t count) {
    struct rejection_page page = {.more = true};
    int64_t seen = 0;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        if (!store_list_rejections(store, import, seen - 1, 7, &arena, &page, &err))
            fail_msg("%s", err.text);
        for (size_t i = 0; i < page.count; i++) {
            assert_int_equal(page.rejections[i].index, seen);
            assert_int_equal(page.rejections[i].offset, seen * 100);
            assert_true(span_equal(page.rejections[i].reason, SPAN("eventTime is missing")));
            assert_int_equal(page.rejections[i].record.data[0], '{');
            seen++;
        }
        arena_clear(&arena);
    }
    assert_int_equal(seen, count);
}

static void test_rejections(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, 1000000);

    (void)state;
    large[0] = '{';
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < 20; i++) /* more than is kept in memory */
        reject(import, i, i % 2 == 0 ? SPAN("{}") : (struct span){large, 1000000});
    add_range(import, 0, 10);
    struct receipt receipt = commit(import, 0);
    assert_int_equal(receipt.rejected, 20);
    assert_int_equal(receipt.records, 30);
    assert_int_equal(receipt.inserted, 10);
    check_rejections(scratch.store, receipt.id, 20);
    scratch_reopen(&scratch);
    check_rejections(scratch.store, receipt.id, 20);
    scratch_close(&scratch);
    free(large);
}

/* What was written of an import that is given up goes; what another has stays. */
static void test_rejections_given_up(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, 1000000);

    (void)state;
    large[0] = '{';
    scratch_open(&scratch);
    struct import *dropped = import_begin(scratch.store);
    struct import *kept = import_begin(scratch.store);
    for (int64_t i = 0; i < 20; i++) {
        reject(dropped, i, (struct span){large, 1000000});
        reject(kept, i, (struct span){large, 1000000});
    }
    import_abort(dropped);
    int64_t id = commit(kept, 0).id;
    check_rejections(scratch.store, id, 20);
    check_rejections(scratch.store, commit(import_begin(scratch.store), 1).id, 0);
    scratch_close(&scratch);
    free(large);
}

static void test_too_large_rejections(void **state) {
    struct scratch_store scratch;
    char *large = memory_new(1, LIMIT_RECORD_BYTES);
    struct rejection rejection = {0, 0, SPAN("not an object"), {large, (size_t)LIMIT_RECORD_BYTES}};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < LIMIT_REJECTED_BYTES / LIMIT_RECORD_BYTES; i++) {
        rejection.index = i;
        assert_true(import_reject(import, &rejection, &err));
    }
    assert_false(import_reject(import, &rejection, &err));
    assert_int_equal(err.kind, ERR_UNREADABLE);
    assert_non_null(strstr(err.text, "268435456"));
    import_abort(import);
    scratch_close(&scratch);
    free(large);
}

static void test_too_many_rejections(void **state) {
    struct scratch_store scratch;
    struct rejection rejection = {0, 0, SPAN("not an object"), SPAN("1")};
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; i < LIMIT_REJECTED_PER_FILE; i++) {
        rejection.index = i;
        assert_true(import_reject(import, &rejection, &err));
    }
    assert_false(import_reject(import, &rejection, &err));
    assert_int_equal(err.kind, ERR_UNREADABLE);
    import_abort(import);
    scratch_close(&scratch);
}

/* ---- receipts ---- */

static void test_receipts(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt_page page;
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    scratch_open(&scratch);
    for (int64_t i = 0; i < 5; i++)
        import_range(scratch.store, i * 10, i * 10 + 10, 0);
    assert_true(store_list_receipts(scratch.store, INT64_MAX, 2, &arena, &page, &err));
    assert_int_equal(page.count, 2);
    assert_int_equal(page.receipts[0].id, 5);
    assert_true(page.more);
    assert_true(store_list_receipts(scratch.store, 2, 2, &arena, &page, &err));
    assert_int_equal(page.count, 1);
    assert_false(page.more);
    assert_true(store_get_receipt(scratch.store, 3, &arena, &receipt, &err));
    assert_true(span_equal(receipt.source, SPAN("test")));
    assert_int_equal(receipt.bytes, 10);
    assert_false(store_get_receipt(scratch.store, 6, &arena, &receipt, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(
        store_find_duplicate(scratch.store, made_facts(20, 30, 0).sha256, &arena, &receipt, &err));
    assert_int_equal(receipt.duplicate_of, 3);
    assert_true(
        store_find_duplicate(scratch.store, made_facts(20, 31, 0).sha256, &arena, &receipt, &err));
    assert_int_equal(receipt.id, 0);
    arena_clear(&arena);
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
    scratch_open(&scratch);
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
    scratch_open(&scratch);
    for (int64_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){scratch.store, i};
        pthread_create(&threads[i], NULL, import_small, &workers[i]);
        pthread_create(&threads[THREADS + i], NULL, count_own, &workers[i]);
    }
    for (size_t i = 0; i < 2 * THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_events(scratch.store), all);
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_true(figures.blocks >= 2);
    scratch_reopen(&scratch);
    assert_int_equal(count_events(scratch.store), all);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {ROWS(test_import, imports),
                               TEST(test_same_bytes),
                               TEST(test_abort),
                               ROWS(test_overlap, overlaps),
                               TEST(test_rejections),
                               TEST(test_rejections_given_up),
                               TEST(test_too_large_rejections),
                               TEST(test_too_many_rejections),
                               TEST(test_receipts),
                               TEST(test_threads),
                               TEST(test_small_files)};

    return rows_run("import", all, ARRAY_LENGTH(all));
}
