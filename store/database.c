#include "store/database.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 10000

static bool is_no_room(int cause) {
    return cause == ENOSPC || cause == EDQUOT;
}

/* Why the file failed last. sqlite3_system_errno may tell of something that came after it. */
static bool file_was_full(const struct database *database, int which) {
    sqlite3_file *file = NULL;
    int cause = 0;

    if (sqlite3_file_control(database->handle, "main", which, &file) != SQLITE_OK || file == NULL ||
        file->pMethods == NULL)
        return false;
    return file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &cause) == SQLITE_OK &&
           is_no_room(cause);
}

/* SQLITE_FULL is a write that found no room; a quota, and what is found out later, come as these.
 */
static bool is_full(const struct database *database, int code) {
    if ((code & 0xff) == SQLITE_FULL)
        return true;
    if ((code & 0xff) == SQLITE_IOERR && is_no_room(sqlite3_system_errno(database->handle)))
        return true;
    if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_TRUNCATE)
        return false;
    return file_was_full(database, SQLITE_FCNTL_JOURNAL_POINTER) ||
           file_was_full(database, SQLITE_FCNTL_FILE_POINTER);
}

static bool fail(struct database *database, const char *what, struct err *err) {
    const char *why = database->handle != NULL ? sqlite3_errmsg(database->handle) : "no memory";
    int code = database->handle != NULL ? sqlite3_extended_errcode(database->handle) : SQLITE_NOMEM;

    if (is_full(database, code))
        return err_set(err, ERR_NO_SPACE, "the disk of the data directory is full");
    return err_set(err, ERR_INTERNAL, "store: %s: %s (SQLite code %d)", what, why, code);
}

static bool run_text(struct database *database, const char *text, struct err *err) {
    if (sqlite3_exec(database->handle, text, NULL, NULL, NULL) != SQLITE_OK)
        return fail(database, "setting up", err);
    return true;
}

static const char *settings_of(enum database_mode mode) {
    /* FULL: a commit has reached the disk before its import is acknowledged. */
    if (mode == DATABASE_WRITE)
        return "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;"
               "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;"
               "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
               /* On by default in some builds: then what is dropped is written once more. */
               "PRAGMA secure_delete = OFF;";
    return "PRAGMA query_only = ON; PRAGMA cache_size = -2000; PRAGMA trusted_schema = OFF;";
}

bool database_open(struct database *database, const char *path, enum database_mode mode,
                   struct err *err) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                (mode == DATABASE_WRITE ? SQLITE_OPEN_CREATE : 0);

    *database = (struct database){0};
    if (sqlite3_open_v2(path, &database->handle, flags, NULL) != SQLITE_OK) {
        fail(database, path, err);
        database_close(database);
        return false;
    }
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, BUSY_TIMEOUT_MS);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!run_text(database, settings_of(mode), err)) {
        err_add(err, "%s", path);
        database_close(database);
        return false;
    }
    return true;
}

void database_close(struct database *database) {
    for (int i = 0; i < SQL_STATEMENT_COUNT; i++)
        sqlite3_finalize(database->statements[i]);
    sqlite3_close(database->handle);
    *database = (struct database){0};
}

static bool read_pragma(struct database *database, const char *text, int *out, struct err *err) {
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(database->handle, text, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        sqlite3_finalize(statement);
        return fail(database, text, err);
    }
    *out = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return true;
}

static bool migrate_one(struct database *database, int from, struct err *err) {
    char version[96];

    sqlite3_snprintf(sizeof(version), version,
                     "PRAGMA user_version = %d; PRAGMA application_id = %d; COMMIT;", from + 1,
                     SQL_APPLICATION_ID);
    if (run_text(database, "BEGIN IMMEDIATE", err) &&
        run_text(database, sql_migration(from), err) && run_text(database, version, err))
        return true;
    database_rollback(database);
    return err_add(err, "migrating from version %d", from);
}

bool database_migrate(struct database *database, struct err *err) {
    int version;
    int application;

    if (!read_pragma(database, "PRAGMA user_version", &version, err) ||
        !read_pragma(database, "PRAGMA application_id", &application, err))
        return false;
    if (version > 0 && application != SQL_APPLICATION_ID)
        return err_set(err, ERR_INVALID, "the file is an SQLite database of another program");
    if (version > SQL_SCHEMA_VERSION)
        return err_set(err, ERR_INVALID,
                       "the store has version %d, written by a newer traild; this one reads up to "
                       "version %d",
                       version, SQL_SCHEMA_VERSION);
    for (; sql_migration(version) != NULL; version++) {
        if (!migrate_one(database, version, err))
            return false;
    }
    return true;
}

sqlite3_stmt *database_prepare(struct database *database, enum sql sql, struct err *err) {
    sqlite3_stmt **statement = &database->statements[sql];

    if (*statement == NULL &&
        sqlite3_prepare_v3(database->handle, sql_text(sql), -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK)
        fail(database, sql_text(sql), err);
    else
        sqlite3_reset(*statement);
    return *statement;
}

void bind_integer(sqlite3_stmt *statement, int at, int64_t value) {
    sqlite3_bind_int64(statement, at, value);
}

void bind_bytes(sqlite3_stmt *statement, int at, struct span bytes) {
    sqlite3_bind_blob64(statement, at, bytes.data == NULL ? "" : bytes.data, bytes.length,
                        SQLITE_STATIC);
}

void bind_text(sqlite3_stmt *statement, int at, struct span text) {
    sqlite3_bind_text64(statement, at, text.data == NULL ? "" : text.data, text.length,
                        SQLITE_STATIC, SQLITE_UTF8);
}

void bind_optional(sqlite3_stmt *statement, int at, struct span bytes) {
    if (bytes.data == NULL)
        sqlite3_bind_null(statement, at);
    else
        bind_bytes(statement, at, bytes);
}

bool database_step(struct database *database, sqlite3_stmt *statement, bool *out_row,
                   struct err *err) {
    int result = sqlite3_step(statement);

    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        fail(database, sqlite3_sql(statement), err);
        sqlite3_reset(statement);
        return false;
    }
    *out_row = result == SQLITE_ROW;
    if (result == SQLITE_DONE)
        sqlite3_reset(statement);
    return true;
}

bool database_run(struct database *database, sqlite3_stmt *statement, struct err *err) {
    bool row;

    return database_step(database, statement, &row, err);
}

bool database_do(struct database *database, enum sql sql, struct err *err) {
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    return statement != NULL && database_run(database, statement, err);
}

struct span column_bytes(sqlite3_stmt *statement, int at) {
    const char *data = sqlite3_column_blob(statement, at);
    int length = sqlite3_column_bytes(statement, at);

    return (struct span){data == NULL ? "" : data, (size_t)length};
}

struct span column_optional(sqlite3_stmt *statement, int at) {
    if (sqlite3_column_type(statement, at) == SQLITE_NULL)
        return SPAN_NONE;
    return column_bytes(statement, at);
}

bool database_open_blob(struct database *database, const char *table, int64_t id,
                        sqlite3_blob **blob, struct err *err) {
    int result = *blob != NULL
                     ? sqlite3_blob_reopen(*blob, id)
                     : sqlite3_blob_open(database->handle, "main", table, "bytes", id, 0, blob);

    if (result == SQLITE_OK)
        return true;
    fail(database, table, err);
    database_close_blob(blob);
    return err_add(err, "row %lld", (long long)id);
}

void database_close_blob(sqlite3_blob **blob) {
    sqlite3_blob_close(*blob);
    *blob = NULL;
}

size_t blob_length(sqlite3_blob *blob) {
    return (size_t)sqlite3_blob_bytes(blob);
}

bool database_read_blob(struct database *database, sqlite3_blob *blob, size_t from, void *out,
                        size_t length, struct err *err) {
    assert(from + length <= blob_length(blob));
    if (sqlite3_blob_read(blob, out, (int)length, (int)from) != SQLITE_OK)
        return fail(database, "reading a blob", err);
    return true;
}

void database_rollback(struct database *database) {
    if (database->handle != NULL && !sqlite3_get_autocommit(database->handle))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
}
