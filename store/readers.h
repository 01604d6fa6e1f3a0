/* Connections for reading, each used by one thread at a time and kept for the next, and what they
 * share. */
#ifndef TRAILD_STORE_READERS_H
#define TRAILD_STORE_READERS_H

#include <pthread.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/compress.h"
#include "store/database.h"
#include "store/part_cache.h"

struct reader_connection {
    struct database database;
    struct decompressor decompressor;
    struct arena scratch;     /* for what is looked at and let go; reset between uses */
    struct part_cache *parts; /* borrowed: that of all readers */
    sqlite3_stmt
        *snapshot; /* while it stands on its row, all others read the same state; or NULL */
    struct reader_connection *next;
};

struct readers {
    pthread_mutex_t lock;
    char *path; /* of the database; owned */
    struct part_cache *parts;
    struct reader_connection *idle;
};

void readers_init(struct readers *readers, const char *path);
void readers_close(struct readers *readers); /* all must have been given back */

/* An idle connection or a new one; NULL on failure. */
struct reader_connection *readers_take(struct readers *readers, struct err *err);
/* What the reader sees stays as it is from now on, and `statement`, which is the reader's and has
 * just given its row, is left alone until the end. Cheaper than a transaction. */
void reader_hold_snapshot(struct reader_connection *reader, sqlite3_stmt *statement);
/* The same when no statement is at hand. */
MUST_USE bool reader_begin_snapshot(struct reader_connection *reader, struct err *err);
void reader_end_snapshot(struct reader_connection *reader);

/* Ends its snapshot, if any. */
void readers_give_back(struct readers *readers, struct reader_connection *reader);

#endif
