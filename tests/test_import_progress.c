/* store/import_progress.c: imports of many objects, and what could not be imported. */
#include "tests/rows.h"

#include <pthread.h>

#include "store/collection.h"
#include "tests/support_commits.h"
#include "tests/support_stored.h"

static struct receipt begin(struct store *store, struct span kind, struct arena *arena) {
    struct receipt receipt;
    struct err err = {0};

    if (!store_add_prefix_import(store, kind, SPAN("s3://bucket/AWSLogs/"), SPAN("{\"a\":1}"),
                                 arena, &receipt, &err))
        fail_msg("%s", err.text);
    return receipt;
}

static struct prefix_import_list list(struct store *store, struct arena *arena) {
    struct prefix_import_list all;
    struct err err = {0};

    if (!store_list_prefix_imports(store, arena, &all, &err))
        fail_msg("%s", err.text);
    return all;
}

static struct receipt get(struct store *store, int64_t id, struct arena *arena) {
    struct receipt receipt;
    struct err err = {0};

    if (!store_get_receipt(store, id, arena, &receipt, &err))
        fail_msg("%s", err.text);
    return receipt;
}

static void save(struct store *store, const struct prefix_import *import) {
    struct err err = {0};

    if (!store_save_prefix_import(store, import, &err))
        fail_msg("%s", err.text);
}

/* All different, so that none can be taken for another. */
static const struct import_progress some_progress = {
    .files_listed = 1,
    .files_done = 2,
    .files_known = 3,
    .files_skipped = 4,
    .files_failed = 5,
    .bytes_listed = INT64_C(6) << 40,
    .bytes_done = 7,
    .records = 8,
    .inserted = 9,
    .duplicates = 10,
    .rejected = 11,
    .started_ms = INT64_C(1790000000012),
    .ended_ms = INT64_C(1790000000013),
};

static void test_begins_with_nothing(void **state) {
    static const struct import_progress nothing;
    struct scratch_store scratch;
    struct arena arena = {0};

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    struct receipt begun = begin(scratch.store, SPAN("prefix"), &arena);
    assert_int_equal(begun.id, 2);
    scratch_reopen(&scratch);
    struct receipt read = get(scratch.store, 2, &arena);
    assert_int_equal(read.status, IMPORT_QUEUED);
    assert_true(span_equal(read.source, SPAN("s3://bucket/AWSLogs/")));
    assert_true(span_equal(read.kind, SPAN("prefix")));
    assert_false(read.has_sha256);
    assert_true(read.has_progress);
    assert_memory_equal(&read.progress, &nothing, sizeof(nothing));
    assert_null(read.skipped.data);
    assert_int_equal(read.received_ms, begun.received_ms);
    assert_int_equal(read.records, 0);
    assert_int_equal(read.first_event_ms, -1);
    assert_null(read.error.data);
    assert_int_equal(import_range(scratch.store, 10, 20, 0).id, 3);
    expect_sound(&scratch, 20);
    arena_clear(&arena);
    scratch_close(&scratch);
}

static void test_goes_on_where_it_was(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};

    (void)state;
    trained_open(&scratch);
    struct prefix_import import = {.id = begin(scratch.store, SPAN("objects"), &arena).id,
                                   .status = IMPORT_RUNNING,
                                   .position = SPAN("a\0key"),
                                   .progress = some_progress,
                                   .skipped = SPAN("{\"digest\":4}")};
    save(scratch.store, &import);
    scratch_reopen(&scratch);
    struct prefix_import_list all = list(scratch.store, &arena);
    assert_int_equal(all.count, 1);
    assert_int_equal(all.imports[0].id, import.id);
    assert_int_equal(all.imports[0].status, IMPORT_RUNNING);
    assert_true(span_equal(all.imports[0].kind, SPAN("objects")));
    assert_true(span_equal(all.imports[0].source, SPAN("s3://bucket/AWSLogs/")));
    assert_true(span_equal(all.imports[0].request, SPAN("{\"a\":1}")));
    assert_true(span_equal(all.imports[0].position, import.position));
    assert_null(all.imports[0].error.data);
    assert_memory_equal(&all.imports[0].progress, &some_progress, sizeof(some_progress));
    struct receipt receipt = get(scratch.store, import.id, &arena);
    assert_memory_equal(&receipt.progress, &some_progress, sizeof(some_progress));
    assert_true(span_equal(all.imports[0].skipped, import.skipped));
    assert_true(span_equal(receipt.skipped, import.skipped));
    assert_int_equal(receipt.inserted, 0);
    expect_sound(&scratch, 1);
    arena_clear(&arena);
    scratch_close(&scratch);
}

static const struct status_row {
    const char *name; /* its word */
    enum import_status status;
    bool unfinished;
} statuses[] = {
    {"done", IMPORT_DONE, false},     {"skipped", IMPORT_SKIPPED, false},
    {"queued", IMPORT_QUEUED, true},  {"running", IMPORT_RUNNING, true},
    {"failed", IMPORT_FAILED, false}, {"cancelled", IMPORT_CANCELLED, false},
};

static void test_status(void **state) {
    const struct status_row *row = *state;
    struct scratch_store scratch;
    struct arena arena = {0};

    assert_string_equal(import_status_text(row->status), row->name);
    trained_open(&scratch);
    struct prefix_import import = {.id = begin(scratch.store, SPAN("prefix"), &arena).id,
                                   .status = row->status,
                                   .error = SPAN("NoSuchBucket")};
    int64_t other = begin(scratch.store, SPAN("prefix"), &arena).id;
    save(scratch.store, &import);
    struct prefix_import_list all = list(scratch.store, &arena);
    assert_int_equal(all.count, row->unfinished ? 2 : 1);
    assert_int_equal(all.imports[all.count - 1].id, other);
    struct receipt receipt = get(scratch.store, import.id, &arena);
    assert_int_equal(receipt.status, row->status);
    assert_true(span_equal(receipt.error, SPAN("NoSuchBucket")));
    arena_clear(&arena);
    scratch_close(&scratch);
}

static void test_none_to_save(void **state) {
    struct prefix_import import = {.id = 1, .status = IMPORT_FAILED};
    struct scratch_store scratch;
    struct arena arena = {0};
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    assert_false(store_save_prefix_import(scratch.store, &import, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    import_range(scratch.store, 0, 10, 0); /* not one of many objects */
    assert_false(store_save_prefix_import(scratch.store, &import, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_int_equal(get(scratch.store, 1, &arena).status, IMPORT_DONE);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- a disk that fails ---- */

static void test_disk_fails(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    commits_fail(&commits, 1);
    assert_false(store_add_prefix_import(scratch.store, SPAN("prefix"), SPAN("s"), SPAN("{}"),
                                         &arena, &receipt, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    struct prefix_import import = {.id = begin(scratch.store, SPAN("prefix"), &arena).id,
                                   .status = IMPORT_DONE,
                                   .position = SPAN("behind"),
                                   .progress = some_progress};
    assert_int_equal(import.id, 1); /* the number was free again */
    commits_fail(&commits, 1);
    assert_false(store_save_prefix_import(scratch.store, &import, &err));
    struct prefix_import_list all = list(scratch.store, &arena);
    assert_int_equal(all.count, 1);
    assert_int_equal(all.imports[0].position.length, 0);
    assert_int_equal(all.imports[0].progress.files_listed, 0);
    assert_int_equal(import_range(scratch.store, 0, 10, 0).id, 2);
    expect_sound(&scratch, 10);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- failures ---- */

static const struct import_facts some_failure = {
    .source = {"s3://bucket/key", 15},
    .kind = {"", 0},
    .parent = 7,
    .bytes = 1234,
    .object = {11, 12},
    .etag = {"abc", 3},
    .version_id = {"v", 1},
    .error = {"s3://bucket/key: AccessDenied", 29},
};

static int64_t find_mark(struct store *store, struct object_mark mark) {
    int64_t import = -1;
    struct err err = {0};

    if (!store_find_objects(store, &mark, 1, &import, &err))
        fail_msg("%s", err.text);
    return import;
}

static struct receipt add_failure(struct store *store, const struct import_facts *facts,
                                  struct arena *arena) {
    struct receipt receipt;
    struct err err = {0};

    if (!store_add_failure(store, facts, arena, &receipt, &err))
        fail_msg("%s", err.text);
    return receipt;
}

static void test_failure(void **state) {
    struct scratch_store scratch;
    struct arena arena = {0};

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 0, 10, 0);
    assert_int_equal(add_failure(scratch.store, &some_failure, &arena).id, 2);
    scratch_reopen(&scratch);
    struct receipt receipt = get(scratch.store, 2, &arena);
    assert_int_equal(receipt.status, IMPORT_FAILED);
    assert_int_equal(receipt.parent, 7);
    assert_int_equal(receipt.bytes, 1234);
    assert_true(span_equal(receipt.source, some_failure.source));
    assert_true(span_equal(receipt.etag, some_failure.etag));
    assert_true(span_equal(receipt.version_id, some_failure.version_id));
    assert_true(span_equal(receipt.error, some_failure.error));
    assert_false(receipt.has_sha256);
    assert_false(receipt.has_progress);
    assert_int_equal(receipt.records, 0);
    assert_int_equal(receipt.last_event_ms, -1);
    assert_int_equal(find_mark(scratch.store, some_failure.object), 2);
    expect_sound(&scratch, 10);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* The sums of those that have none are not the same. */
static void test_failures_are_no_duplicates(void **state) {
    static const uint8_t zeros[SHA256_BYTES];
    struct import_facts facts = some_failure;
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    facts.object = (struct object_mark){0};
    add_failure(scratch.store, &facts, &arena);
    assert_int_equal(add_failure(scratch.store, &facts, &arena).id, 2);
    assert_int_equal(find_mark(scratch.store, some_failure.object), 0);
    assert_true(store_find_duplicate(scratch.store, zeros, &arena, &receipt, &err));
    assert_int_equal(receipt.id, 0);
    arena_clear(&arena);
    scratch_close(&scratch);
}

static void test_failure_fails(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    commits_fail(&commits, 1);
    assert_false(store_add_failure(scratch.store, &some_failure, &arena, &receipt, &err));
    assert_int_equal(find_mark(scratch.store, some_failure.object), 0);
    assert_int_equal(import_range(scratch.store, 0, 10, 0).id, 1);
    assert_int_equal(add_failure(scratch.store, &some_failure, &arena).id, 2);
    expect_sound(&scratch, 10);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* It works the next time: what is known of the object is the import that did. */
static void test_imported_after_a_failure(void **state) {
    struct import_facts facts = made_facts(0, 10, 0);
    struct scratch_store scratch;
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    add_failure(scratch.store, &some_failure, &arena);
    struct import *import = import_begin(scratch.store);
    facts.object = some_failure.object;
    made_add(import, 0, 10);
    assert_true(import_commit(import, &facts, &arena, &receipt, &err));
    assert_int_equal(receipt.id, 2);
    assert_int_equal(find_mark(scratch.store, some_failure.object), 2);
    arena_clear(&arena);
    scratch_close(&scratch);
}

/* ---- beside imports ---- */

#define EACH 60

struct beside {
    struct store *store;
    int64_t failures[EACH]; /* the numbers they got */
};

static void *add_failures(void *context) {
    struct beside *beside = context;
    struct arena arena = {0};

    for (int i = 0; i < EACH; i++)
        beside->failures[i] = add_failure(beside->store, &some_failure, &arena).id;
    arena_clear(&arena);
    return NULL;
}

/* Files, failures and progress at the same time: each gets a number of its own. */
static void test_beside_imports(void **state) {
    struct scratch_store scratch;
    struct beside beside;
    struct arena arena = {0};
    bool taken[2 * EACH + 2] = {0};
    pthread_t thread;

    (void)state;
    trained_open(&scratch);
    beside.store = scratch.store;
    struct prefix_import import = {.id = begin(scratch.store, SPAN("prefix"), &arena).id,
                                   .status = IMPORT_RUNNING};
    assert_int_equal(pthread_create(&thread, NULL, add_failures, &beside), 0);
    for (int64_t i = 0; i < EACH; i++) {
        int64_t id = import_range(scratch.store, i * 10, i * 10 + 10, 0).id;
        assert_in_range(id, 2, 2 * EACH + 1);
        assert_false(taken[id]);
        taken[id] = true;
        import.progress.files_done++;
        save(scratch.store, &import);
    }
    pthread_join(thread, NULL);
    for (int i = 0; i < EACH; i++) {
        assert_in_range(beside.failures[i], 2, 2 * EACH + 1);
        assert_false(taken[beside.failures[i]]);
        taken[beside.failures[i]] = true;
    }
    assert_int_equal(list(scratch.store, &arena).imports[0].progress.files_done, EACH);
    expect_stored(scratch.store, 0, EACH * 10);
    expect_sound(&scratch, EACH * 10);
    arena_clear(&arena);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_begins_with_nothing),
        TEST(test_goes_on_where_it_was),
        ROWS(test_status, statuses),
        TEST(test_none_to_save),
        TEST(test_disk_fails),
        TEST(test_failure),
        TEST(test_failures_are_no_duplicates),
        TEST(test_failure_fails),
        TEST(test_imported_after_a_failure),
        TEST(test_beside_imports),
    };

    return rows_run("import_progress", all, ARRAY_LENGTH(all));
}
