/* store/commit_queue.c: what becomes of commits that come together when one of them fails. */
#include "tests/rows.h"

#include <pthread.h>

#include "base/log.h"
#include "store/collection.h"
#include "store/state.h"
#include "tests/support_commits.h"

/* ---- one that fails ---- */

#define BAD_EVENTS 13

static const struct trigger_row {
    const char *name;
    const char *sql;
} triggers[] = {
    {"its receipt cannot be written",
     "CREATE TRIGGER bad BEFORE INSERT ON import WHEN NEW.records = 13"
     " BEGIN SELECT RAISE(ABORT, 'not this one'); END"},
    {"its rows cannot be written",
     "CREATE TRIGGER bad BEFORE INSERT ON pending WHEN NEW.rows = 13"
     " BEGIN SELECT RAISE(ABORT, 'not this one'); END"},
    {"it takes the transaction with it",
     "CREATE TRIGGER bad BEFORE INSERT ON import WHEN NEW.records = 13"
     " BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END"},
};

static void test_one_that_fails(void **state) {
    const struct trigger_row *row = *state;
    struct upload uploads[5] = {0};
    struct scratch_store scratch;
    struct commits commits;

    trained_open(&scratch);
    import_range(scratch.store, 1000, 1010, 0);
    commits_watch(&commits, scratch.store);
    run_sql(&scratch, row->sql);
    for (int64_t i = 0; i < 5; i++) {
        uploads[i].from = i * 100;
        uploads[i].to = i * 100 + (i == 2 ? BAD_EVENTS : 100);
    }
    run_together(&commits, uploads, 5, 0);
    assert_int_equal(commits_seen(&commits), 4);
    for (int64_t i = 0; i < 5; i++) {
        if (i == 2)
            continue;
        expect_good(&uploads[i].outcome, 100, 0);
        assert_int_equal(count_of_import(scratch.store, uploads[i].outcome.receipt.id), 100);
    }
    expect_failed(&uploads[2].outcome, ERR_INTERNAL);
    assert_non_null(strstr(uploads[2].outcome.err.text, "not this one"));
    expect_sound(&scratch, 1010);
    run_sql(&scratch, "DROP TRIGGER bad");
    assert_int_equal(import_range(scratch.store, 200, 200 + BAD_EVENTS, 0).inserted, BAD_EVENTS);
    expect_sound(&scratch, 1010);
    scratch_close(&scratch);
}

/* ---- a disk that fails ---- */

#define LOST (-1)

/* Bit 0 of `failing` is the commit that all share, the others those of each alone. */
static const struct disk_row {
    const char *name;
    uint64_t failing;
    struct {
        int64_t from;
        int64_t to;
        int64_t inserted; /* or LOST */
    } files[3];
    size_t count;
} disks[] = {
    {"once", 1, {{0, 100, 100}, {100, 200, 100}, {200, 300, 100}}, 3},
    {"for all", 15, {{0, 100, LOST}, {100, 200, LOST}, {200, 300, LOST}}, 3},
    {"for the last", 9, {{0, 100, 100}, {100, 200, 100}, {200, 300, LOST}}, 3},
    {"for the first, which others repeat", 3, {{0, 100, LOST}, {50, 150, 100}, {0, 200, 100}}, 3},
    {"for the second, which another repeats",
     5,
     {{0, 100, 100}, {50, 150, LOST}, {0, 200, 100}},
     3},
    {"for the first, and the second is the same file",
     3,
     {{0, 100, LOST}, {0, 100, 100}, {0, 101, 1}},
     3},
    {"for the first of two blocks that overlap", 3, {{0, 9000, LOST}, {4000, 13000, 9000}}, 2},
    {"for a few events that a block repeats", 3, {{0, 100, LOST}, {0, 9000, 9000}}, 2},
    {"for a block that a few events repeat", 3, {{0, 9000, LOST}, {8950, 9050, 100}}, 2},
    {"for a few events that a large file repeats", 3, {{0, 100, LOST}, {0, 20000, 20000}}, 2},
    {"for a large file that a large one repeats", 3, {{0, 17000, LOST}, {1000, 20000, 19000}}, 2},
    {"for a large file that was to give way", 5, {{0, 100, 100}, {0, 20000, LOST}}, 2},
};

static void expect_disk(struct store *store, const struct disk_row *row,
                        const struct upload *uploads) {
    for (size_t i = 0; i < row->count; i++) {
        int64_t events = row->files[i].to - row->files[i].from;
        int64_t inserted = row->files[i].inserted;
        if (inserted == LOST) {
            expect_failed(&uploads[i].outcome, ERR_INTERNAL);
            continue;
        }
        expect_good(&uploads[i].outcome, inserted, events - inserted);
        assert_int_equal(count_of_import(store, uploads[i].outcome.receipt.id), inserted);
    }
}

static void test_disk_fails(void **state) {
    const struct disk_row *row = *state;
    struct upload uploads[3] = {0};
    struct scratch_store scratch;
    struct commits commits;
    int64_t all = 0;

    trained_open(&scratch);
    import_range(scratch.store, 30000, 30010, 0);
    commits_watch(&commits, scratch.store);
    for (size_t i = 0; i < row->count; i++) {
        uploads[i].from = row->files[i].from;
        uploads[i].to = row->files[i].to;
        all += row->files[i].inserted == LOST ? 0 : row->files[i].inserted;
    }
    run_together(&commits, uploads, row->count, row->failing);
    expect_disk(scratch.store, row, uploads);
    expect_sound(&scratch, 30010);
    struct store_figures figures;
    struct err err = {0};
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_int_equal(figures.events, all + 10);
    scratch_close(&scratch);
}

/* ---- objects ---- */

#define COPIES 3

/* Objects that hold the same file, imported at the same time; the bits of `failing` as above. */
static const struct copies_row {
    const char *name;
    uint64_t failing;
    int first; /* the one that brings the events; -1: none */
} copies[] = {
    {"on a good disk", 0, 0},         {"each alone", 1, 0},         {"the first is lost", 3, 1},
    {"the first two are lost", 7, 2}, {"the second is lost", 5, 0}, {"all are lost", 15, -1},
};

/* Known are those that were stored, as what the first of them brought. */
static void expect_known(struct store *store, const struct upload *uploads, int first) {
    for (int i = 0; i < COPIES; i++) {
        const struct outcome *outcome = &uploads[i].outcome;
        int64_t import = -1;
        struct err err = {0};
        assert_true(store_find_objects(store, &uploads[i].object, 1, &import, &err));
        assert_int_equal(import, outcome->good ? uploads[first].outcome.receipt.id : 0);
        if (outcome->good)
            assert_int_equal(outcome->receipt.duplicate_of, i == first ? 0 : import);
    }
}

static void test_copies(void **state) {
    const struct copies_row *row = *state;
    struct upload uploads[COPIES] = {0};
    struct scratch_store scratch;
    struct commits commits;
    int failed = 0;

    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    for (int i = 0; i < COPIES; i++) {
        uploads[i].to = 100;
        uploads[i].object = (struct object_mark){(uint64_t)i, 7};
    }
    run_together(&commits, uploads, COPIES, row->failing);
    for (int i = 0; i < COPIES; i++) {
        assert_int_equal(uploads[i].outcome.good, (row->failing >> (i + 1) & 1) == 0);
        failed += !uploads[i].outcome.good;
    }
    expect_known(scratch.store, uploads, row->first);
    expect_stored(scratch.store, 0, failed == COPIES ? 0 : 100);
    expect_sound(&scratch, 100);
    expect_known(scratch.store, uploads, row->first);
    scratch_close(&scratch);
}

/* ---- many, while the disk fails now and then ---- */

#define SENDERS      4
#define SENDER_FILES 25
#define FILE_EVENTS  500
#define FILE_STEP    300

struct sender {
    struct store *store;
    int64_t number;
    int64_t inserted;
    int64_t failed;
    pthread_t thread;
};

/* Files that overlap their neighbours; every other sender sends the same events. */
static int64_t send_until_good(struct sender *sender, int64_t file) {
    int64_t from = (sender->number / 2 * SENDER_FILES + file) * FILE_STEP;
    struct upload upload = {.store = sender->store,
                            .from = from,
                            .to = from + (file == 7 ? 17000 : FILE_EVENTS),
                            .salt = (uint8_t)sender->number};

    run_upload(&upload);
    while (!upload.outcome.good) {
        sender->failed++;
        run_upload(&upload);
    }
    return upload.outcome.receipt.inserted;
}

static void *send_all(void *context) {
    struct sender *sender = context;

    for (int64_t file = 0; file < SENDER_FILES; file++)
        sender->inserted += send_until_good(sender, file);
    return NULL;
}

static int64_t last_event(void) {
    int64_t large = (SENDER_FILES + 7) * FILE_STEP + 17000;
    int64_t small = (2 * SENDER_FILES - 1) * FILE_STEP + FILE_EVENTS;

    return large > small ? large : small;
}

static void test_a_disk_that_fails_now_and_then(void **state) {
    struct sender senders[SENDERS];
    struct scratch_store scratch;
    struct commits commits;
    int64_t inserted = 0;
    int64_t failed = 0;

    (void)state;
    log_silence();
    trained_open(&scratch);
    commits_watch(&commits, scratch.store);
    commits_fail_one_in(&commits, 4);
    for (int64_t i = 0; i < SENDERS; i++) {
        senders[i] = (struct sender){.store = scratch.store, .number = i};
        pthread_create(&senders[i].thread, NULL, send_all, &senders[i]);
    }
    for (int64_t i = 0; i < SENDERS; i++) {
        pthread_join(senders[i].thread, NULL);
        inserted += senders[i].inserted;
        failed += senders[i].failed;
    }
    commits_fail_one_in(&commits, 0);
    assert_true(failed > 0);
    assert_int_equal(inserted, last_event());
    expect_stored(scratch.store, 0, last_event());
    scratch_reopen(&scratch); /* what could not be dropped while the disk failed is dropped now */
    expect_sound(&scratch, last_event());
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_one_that_fails, triggers),
        ROWS(test_disk_fails, disks),
        ROWS(test_copies, copies),
        TEST(test_a_disk_that_fails_now_and_then),
    };

    return rows_run("commit_queue_faults", all, ARRAY_LENGTH(all));
}
