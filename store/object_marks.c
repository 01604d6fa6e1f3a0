#include "store/object_marks.h"

#include "base/hash.h"
#include "store/collection.h"
#include "store/transaction.h"

/* One each: what is equal by chance in one way is not in another. */
#define SEED_BUCKET 1
#define SEED_NAME   2
#define SEED_ETAG   3

struct object_mark object_mark_of(struct span bucket, struct span key, struct span etag) {
    struct span folder = SPAN("");
    struct span name = key;
    struct object_mark mark;

    if (etag.length == 0)
        return (struct object_mark){0};
    (void)!span_cut_last(key, '/', &folder, &name);
    mark.name = hash_bytes(folder, hash_bytes(bucket, SEED_BUCKET)) >> 32 << 32 |
                hash_bytes(name, SEED_NAME) >> 32;
    mark.tag = hash_bytes(etag, SEED_ETAG);
    if (mark.tag == 0) /* which says that there is no mark */
        mark.tag = 1;
    return mark;
}

static void bind_mark(sqlite3_stmt *statement, struct object_mark mark) {
    bind_integer(statement, 1, (int64_t)mark.name);
    bind_integer(statement, 2, (int64_t)mark.tag);
}

bool object_mark_write(struct database *database, struct object_mark mark, int64_t import,
                       struct err *err) {
    if (mark.tag == 0)
        return true;
    sqlite3_stmt *statement = database_prepare(database, SQL_ADD_OBJECT, err);
    if (statement == NULL)
        return false;
    bind_mark(statement, mark);
    bind_integer(statement, 3, import);
    return database_run(database, statement, err);
}

bool store_mark_object(struct store *store, struct object_mark mark, int64_t import,
                       struct err *err) {
    struct transaction transaction;

    if (mark.tag == 0)
        return true;
    if (!transaction_begin(&transaction, store, err))
        return false;
    bool good = object_mark_write(&store->writer, mark, import, err);
    return transaction_end(&transaction, good, err);
}

/* ---- finding ---- */

static bool find_object(struct database *database, struct object_mark mark, int64_t *out,
                        struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, SQL_FIND_OBJECT, err);
    bool row;

    if (statement == NULL)
        return false;
    bind_mark(statement, mark);
    if (!database_step(database, statement, &row, err))
        return false;
    *out = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return true;
}

static bool find_objects(struct reader_connection *reader, const struct object_mark *marks,
                         size_t count, int64_t *out_imports, struct err *err) {
    bool good = reader_begin_snapshot(reader, err);

    for (size_t i = 0; good && i < count; i++) {
        out_imports[i] = 0;
        if (marks[i].tag != 0)
            good = find_object(&reader->database, marks[i], &out_imports[i], err);
    }
    return good;
}

bool store_find_objects(struct store *store, const struct object_mark *marks, size_t count,
                        int64_t *out_imports, struct err *err) {
    struct reader_connection *reader = readers_take(&store->readers, err);

    if (reader == NULL)
        return false;
    bool good = find_objects(reader, marks, count, out_imports, err);
    readers_give_back(&store->readers, reader);
    return good;
}
