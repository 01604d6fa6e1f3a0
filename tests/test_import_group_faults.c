/* store/import_group.c: files that are given up, commits that fail, records that are no events, and
 * what all of them take of the memory. */
#include "tests/rows.h"

#include "store/import.h"
#include "tests/support_commits.h"
#include "tests/support_stored.h"

/* ---- giving up ---- */

/* So much of a file is there when it is given up. */
static const struct abort_row {
    const char *name;
    int64_t joined;
    int64_t begun;
} aborts[] = {
    {"at its beginning", 100, 0},
    {"in its middle", 100, 50},
    {"after those before were committed", 16000, 1000},
    {"after some of it was staged", 0, 20000},
    {"after both", 16000, 20000},
};

static void test_abort(void **state) {
    const struct abort_row *row = *state;
    struct outcome outcomes[2];
    struct scratch_store scratch;

    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    group_add(group, 0, row->joined, 1, &outcomes[0]);
    struct import *import = import_begin_in(group);
    made_add(import, row->joined, row->joined + row->begun);
    import_abort(import);
    group_add(group, row->joined, row->joined + 10, 2, &outcomes[1]);
    group_commit(group);
    import_group_abort(group);
    expect_good(&outcomes[0], row->joined, 0);
    expect_good(&outcomes[1], 10, 0);
    expect_stored(scratch.store, 0, row->joined + 10);
    expect_sound(&scratch, row->joined + 10);
    scratch_close(&scratch);
}

static void test_abort_of_all(void **state) {
    struct scratch_store scratch;
    struct outcome outcomes[2];

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    group_add(group, 0, 20000, 0, &outcomes[0]);
    group_add(group, 20000, 20010, 0, &outcomes[1]);
    import_group_abort(group);
    assert_int_equal(outcomes[0].told + outcomes[1].told, 0);
    expect_stored(scratch.store, 0, 0);
    expect_sound(&scratch, 1);
    scratch_close(&scratch);
}

/* ---- commits that fail ---- */

static const struct failure_row {
    const char *name;
    int64_t files[3]; /* events of each */
} failures[] = {
    {"small files", {10, 20, 30}},
    {"a block's worth", {6000, 7000, 10}},
    {"more than a block", {20000, 100, 50}},
};

static void add_three(struct import_group *group, const struct failure_row *row,
                      struct outcome *outcomes) {
    int64_t from = 0;

    for (size_t i = 0; i < 3; i++) {
        group_add(group, from, from + row->files[i], 0, &outcomes[i]);
        from += row->files[i];
    }
}

/* Every file hears of it, nothing is there, and the same group can try again. */
static void test_failing_commit(void **state) {
    const struct failure_row *row = *state;
    struct scratch_store scratch;
    struct commits commits;
    struct outcome outcomes[3];
    struct err err = {0};

    trained_open(&scratch);
    import_range(scratch.store, 70000, 70010, 0);
    commits_watch(&commits, scratch.store);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    add_three(group, row, outcomes);
    commits_fail(&commits, 1);
    assert_false(import_group_commit(group, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    for (size_t i = 0; i < 3; i++)
        expect_failed(&outcomes[i], ERR_INTERNAL);
    expect_stored(scratch.store, 70000, 70010);
    add_three(group, row, outcomes);
    group_commit(group);
    import_group_abort(group);
    for (size_t i = 0; i < 3; i++)
        expect_good(&outcomes[i], row->files[i], 0);
    expect_sound(&scratch, 70010);
    scratch_close(&scratch);
}

/* When those before cannot be stored, neither can this one: its events may have been left out
 * because theirs were there. */
static void test_failing_commit_of_those_before(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    struct outcome outcome;
    struct err err = {0};
    struct arena arena = {0};

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 70000, 70010, 0);
    commits_watch(&commits, scratch.store);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    group_add(group, 0, 16000, 0, &outcome);
    struct import *import = import_begin_in(group);
    made_add(import, 15900, 16384);
    commits_fail(&commits, 1);
    struct event event = made_event(16384, &arena);
    assert_false(import_add(import, &event, &err));
    expect_failed(&outcome, ERR_INTERNAL);
    import_abort(import);
    group_add(group, 15900, 16384, 0, &outcome);
    group_commit(group);
    import_group_abort(group);
    expect_good(&outcome, 484, 0);
    assert_int_equal(count_of_import(scratch.store, outcome.receipt.id), 484);
    expect_sound(&scratch, 70010);
    scratch_close(&scratch);
    arena_clear(&arena);
}

/* A block of a large file cannot be written: the file is told, and what was written goes. */
static void test_failing_stage(void **state) {
    struct scratch_store scratch;
    struct commits commits;
    struct arena arena = {0};
    struct err err = {0};
    bool good = true;

    (void)state;
    trained_open(&scratch);
    import_range(scratch.store, 70000, 70010, 0);
    commits_watch(&commits, scratch.store);
    commits_fail(&commits, 2);
    struct import *import = import_begin(scratch.store);
    for (int64_t i = 0; good && i < 60000; i++) {
        struct event event = made_event(i, &arena);
        good = import_add(import, &event, &err);
        arena_reset(&arena);
    }
    struct import_facts facts = made_facts(0, 60000, 0);
    struct receipt receipt;
    if (good)
        assert_false(import_commit(import, &facts, &arena, &receipt, &err));
    else
        import_abort(import);
    assert_int_equal(err.kind, ERR_INTERNAL);
    expect_stored(scratch.store, 70000, 70010);
    expect_sound(&scratch, 70010);
    assert_int_equal(import_range(scratch.store, 0, 60000, 0).inserted, 60000);
    expect_sound(&scratch, 70010);
    scratch_close(&scratch);
    arena_clear(&arena);
}

/* ---- records that are no events ---- */

static void reject(struct import *import, int64_t from, int64_t to, size_t bytes) {
    char *text = memory_new(bytes, 1);
    struct err err = {0};

    memset(text, 'x', bytes);
    for (int64_t i = from; i < to; i++) {
        struct rejection rejection = {i, i * 10, SPAN("no time"), {text, bytes}};
        if (!import_reject(import, &rejection, &err))
            fail_msg("%s", err.text);
    }
    free(text);
}

static void check_rejections(struct store *store, int64_t import, int64_t count, size_t bytes) {
    struct rejection_page page = {.more = true};
    int64_t seen = 0;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        assert_true(store_list_rejections(store, import, seen - 1, 1000, &arena, &page, &err));
        for (size_t i = 0; i < page.count; i++) {
            assert_int_equal(page.rejections[i].index, seen++);
            assert_int_equal(page.rejections[i].record.length, bytes);
        }
        arena_clear(&arena);
    }
    assert_int_equal(seen, count);
}

/* Events and rejected records of files that share a group; the second is more than is kept in
 * memory. */
static const struct reject_file {
    int64_t events;
    int64_t rejected;
    size_t bytes;
} reject_files[] = {{10, 3, 20}, {5, 12, 700000}, {0, 7, 30}, {3, 0, 0}, {0, 0, 0}, {8, 1, 40}};

static void test_rejected(void **state) {
    struct scratch_store scratch;
    struct outcome outcomes[ARRAY_LENGTH(reject_files)];
    int64_t from = 0;

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(reject_files); i++) {
        const struct reject_file *file = &reject_files[i];
        struct import *import = import_begin_in(group);
        made_add(import, from, from + file->events);
        reject(import, 0, file->rejected, file->bytes);
        from += file->events;
        made_join(import, 0, 0, (uint8_t)i, &outcomes[i]);
    }
    group_commit(group);
    import_group_abort(group);
    for (size_t i = 0; i < ARRAY_LENGTH(reject_files); i++) {
        const struct reject_file *file = &reject_files[i];
        expect_good(&outcomes[i], file->events, 0);
        assert_int_equal(outcomes[i].receipt.rejected, file->rejected);
        assert_int_equal(outcomes[i].receipt.records, file->events + file->rejected);
        check_rejections(scratch.store, outcomes[i].receipt.id, file->rejected, file->bytes);
    }
    expect_sound(&scratch, from);
    scratch_close(&scratch);
}

/* ---- memory ---- */

#define MANY 9000

/* Files that bring next to nothing must not gather without end. */
static void test_files_without_events(void **state) {
    struct scratch_store scratch;
    struct outcome *outcomes = memory_new(MANY, sizeof(*outcomes));

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    for (int64_t i = 0; i < MANY; i++) {
        group_add(group, i, i, 0, &outcomes[i]);
        assert_true(group->count <= GROUP_FILES_MAX);
    }
    group_commit(group);
    import_group_abort(group);
    for (int64_t i = 0; i < MANY; i++)
        expect_good(&outcomes[i], 0, 0);
    for (int64_t i = 1; i < MANY; i++)
        assert_true(outcomes[i].receipt.id > outcomes[i - 1].receipt.id);
    scratch_close(&scratch);
    free(outcomes);
}

static size_t rejected_in_memory(const struct import_group *group) {
    size_t bytes = 0;

    for (size_t i = 0; i < group->count; i++)
        bytes += group->imports[i]->rejected.bytes;
    return bytes;
}

static void test_files_of_rejected_records(void **state) {
    struct scratch_store scratch;
    struct outcome outcomes[20];

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(outcomes); i++) {
        struct import *import = import_begin_in(group);
        reject(import, 0, 5, 600000);
        made_join(import, 0, 0, (uint8_t)i, &outcomes[i]);
        assert_true(rejected_in_memory(group) < (size_t)8 * 1024 * 1024);
    }
    group_commit(group);
    import_group_abort(group);
    for (size_t i = 0; i < ARRAY_LENGTH(outcomes); i++) {
        expect_good(&outcomes[i], 0, 0);
        check_rejections(scratch.store, outcomes[i].receipt.id, 5, 600000);
    }
    expect_sound(&scratch, 1);
    scratch_close(&scratch);
}

static void test_files_that_are_given_up(void **state) {
    struct scratch_store scratch;
    struct outcome outcome;

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    group_add(group, 0, 10, 0, &outcome);
    char *large = memory_new(1, 1000000);
    for (int64_t i = 0; i < 200; i++) {
        struct import *import = import_begin_in(group);
        struct event event = {.time_ms = 100 + i, .record = {large, 1000000}};
        struct err err = {0};
        assert_true(import_add(import, &event, &err));
        import_abort(import);
        assert_true(group->batch.arena.bytes < 2 * BATCH_TEXT_BYTES);
    }
    free(large);
    group_commit(group);
    import_group_abort(group);
    expect_good(&outcome, 10, 0);
    expect_stored(scratch.store, 0, 10);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_abort, aborts),
        ROWS(test_failing_commit, failures),
        TEST(test_abort_of_all),
        TEST(test_failing_commit_of_those_before),
        TEST(test_failing_stage),
        TEST(test_rejected),
        TEST(test_files_without_events),
        TEST(test_files_of_rejected_records),
        TEST(test_files_that_are_given_up),
    };

    return rows_run("import_group_faults", all, ARRAY_LENGTH(all));
}
