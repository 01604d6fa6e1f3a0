/* store/import_group.c: files that are committed together. */
#include "tests/rows.h"

#include <pthread.h>

#include "bench/corpus/dice.h"
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

/* ---- the same again ---- */

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

int main(void) {
    const struct rows all[] = {ROWS(test_group, groups), TEST(test_by_chance),
                               TEST(test_two_at_a_time), TEST(test_the_same_file_twice)};

    return rows_run("import_group", all, ARRAY_LENGTH(all));
}
