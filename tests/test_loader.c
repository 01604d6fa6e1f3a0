/* server/loader.c: many files, several threads (of pthread), each file told of once. */
#include "server/loader.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utc.h"
#include "tests/rows.h"
#include "tests/support_commits.h"
#include "tests/support_gate.h"
#include "tests/support_stored.h"

#define FILES_MAX 400
#define FIRST_MS  INT64_C(1704067200000)

/* A folder of files and what the loader said of each. */
struct loading {
    struct loader loader; /* first: the loader's functions are given it */
    struct scratch_store scratch;
    struct import_files files;
    char folder[64];
    size_t written;
    size_t told;
    struct outcome outcomes[FILES_MAX]; /* by the number in the file's name */
    bool ticked;
};

static void note_done(struct loader *loader, const char *path, const struct receipt *receipt,
                      const struct err *err) {
    struct loading *loading = (struct loading *)loader;
    size_t number = strtoul(strrchr(path, '/') + 1, NULL, 10);

    assert_in_range(number, 0, FILES_MAX - 1);
    note_outcome(NULL, &loading->outcomes[number], receipt, err);
    loading->told++;
}

static void note_tick(struct loader *loader) {
    ((struct loading *)loader)->ticked = true;
}

static struct loading *loading_new(size_t threads) {
    struct loading *loading = memory_new(1, sizeof(*loading));

    trained_open(&loading->scratch);
    strcpy(loading->folder, "/tmp/traild-logs-XXXXXX");
    assert_non_null(mkdtemp(loading->folder));
    loading->loader = (struct loader){.store = loading->scratch.store,
                                      .files = &loading->files,
                                      .max_inflated = DEFAULT_MAX_INFLATED,
                                      .threads = threads,
                                      .done = note_done,
                                      .tick = note_tick,
                                      .tick_ms = 1};
    return loading;
}

static void loading_free(struct loading *loading) {
    import_files_clear(&loading->files);
    remove_directory(loading->folder);
    scratch_close(&loading->scratch);
    free(loading);
}

static FILE *begin_file(struct loading *loading) {
    char path[128];

    snprintf(path, sizeof(path), "%s/%04zu.json", loading->folder, loading->written++);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void write_events(FILE *file, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        char time[UTC_TEXT_BYTES];
        fprintf(file, "%s{\"eventID\":\"id-%lld\",\"eventTime\":\"%.*s\",\"eventName\":\"Get\"}",
                i == from ? "" : ",", (long long)i,
                SPAN_ARGS(utc_format(FIRST_MS + i * 1000, time)));
    }
}

static void write_file(struct loading *loading, int64_t from, int64_t to) {
    FILE *file = begin_file(loading);

    fputs("{\"Records\":[", file);
    write_events(file, from, to);
    fputs("]}", file);
    fclose(file);
}

static void write_text(struct loading *loading, const char *text) {
    FILE *file = begin_file(loading);

    fputs(text, file);
    fclose(file);
}

/* Breaks off behind these events. */
static void write_broken(struct loading *loading, int64_t from, int64_t to) {
    FILE *file = begin_file(loading);

    fputs("{\"Records\":[", file);
    write_events(file, from, to);
    fputs(",{\"a\":", file);
    fclose(file);
}

static void run_again(struct loading *loading) {
    struct err err = {0};

    loading->told = 0;
    memset(loading->outcomes, 0, sizeof(loading->outcomes));
    if (!loader_run(&loading->loader, &err))
        fail_msg("%s", err.text);
    assert_int_equal(loading->told, loading->files.count);
    for (size_t i = 0; i < loading->written; i++)
        assert_int_equal(loading->outcomes[i].told, 1);
}

static void run(struct loading *loading) {
    struct err err = {0};

    assert_true(import_files_add(&loading->files, loading->folder, &err));
    import_files_sort(&loading->files);
    assert_int_equal(loading->files.count, loading->written);
    run_again(loading);
}

static int64_t count_events(struct loading *loading) {
    struct store_figures figures;
    struct err err = {0};

    assert_true(store_measure(loading->scratch.store, &figures, &err));
    return figures.events;
}

/* How often each event is there: once, when it is one of [from, to). */
static void expect_events(struct loading *loading, int64_t from, int64_t to) {
    struct query query = {.to_ms = INT64_MAX, .order = ORDER_OLDEST_FIRST, .limit = 1000};
    struct found_page page = {.more = true};
    int64_t next = from;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        assert_true(store_find(loading->scratch.store, &query, NULL, &arena, &page, &err));
        for (size_t i = 0; i < page.count; i++, next++)
            assert_int_equal(page.events[i].position.time_ms, FIRST_MS + next * 1000);
        if (page.count > 0)
            query.after = page.events[page.count - 1].position;
        query.resume = true;
        arena_clear(&arena);
    }
    assert_int_equal(next, to);
    assert_int_equal(count_events(loading), to - from);
}

static const struct load_row {
    const char *name;
    size_t threads;
    int64_t sizes[6]; /* of files, again and again */
    size_t size_count;
    size_t files;
} loads[] = {
    {"no file", 3, {1}, 1, 0},
    {"one file, more threads", 3, {10}, 1, 1},
    {"small files, one thread", 1, {70, 60, 0, 80}, 4, 300},
    {"small files, three threads", 3, {70, 60, 0, 80}, 4, 300},
    {"files of odd sizes", 3, {1, 900, 5000, 16383, 3}, 5, 15},
    {"large files among small ones", 2, {10, 40000, 20}, 3, 6},
};

static void test_load(void **state) {
    const struct load_row *row = *state;
    struct loading *loading = loading_new(row->threads);
    int64_t next = 0;

    for (size_t i = 0; i < row->files; i++) {
        int64_t size = row->sizes[i % row->size_count];
        write_file(loading, next, next + size);
        next += size;
    }
    run(loading);
    for (size_t i = 0; i < row->files; i++) {
        int64_t size = row->sizes[i % row->size_count];
        assert_true(loading->outcomes[i].good);
        if (size > 0) /* empty ones are all the same file */
            expect_good(&loading->outcomes[i], size, 0);
    }
    assert_int_equal(atomic_load(&loading->loader.bytes), loading->files.bytes);
    expect_events(loading, 0, next);
    loading_free(loading);
}

/* Three files of which each event is in two, and each file again. */
static void test_files_that_overlap(void **state) {
    struct loading *loading = loading_new(3);
    int64_t inserted = 0;

    (void)state;
    for (int64_t i = 0; i < 120; i++)
        write_file(loading, i * 200, i * 200 + 400);
    for (int64_t i = 0; i < 120; i++)
        write_file(loading, i * 200, i * 200 + 400);
    run(loading);
    for (size_t i = 0; i < 240; i++) {
        const struct receipt *receipt = &loading->outcomes[i].receipt;
        assert_true(loading->outcomes[i].good);
        inserted += receipt->inserted;
        assert_int_equal(receipt->inserted + receipt->duplicates, 400);
    }
    for (size_t i = 0; i < 120; i++)
        assert_int_equal((loading->outcomes[i].receipt.duplicate_of != 0) +
                             (loading->outcomes[i + 120].receipt.duplicate_of != 0),
                         1);
    assert_int_equal(inserted, 119 * 200 + 400);
    expect_events(loading, 0, 119 * 200 + 400);
    loading_free(loading);
}

static void test_files_that_cannot_be_read(void **state) {
    struct loading *loading = loading_new(2);

    (void)state;
    for (int64_t i = 0; i < 20; i++) {
        write_file(loading, i * 100, i * 100 + 100);
        write_broken(loading, 50000 + i * 100, 50100 + i * 100);
        write_text(loading, "{\"digestStartTime\":\"x\",\"digestS3Object\":\"k\"}");
    }
    write_broken(loading, 60000, 80000);
    run(loading);
    for (size_t i = 0; i < 20; i++) {
        expect_good(&loading->outcomes[i * 3], 100, 0);
        expect_failed(&loading->outcomes[i * 3 + 1], ERR_UNREADABLE);
        assert_true(loading->outcomes[i * 3 + 2].good);
        assert_int_equal(loading->outcomes[i * 3 + 2].receipt.status, IMPORT_SKIPPED);
    }
    expect_failed(&loading->outcomes[60], ERR_UNREADABLE);
    expect_events(loading, 0, 2000);
    loading_free(loading);
}

static void test_a_file_that_is_gone(void **state) {
    struct loading *loading = loading_new(2);
    struct err err = {0};
    char path[128];

    (void)state;
    for (int64_t i = 0; i < 5; i++)
        write_file(loading, i * 100, i * 100 + 100);
    assert_true(import_files_add(&loading->files, loading->folder, &err));
    snprintf(path, sizeof(path), "%s/0004.json", loading->folder);
    assert_int_equal(remove(path), 0);
    run_again(loading);
    expect_failed(&loading->outcomes[4], ERR_INTERNAL);
    assert_non_null(strstr(loading->outcomes[4].err.text, "opening it"));
    expect_events(loading, 0, 400);
    loading_free(loading);
}

/* The files of commits that fail are told so; the same run again stores what is missing. */
static void test_a_disk_that_fails(void **state) {
    struct loading *loading = loading_new(3);
    struct commits commits;
    size_t failed = 0;

    (void)state;
    log_silence();
    for (int64_t i = 0; i < 30; i++)
        write_file(loading, i * 2000, i * 2000 + 2000);
    import_range(loading->scratch.store, 0, 0, 0);
    commits_watch(&commits, loading->scratch.store);
    commits_fail_one_in(&commits, 3);
    run(loading);
    for (size_t i = 0; i < 30; i++)
        failed += !loading->outcomes[i].good;
    assert_true(failed > 0);
    assert_int_equal(count_events(loading), (int64_t)(30 - failed) * 2000);
    commits_fail_one_in(&commits, 0);
    run_again(loading);
    for (size_t i = 0; i < 30; i++)
        assert_true(loading->outcomes[i].good);
    expect_events(loading, 0, 60000);
    loading_free(loading);
}

static void test_without_threads(void **state) {
    struct loading *loading = loading_new(3);
    struct err err = {0};

    (void)state;
    write_file(loading, 0, 10);
    assert_true(import_files_add(&loading->files, loading->folder, &err));
    size_t stack = threads_refuse();
    assert_false(loader_run(&loading->loader, &err));
    threads_allow(stack);
    assert_string_equal(err.text, "no thread could be started");
    assert_int_equal(loading->told, 0);
    run_again(loading);
    expect_events(loading, 0, 10);
    loading_free(loading);
}

int main(void) {
    const struct rows all[] = {ROWS(test_load, loads),
                               TEST(test_files_that_overlap),
                               TEST(test_files_that_cannot_be_read),
                               TEST(test_a_file_that_is_gone),
                               TEST(test_a_disk_that_fails),
                               TEST(test_without_threads)};

    return rows_run("loader", all, ARRAY_LENGTH(all));
}
