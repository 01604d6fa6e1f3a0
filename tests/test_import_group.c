/* store/import_group.c: files that are committed together. */
#include "tests/rows.h"

#include <pthread.h>

#include "bench/corpus/dice.h"
#include "store/import.h"
#include "tests/support_commits.h"
#include "tests/support_stored.h"

#define FILES_MAX 6

/* Events [from, to), and behind them the first `again` of them once more. */
struct file {
    int64_t from;
    int64_t to;
    int64_t again;
    int64_t inserted;
};

static const struct group_row {
    const char *name;
    struct file before; /* imported alone; nothing when it ends at 0 */
    struct file files[FILES_MAX];
    size_t count;
} groups[] = {
    {"one small file", {0}, {{0, 50, 0, 50}}, 1},
    {"files that fit into a block", {0}, {{0, 5000, 0, 5000}, {5000, 10000, 0, 5000}}, 2},
    {"files that fill a block to the row",
     {0},
     {{0, 16000, 0, 16000}, {16000, 16384, 0, 384}, {16384, 16385, 0, 1}},
     3},
    {"a row too many", {0}, {{0, 16383, 0, 16383}, {16383, 16385, 0, 2}}, 2},
    {"carried over again and again",
     {0},
     {{0, 16383, 0, 16383},
      {16383, 32767, 0, 16384},
      {32767, 49152, 0, 16385},
      {49152, 49153, 0, 1}},
     4},
    {"a large file between small ones",
     {0},
     {{0, 100, 0, 100}, {100, 34000, 0, 33900}, {34000, 34100, 0, 100}},
     3},
    {"small files that repeat what a large one brought",
     {0},
     {{0, 34000, 0, 34000}, {0, 100, 0, 0}, {33950, 34050, 0, 50}, {20000, 20001, 0, 0}},
     4},
    {"a large file that repeats small ones",
     {0},
     {{0, 100, 0, 100}, {200, 300, 0, 100}, {0, 20000, 0, 19800}},
     3},
    {"two large files that overlap", {0}, {{0, 20000, 0, 20000}, {10000, 30000, 0, 10000}}, 2},
    {"a large file that repeats its beginning at its end", {0}, {{0, 34000, 9000, 34000}}, 1},
    {"the same behind a small file", {0}, {{40000, 40100, 0, 100}, {0, 20000, 9000, 20000}}, 2},
    {"the same behind empty files", {0}, {{0, 0, 0, 0}, {1, 1, 0, 0}, {0, 20000, 9000, 20000}}, 3},
    {"the same behind a file that is known",
     {40000, 40100, 0, 100},
     {{40000, 40100, 0, 0}, {0, 20000, 9000, 20000}},
     2},
    {"the same event in every file",
     {0},
     {{0, 10, 5, 10}, {9, 19, 0, 9}, {0, 20, 0, 1}, {0, 21, 0, 1}},
     4},
    {"half of it is stored already",
     {0, 20000, 0, 20000},
     {{10000, 30000, 0, 10000}, {29000, 31000, 0, 1000}},
     2},
    {"all of it is stored already",
     {0, 20000, 0, 20000},
     {{0, 9000, 0, 0}, {9000, 18000, 0, 0}, {1, 2, 0, 0}},
     3},
    {"too little of it is new for a block",
     {0, 20000, 0, 20000},
     {{11000, 20100, 0, 100}, {20050, 20150, 0, 50}},
     2},
    {"empty files", {0}, {{0, 0, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}}, 3},
    {"empty files around one", {0}, {{0, 0, 0, 0}, {0, 9000, 0, 9000}, {1, 1, 0, 0}}, 3},
};

static void add_file(struct import_group *group, const struct file *file, uint8_t salt,
                     struct outcome *outcome) {
    struct import *import = import_begin_in(group);

    made_add(import, file->from, file->to);
    made_add(import, file->from, file->from + file->again);
    made_join(import, file->from, file->to, salt, outcome);
}

static bool is_known(const struct group_row *row, const struct file *file) {
    return row->before.to > 0 && row->before.from == file->from && row->before.to == file->to;
}

static void check_file(struct store *store, const struct group_row *row, const struct file *file,
                       const struct outcome *outcome) {
    int64_t events = file->to - file->from;

    if (is_known(row, file)) {
        assert_true(outcome->good);
        assert_int_equal(outcome->receipt.duplicate_of, 1);
        assert_int_equal(outcome->receipt.duplicates, events);
        return;
    }
    expect_good(outcome, file->inserted, events + file->again - file->inserted);
    assert_int_equal(outcome->receipt.records, events + file->again);
    assert_int_equal(outcome->receipt.first_event_ms, events == 0 ? -1 : made_time(file->from));
    assert_int_equal(outcome->receipt.last_event_ms, events == 0 ? -1 : made_time(file->to - 1));
    assert_int_equal(count_of_import(store, outcome->receipt.id), file->inserted);
}

static void check_ids_rise(const struct outcome *outcomes, size_t count) {
    for (size_t i = 1; i < count; i++)
        assert_true(outcomes[i].receipt.id > outcomes[i - 1].receipt.id);
}

static void test_group(void **state) {
    const struct group_row *row = *state;
    struct outcome outcomes[FILES_MAX];
    struct scratch_store scratch;
    struct stored stored;
    int64_t inserted = row->before.inserted;

    trained_open(&scratch);
    if (row->before.to > 0)
        import_range(scratch.store, row->before.from, row->before.to, 0);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    for (size_t i = 0; i < row->count; i++)
        add_file(group, &row->files[i], 0, &outcomes[i]);
    group_commit(group);
    import_group_abort(group);
    for (size_t i = 0; i < row->count; i++) {
        check_file(scratch.store, row, &row->files[i], &outcomes[i]);
        inserted += row->files[i].inserted;
    }
    check_ids_rise(outcomes, row->count);
    stored_read(scratch.store, 70000, &stored);
    assert_int_equal(stored.count, inserted);
    stored_clear(&stored);
    expect_sound(&scratch, 70000);
    scratch_close(&scratch);
}

/* ---- by chance, beside a plain account of it ---- */

#define CHANCE_EVENTS 30000

struct account {
    bool seen[CHANCE_EVENTS];
    int64_t distinct;
    int64_t inserted;
    int64_t told;
    int64_t joined;
};

static void count_outcome(void *context, void *ticket, const struct receipt *receipt,
                          const struct err *err) {
    struct account *account = context;

    (void)ticket;
    if (receipt == NULL)
        fail_msg("%s", err->text);
    account->told++;
    account->inserted += receipt->inserted;
}

static void note_seen(struct account *account, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        account->distinct += !account->seen[i];
        account->seen[i] = true;
    }
}

static int64_t draw_size(struct dice *dice) {
    static const int64_t sizes[] = {0, 1, 2, 60, 700, 3000, 9000, 17000};

    return sizes[dice_below(dice, ARRAY_LENGTH(sizes))];
}

/* One file of two stretches, which may be aborted in the middle or at the end. */
static void draw_file(struct import_group *group, struct dice *dice, struct account *account,
                      uint8_t salt) {
    struct import *import = import_begin_in(group);
    struct import_facts facts = made_facts(salt, salt, salt);
    int64_t from[2];
    int64_t to[2];
    struct err err = {0};

    for (size_t i = 0; i < 2; i++) {
        int64_t size = draw_size(dice);
        from[i] = (int64_t)dice_below(dice, (uint64_t)(CHANCE_EVENTS - size));
        to[i] = from[i] + size;
        made_add(import, from[i], to[i]);
        if (dice_one_in(dice, 8)) {
            import_abort(import);
            return;
        }
    }
    assert_true(import_join(import, &facts, NULL, &err));
    account->joined++;
    for (size_t i = 0; i < 2; i++)
        note_seen(account, from[i], to[i]);
}

static void check_account(struct scratch_store *scratch, const struct account *account) {
    struct stored stored;

    assert_int_equal(account->told, account->joined);
    assert_int_equal(account->inserted, account->distinct);
    stored_read(scratch->store, CHANCE_EVENTS, &stored);
    assert_int_equal(stored.count, account->distinct);
    for (int64_t i = 0; i < CHANCE_EVENTS; i++)
        assert_int_equal(stored.imports[i] != 0, account->seen[i]);
    stored_clear(&stored);
    expect_sound(scratch, CHANCE_EVENTS);
}

static void test_by_chance(void **state) {
    struct account *account = memory_new(1, sizeof(*account));
    struct scratch_store scratch;
    struct dice dice = {4711};

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, count_outcome, account);
    for (uint8_t i = 0; i < 40; i++) {
        draw_file(group, &dice, account, i);
        if (dice_one_in(&dice, 10))
            group_commit(group);
    }
    group_commit(group);
    import_group_abort(group);
    check_account(&scratch, account);
    scratch_close(&scratch);
    free(account);
}

/* ---- two at a time ---- */

#define SHARED_EVENTS 40000

/* One goes up over the events, the other down, so that they meet in every file of the middle. */
struct loading {
    struct store *store;
    bool down;
    struct account *account;
    pthread_t thread;
};

static void *load(void *context) {
    static const int64_t sizes[] = {100, 5000, 60, 17000, 900, 0, 1};
    struct loading *loading = context;
    struct import_group *group =
        import_group_begin(loading->store, count_outcome, loading->account);
    int64_t from = 0;

    for (uint8_t i = 0; from < SHARED_EVENTS; i++) {
        int64_t size = sizes[i % ARRAY_LENGTH(sizes)];
        int64_t to = from + size < SHARED_EVENTS ? from + size : SHARED_EVENTS;
        struct import *import = import_begin_in(group);
        if (loading->down)
            made_add(import, SHARED_EVENTS - to, SHARED_EVENTS - from);
        else
            made_add(import, from, to);
        struct import_facts facts = made_facts(loading->down, i, 0);
        struct err err = {0};
        assert_true(import_join(import, &facts, NULL, &err));
        loading->account->joined++;
        from = to;
    }
    group_commit(group);
    import_group_abort(group);
    return NULL;
}

static void test_two_at_a_time(void **state) {
    struct account *accounts = memory_new(2, sizeof(*accounts));
    struct loading loadings[2];
    struct scratch_store scratch;

    (void)state;
    trained_open(&scratch);
    for (size_t i = 0; i < 2; i++) {
        loadings[i] = (struct loading){scratch.store, i == 1, &accounts[i], 0};
        assert_int_equal(pthread_create(&loadings[i].thread, NULL, load, &loadings[i]), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(loadings[i].thread, NULL);
        assert_int_equal(accounts[i].told, accounts[i].joined);
    }
    assert_int_equal(accounts[0].inserted + accounts[1].inserted, SHARED_EVENTS);
    expect_stored(scratch.store, 0, SHARED_EVENTS);
    expect_sound(&scratch, SHARED_EVENTS);
    scratch_close(&scratch);
    free(accounts);
}

/* ---- what goes wrong ---- */

static void test_the_same_file_twice(void **state) {
    struct scratch_store scratch;
    struct outcome outcomes[3];

    (void)state;
    trained_open(&scratch);
    struct import_group *group = import_group_begin(scratch.store, note_outcome, NULL);
    group_add(group, 0, 9000, 0, &outcomes[0]);
    group_add(group, 0, 9000, 0, &outcomes[1]);
    group_add(group, 9000, 9010, 0, &outcomes[2]);
    group_commit(group);
    import_group_abort(group);
    expect_good(&outcomes[0], 9000, 0);
    expect_good(&outcomes[2], 10, 0);
    assert_int_equal(outcomes[1].told, 1);
    assert_int_equal(outcomes[1].receipt.duplicate_of, outcomes[0].receipt.id);
    assert_int_equal(outcomes[1].receipt.inserted, 0);
    assert_int_equal(outcomes[1].receipt.duplicates, 9000);
    assert_int_equal(count_of_import(scratch.store, outcomes[2].receipt.id), 10);
    expect_sound(&scratch, 9010);
    scratch_close(&scratch);
}

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
    check_ids_rise(outcomes, MANY);
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
        ROWS(test_group, groups),
        ROWS(test_abort, aborts),
        ROWS(test_failing_commit, failures),
        TEST(test_by_chance),
        TEST(test_two_at_a_time),
        TEST(test_the_same_file_twice),
        TEST(test_abort_of_all),
        TEST(test_failing_commit_of_those_before),
        TEST(test_failing_stage),
        TEST(test_rejected),
        TEST(test_files_without_events),
        TEST(test_files_of_rejected_records),
        TEST(test_files_that_are_given_up),
    };

    return rows_run("import_group", all, ARRAY_LENGTH(all));
}
