/* store/receipt_lists.c: pages of receipts, compared with a plain loop over all of them. */
#include "tests/rows.h"

#include <sqlite3.h>
#include <stdio.h>

#include "bench/corpus/dice.h"
#include "store/collection.h"
#include "store/sql.h"
#include "tests/support_stored.h"

#define RECEIPTS 300
#define PARENTS  4 /* numbers of parents are below; 0: none */

struct world {
    struct scratch_store scratch;
    int64_t parents[RECEIPTS + 1]; /* by id */
    enum import_status statuses[RECEIPTS + 1];
    int64_t count;
};

/* Brings one in, as it came: done and skipped by a commit, failed, or of many objects. */
static void add_receipt(struct world *world, enum import_status status, int64_t parent) {
    struct store *store = world->scratch.store;
    struct import_facts facts = made_facts(world->count, 0, 1);
    struct arena arena = {0};
    struct receipt receipt;
    struct err err = {0};
    bool good;

    facts.status = status;
    facts.parent = parent;
    if (status == IMPORT_DONE || status == IMPORT_SKIPPED)
        good = import_commit(import_begin(store), &facts, &arena, &receipt, &err);
    else if (status == IMPORT_FAILED)
        good = store_add_failure(store, &facts, &arena, &receipt, &err);
    else
        good = store_add_prefix_import(store, SPAN("prefix"), SPAN("s"), SPAN("{}"), &arena,
                                       &receipt, &err);
    if (!good)
        fail_msg("%s", err.text);
    struct prefix_import import = {.id = receipt.id, .status = status};
    if (receipt.has_progress && !store_save_prefix_import(store, &import, &err))
        fail_msg("%s", err.text);
    world->count++;
    assert_int_equal(receipt.id, world->count);
    world->parents[receipt.id] = receipt.has_progress ? 0 : parent;
    world->statuses[receipt.id] = status;
    arena_clear(&arena);
}

static void world_open(struct world *world) {
    struct dice dice = {5};

    *world = (struct world){0};
    trained_open(&world->scratch);
    while (world->count < RECEIPTS)
        add_receipt(world, (enum import_status)dice_below(&dice, IMPORT_STATUS_COUNT),
                    (int64_t)dice_below(&dice, PARENTS));
}

static bool is_listed(const struct world *world, const struct receipt_filter *filter, int64_t id) {
    return id < filter->before &&
           (filter->parent == PARENT_ANY || filter->parent == world->parents[id]) &&
           (filter->statuses == 0 || (filter->statuses >> world->statuses[id] & 1) != 0);
}

/* Gives the last id, or 0 when there are no more. */
static int64_t check_page(const struct world *world, const struct receipt_filter *filter) {
    struct arena arena = {0};
    struct receipt_page page;
    struct err err = {0};
    int64_t id = world->count;

    if (!store_list_receipts(world->scratch.store, filter, &arena, &page, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < page.count; i++, id--) {
        while (id > 0 && !is_listed(world, filter, id))
            id--;
        assert_int_equal(page.receipts[i].id, id);
        assert_int_equal(page.receipts[i].status, world->statuses[id]);
        assert_int_equal(page.receipts[i].parent, world->parents[id]);
        assert_int_equal(page.receipts[i].has_progress,
                         world->statuses[id] == IMPORT_QUEUED ||
                             world->statuses[id] == IMPORT_RUNNING ||
                             world->statuses[id] == IMPORT_CANCELLED);
    }
    while (id > 0 && !is_listed(world, filter, id))
        id--;
    assert_int_equal(page.more, id > 0);
    assert_true(page.count == filter->limit || !page.more);
    int64_t last = page.more ? page.receipts[page.count - 1].id : 0;
    arena_clear(&arena);
    return last;
}

static void check_pages(const struct world *world, unsigned statuses, int64_t parent,
                        size_t limit) {
    struct receipt_filter filter = {
        .before = INT64_MAX, .limit = limit, .parent = parent, .statuses = statuses};

    while (filter.before > 0)
        filter.before = check_page(world, &filter);
}

static void test_every_filter(void **state) {
    static const size_t limits[] = {1, 7, 1000};
    struct world world;

    (void)state;
    world_open(&world);
    for (unsigned statuses = 0; statuses < 1U << IMPORT_STATUS_COUNT; statuses++) {
        for (int64_t parent = PARENT_ANY; parent <= PARENTS; parent++)
            check_pages(&world, statuses, parent, limits[(statuses + (unsigned)parent + 1) % 3]);
    }
    scratch_close(&world.scratch);
}

/* ---- by an index ---- */

static const struct plan_row {
    const char *name;
    enum sql sql;
    const char *uses; /* what SQLite says of its first step */
    bool sorts;       /* which only what is listed may need */
} plans[] = {
    {"all", SQL_LIST_IMPORTS, "SEARCH i USING INTEGER PRIMARY KEY (rowid<?)", false},
    {"parts of a status", SQL_PARTS_OF_STATUS,
     "SEARCH import USING INDEX part_by_status (status=? AND rowid<?)", false},
    {"of a parent", SQL_IMPORTS_OF_PARENT,
     "SEARCH import USING COVERING INDEX import_by_parent (parent=? AND status=? AND rowid<?)",
     false},
    {"of the same bytes", SQL_FIND_IMPORT, "SEARCH i USING INDEX import_by_sha256 (sha256=?)",
     false},
    {"unfinished", SQL_UNFINISHED_IMPORTS,
     "SEARCH i USING INDEX import_by_parent (parent=? AND status=?)", true},
    {"an object", SQL_FIND_OBJECT, "SEARCH object USING PRIMARY KEY (name=? AND tag=?)", false},
    {"places", SQL_LIST_PLACES, "SEARCH place USING PRIMARY KEY (trail=?)", false},
    {"retries", SQL_LIST_RETRIES, "MERGE (UNION ALL)", false},
};

/* Nothing is read through. */
static void check_plan(sqlite3_stmt *statement, const struct plan_row *row) {
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *detail = (const char *)sqlite3_column_text(statement, 3);
    if (strncmp(detail, row->uses, strlen(row->uses)) != 0)
        fail_msg("%s", detail);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        detail = (const char *)sqlite3_column_text(statement, 3);
        if (strstr(detail, "SCAN") != NULL ||
            (!row->sorts && strstr(detail, "TEMP B-TREE") != NULL))
            fail_msg("%s", detail);
    }
}

static void test_plan(void **state) {
    const struct plan_row *row = *state;
    struct scratch_store scratch;
    char path[128];
    char text[2048];
    sqlite3 *database;
    sqlite3_stmt *statement;

    scratch_open(&scratch);
    snprintf(path, sizeof(path), "%s/traild.sqlite", scratch.directory);
    snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql_text(row->sql));
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, text, -1, &statement, NULL), SQLITE_OK);
    check_plan(statement, row);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {TEST(test_every_filter), ROWS(test_plan, plans)};

    return rows_run("receipt_lists", all, ARRAY_LENGTH(all));
}
