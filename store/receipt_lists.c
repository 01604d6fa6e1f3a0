/* Pages of receipts. Each takes as long as it is, whatever there is behind it: a filter finds its
 * receipts by an index, of each status the newest. */
#include <stdlib.h>

#include "store/receipts.h"
#include "store/state.h"

/* One more than the page takes, to tell whether there are more. */
static int64_t wanted(const struct receipt_filter *filter) {
    return (int64_t)filter->limit + 1;
}

static bool list_all(struct database *database, const struct receipt_filter *filter,
                     struct arena *arena, struct receipt_page *out, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_LIST_IMPORTS, err);
    bool row = true;

    if (statement == NULL)
        return false;
    bind_integer(statement, 1, filter->before);
    bind_integer(statement, 2, wanted(filter));
    while (database_step(database, statement, &row, err) && row) {
        if (out->count == filter->limit) {
            out->more = true;
            sqlite3_reset(statement);
            return true;
        }
        out->receipts[out->count++] = receipt_from_row(statement, arena);
    }
    return !row;
}

/* ---- with a filter ---- */

/* At most so many are brought together: two of each status. */
#define LISTS (2 * (size_t)IMPORT_STATUS_COUNT)

struct id_list {
    int64_t *ids;
    size_t count;
};

static bool take_ids(struct database *database, sqlite3_stmt *statement, struct id_list *list,
                     struct err *err) {
    bool row = true;

    while (database_step(database, statement, &row, err) && row)
        list->ids[list->count++] = sqlite3_column_int64(statement, 0);
    return !row;
}

static sqlite3_stmt *ask(struct database *database, enum sql which,
                         const struct receipt_filter *filter, enum import_status status,
                         struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, which, err);

    if (statement == NULL)
        return NULL;
    bind_integer(statement, 1, status);
    bind_integer(statement, 2, filter->before);
    bind_integer(statement, 3, wanted(filter));
    return statement;
}

static bool add_of_parent(struct database *database, const struct receipt_filter *filter,
                          int64_t parent, enum import_status status, struct id_list *list,
                          struct err *err) {
    sqlite3_stmt *statement = ask(database, SQL_IMPORTS_OF_PARENT, filter, status, err);

    if (statement == NULL)
        return false;
    bind_integer(statement, 4, parent);
    return take_ids(database, statement, list, err);
}

static bool add_parts(struct database *database, const struct receipt_filter *filter,
                      enum import_status status, struct id_list *list, struct err *err) {
    sqlite3_stmt *statement = ask(database, SQL_PARTS_OF_STATUS, filter, status, err);

    return statement != NULL && take_ids(database, statement, list, err);
}

static bool add_status(struct database *database, const struct receipt_filter *filter,
                       enum import_status status, struct id_list *list, struct err *err) {
    if (filter->parent != PARENT_ANY)
        return add_of_parent(database, filter, filter->parent, status, list, err);
    return add_of_parent(database, filter, PARENT_NONE, status, list, err) &&
           add_parts(database, filter, status, list, err);
}

static int compare_newest_first(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left < right) - (left > right);
}

static bool find_ids(struct database *database, const struct receipt_filter *filter,
                     struct id_list *list, struct err *err) {
    for (int status = 0; status < IMPORT_STATUS_COUNT; status++) {
        bool asked = filter->statuses == 0 || (filter->statuses >> status & 1) != 0;
        if (asked && !add_status(database, filter, (enum import_status)status, list, err))
            return false;
    }
    if (list->count > 0)
        qsort(list->ids, list->count, sizeof(*list->ids), compare_newest_first);
    return true;
}

static bool list_some(struct reader_connection *reader, const struct receipt_filter *filter,
                      struct arena *arena, struct receipt_page *out, struct err *err) {
    struct id_list list = {0};

    list.ids = arena_new(arena, LISTS * (filter->limit + 1), sizeof(*list.ids));
    if (!reader_begin_snapshot(reader, err) || !find_ids(&reader->database, filter, &list, err))
        return false;
    out->more = list.count > filter->limit;
    out->count = out->more ? filter->limit : list.count;
    for (size_t i = 0; i < out->count; i++) {
        if (!receipt_read(&reader->database, list.ids[i], arena, &out->receipts[i], err))
            return false;
    }
    return true;
}

bool store_list_receipts(struct store *store, const struct receipt_filter *filter,
                         struct arena *arena, struct receipt_page *out, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);
    struct receipt_page page = {0};

    if (reader == NULL)
        return false;
    page.receipts = arena_new(arena, filter->limit, sizeof(*page.receipts));
    bool good = filter->parent == PARENT_ANY && filter->statuses == 0
                    ? list_all(&reader->database, filter, arena, &page, err)
                    : list_some(reader, filter, arena, &page, err);
    readers_give_back(&store->readers, reader);
    if (good)
        *out = page;
    return good;
}
