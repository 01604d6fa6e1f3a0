/* A connection to the store's SQLite file with its prepared statements. One thread at a time. */
#ifndef TRAILD_STORE_DATABASE_H
#define TRAILD_STORE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "store/sql.h"

struct database {
    sqlite3 *handle;
    sqlite3_stmt *statements[SQL_STATEMENT_COUNT]; /* prepared on first use */
};

enum database_mode {
    DATABASE_READ,
    DATABASE_WRITE, /* creates the file when it is missing */
};

MUST_USE bool database_open(struct database *database, const char *path, enum database_mode mode,
                            struct err *err);
void database_close(struct database *database);

/* Brings the schema up to date. ERR_INVALID when a newer version wrote it or it is no store. */
MUST_USE bool database_migrate(struct database *database, struct err *err);

/* The statement, reset and ready to bind. NULL only when the file is damaged or memory is out; then
 * `err` says so. */
MUST_USE sqlite3_stmt *database_prepare(struct database *database, enum sql sql, struct err *err);

/* Binds an integer or bytes; binding cannot fail on a valid index. Bytes are borrowed until the
 * statement ran. */
void bind_integer(sqlite3_stmt *statement, int at, int64_t value);
void bind_bytes(sqlite3_stmt *statement, int at, struct span bytes);
void bind_text(sqlite3_stmt *statement, int at, struct span text);
/* Bytes, or NULL for SPAN_NONE. */
void bind_optional(sqlite3_stmt *statement, int at, struct span bytes);

/* Runs a statement that gives no rows. */
MUST_USE bool database_run(struct database *database, sqlite3_stmt *statement, struct err *err);
/* The same for one without parameters. */
MUST_USE bool database_do(struct database *database, enum sql sql, struct err *err);

/* Steps to the next row: `*out_row` says whether there is one, and is left alone on failure. The
 * statement is reset at the end. */
MUST_USE bool database_step(struct database *database, sqlite3_stmt *statement, bool *out_row,
                            struct err *err);

/* A column of the current row; borrowed until the next step or reset. */
struct span column_bytes(sqlite3_stmt *statement, int at);
/* The same, but NULL gives SPAN_NONE. */
struct span column_optional(sqlite3_stmt *statement, int at);

/* A row's `bytes`, to be read in pieces. `*blob` is NULL at first and is taken from row to row of
 * one table; while it is open the transaction cannot end. */
MUST_USE bool database_open_blob(struct database *database, const char *table, int64_t id,
                                 sqlite3_blob **blob, struct err *err);
/* NULL is fine. */
void database_close_blob(sqlite3_blob **blob);
size_t blob_length(sqlite3_blob *blob);
/* [from, from + length) must lie in it. */
MUST_USE bool database_read_blob(struct database *database, sqlite3_blob *blob, size_t from,
                                 void *out, size_t length, struct err *err);

/* Rolls back if a transaction is open; never fails. */
void database_rollback(struct database *database);

#endif
