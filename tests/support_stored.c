#include "tests/support_stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/memory.h"

#define PAGE 6000

/* ---- reading all ---- */

/* Of every so many, since making one takes longer than storing it. */
static void check_record(const struct found *found, int64_t number) {
    struct arena arena = {0};

    if (number % 11 != 0)
        return;
    struct event event = made_event(number, &arena);
    assert_true(span_equal(found->record, event.record));
    assert_true(span_equal(found->account, event.value[ATTRIBUTE_ACCOUNT]));
    assert_int_equal(found->position.time_ms, event.time_ms);
    arena_clear(&arena);
}

static void note_arrival(struct stored *stored, const struct found *found, int64_t *last) {
    int64_t number = made_number(found->record);

    assert_in_range(number, 0, stored->limit - 1);
    assert_int_equal(stored->imports[number], 0);
    assert_true(found->position.import >= *last);
    *last = found->position.import;
    stored->imports[number] = found->position.import;
    stored->count++;
    check_record(found, number);
}

static void check_newest(struct stored *stored, const struct found *found, int64_t *last) {
    assert_int_equal(found->position.import, stored->imports[made_number(found->record)]);
    assert_true(found->position.time_ms <= *last);
    *last = found->position.time_ms;
}

typedef void note_found(struct stored *stored, const struct found *found, int64_t *last);

/* Gives how many there were. */
static int64_t walk(struct store *store, struct query *query, struct stored *stored,
                    note_found *note, int64_t last) {
    struct found_page page = {.more = true};
    int64_t count = 0;

    while (page.more) {
        struct arena arena = {0};
        struct err err = {0};
        if (!store_find(store, query, NULL, &arena, &page, &err))
            fail_msg("%s", err.text);
        for (size_t i = 0; i < page.count; i++)
            note(stored, &page.events[i], &last);
        count += (int64_t)page.count;
        if (page.count > 0)
            query->after = page.events[page.count - 1].position;
        query->resume = true;
        arena_clear(&arena);
    }
    return count;
}

static void read_arrivals(struct store *store, int64_t limit, struct stored *out) {
    struct query arrival = {.to_ms = INT64_MAX, .order = ORDER_ARRIVAL, .limit = PAGE};

    *out = (struct stored){.limit = limit};
    out->imports = memory_new((size_t)limit, sizeof(*out->imports));
    walk(store, &arrival, out, note_arrival, 0);
}

void stored_read(struct store *store, int64_t limit, struct stored *out) {
    struct query newest = {.to_ms = INT64_MAX, .order = ORDER_NEWEST_FIRST, .limit = PAGE};

    read_arrivals(store, limit, out);
    assert_int_equal(walk(store, &newest, out, check_newest, INT64_MAX), out->count);
}

void stored_clear(struct stored *stored) {
    free(stored->imports);
    *stored = (struct stored){0};
}

void expect_stored(struct store *store, int64_t from, int64_t to) {
    struct stored stored;

    stored_read(store, to, &stored);
    for (int64_t i = 0; i < to; i++)
        assert_int_equal(stored.imports[i] != 0, i >= from);
    stored_clear(&stored);
}

static void count_only(struct stored *stored, const struct found *found, int64_t *last) {
    (void)stored;
    (void)found;
    (void)last;
}

int64_t count_of_import(struct store *store, int64_t import) {
    struct test test = {ATTRIBUTE_IMPORT, {.kind = MATCH_NUMBER, .number = import}};
    struct alternative alternative = {{test}, 1};
    struct condition condition = {false, &alternative, 1};
    struct query query = {
        .to_ms = INT64_MAX, .conditions = &condition, .condition_count = 1, .limit = PAGE};

    return walk(store, &query, NULL, count_only, 0);
}

/* ---- the file itself ---- */

static sqlite3 *open_file(const struct scratch_store *scratch) {
    char path[128];
    sqlite3 *database;

    snprintf(path, sizeof(path), "%s/traild.sqlite", scratch->directory);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    return database;
}

void run_sql(const struct scratch_store *scratch, const char *sql) {
    sqlite3 *database = open_file(scratch);

    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static struct scratch_store trained; /* made once */

static void remove_trained(void) {
    remove_directory(trained.directory);
}

static void train(void) {
    scratch_open(&trained);
    import_range(trained.store, 0, 9000, 0);
    store_close(trained.store);
    trained.store = NULL;
    atexit(remove_trained);
}

void trained_open(struct scratch_store *scratch) {
    char sql[256];

    if (trained.directory[0] == '\0')
        train();
    scratch_open(scratch);
    store_close(scratch->store);
    snprintf(sql, sizeof(sql),
             "ATTACH '%s/traild.sqlite' AS trained;"
             "INSERT INTO dictionary SELECT * FROM trained.dictionary",
             trained.directory);
    run_sql(scratch, sql);
    scratch->store = NULL;
    scratch_reopen(scratch);
}

/* Each gives one row, which must say this. */
static const struct {
    const char *sql;
    const char *answer;
} soundness[] = {
    {"PRAGMA integrity_check", "ok"},
    {"SELECT count(*) FROM block WHERE staging <> 0", "0"},
    {"SELECT count(*) FROM rejecting", "0"},
    {"SELECT (SELECT coalesce(sum(rows), 0) FROM block) + (SELECT coalesce(sum(rows), 0)"
     " FROM pending) - (SELECT coalesce(sum(inserted), 0) FROM import)",
     "0"},
    {"SELECT count(*) FROM import WHERE records <> inserted + duplicates + rejected", "0"},
    {"SELECT (SELECT count(*) FROM rejected) - (SELECT coalesce(sum(rejected), 0) FROM import)",
     "0"},
    /* Each file of made_facts is an object of its own, and has a mark when it is stored. */
    {"SELECT count(*) FROM object WHERE import NOT IN (SELECT id FROM import)", "0"},
    {"SELECT count(*) FROM import WHERE sha256 IS NOT NULL"
     " AND id NOT IN (SELECT import FROM object)",
     "0"},
    {"SELECT count(*) FROM progress WHERE import NOT IN (SELECT id FROM import)", "0"},
    {"SELECT count(*) FROM part WHERE id >> 6 NOT IN (SELECT id FROM block)", "0"},
    {"SELECT count(*) FROM chunk WHERE id >> 8 NOT IN (SELECT id FROM block)", "0"},
};

static void check_answer(sqlite3 *database, const char *sql, const char *answer) {
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    if (strcmp((const char *)sqlite3_column_text(statement, 0), answer) != 0)
        fail_msg("%s: %s, not %s", sql, sqlite3_column_text(statement, 0), answer);
    sqlite3_finalize(statement);
}

static void check_file(const struct scratch_store *scratch) {
    sqlite3 *database = open_file(scratch);

    for (size_t i = 0; i < ARRAY_LENGTH(soundness); i++)
        check_answer(database, soundness[i].sql, soundness[i].answer);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

void expect_sound(struct scratch_store *scratch, int64_t limit) {
    struct stored before;
    struct stored after;

    read_arrivals(scratch->store, limit, &before);
    store_close(scratch->store);
    check_file(scratch);
    scratch->store = NULL;
    scratch_reopen(scratch);
    read_arrivals(scratch->store, limit, &after);
    assert_int_equal(after.count, before.count);
    assert_memory_equal(after.imports, before.imports, (size_t)limit * sizeof(*after.imports));
    stored_clear(&before);
    stored_clear(&after);
}

/* ---- groups ---- */

void note_outcome(void *context, void *ticket, const struct receipt *receipt,
                  const struct err *err) {
    struct outcome *outcome = ticket;

    (void)context;
    outcome->told++;
    outcome->good = receipt != NULL;
    if (receipt == NULL) {
        outcome->err = *err;
        return;
    }
    outcome->receipt = *receipt;
    outcome->receipt.source = SPAN_NONE;
    outcome->receipt.kind = SPAN_NONE;
}

void made_join(struct import *import, int64_t from, int64_t to, uint8_t salt,
               struct outcome *outcome) {
    struct import_facts facts = made_facts(from, to, salt);
    struct err err = {0};

    *outcome = (struct outcome){0};
    if (!import_join(import, &facts, outcome, &err))
        fail_msg("%s", err.text);
}

void group_add(struct import_group *group, int64_t from, int64_t to, uint8_t salt,
               struct outcome *outcome) {
    struct import *import = import_begin_in(group);

    made_add(import, from, to);
    made_join(import, from, to, salt, outcome);
}

void group_commit(struct import_group *group) {
    struct err err = {0};

    if (!import_group_commit(group, &err))
        fail_msg("%s", err.text);
}

void expect_good(const struct outcome *outcome, int64_t inserted, int64_t duplicates) {
    assert_int_equal(outcome->told, 1);
    if (!outcome->good)
        fail_msg("%s", outcome->err.text);
    assert_true(outcome->receipt.id > 0);
    assert_int_equal(outcome->receipt.duplicate_of, 0);
    assert_int_equal(outcome->receipt.inserted, inserted);
    assert_int_equal(outcome->receipt.duplicates, duplicates);
}

void expect_failed(const struct outcome *outcome, enum err_kind kind) {
    assert_int_equal(outcome->told, 1);
    assert_false(outcome->good);
    assert_int_equal(outcome->err.kind, kind);
}
