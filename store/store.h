/* The door to events at rest: open, import, find, receipts, close. What collecting from S3 has to
 * remember beside them is behind a second one, collection.h.
 *
 * One directory holds everything; one process at a time has it open. Any thread may call any
 * function; a `struct import` belongs to one thread at a time. What a function hands out in an
 * arena lives as long as that arena.
 *
 * Where to look behind it: the way in is import*, batch, duplicates, commit_queue, open_block,
 * builders, receipts; the form at rest block*, column, frame_codec, uuids, hash_index, compress,
 * dictionaries; keeping it in order tidy, overlap, merge, slices; the way out find*, evaluate,
 * match, presence, part_cache, frames, row_hashes, records; what is remembered of S3 object_marks,
 * import_progress, trail_rows, retry_rows. */
#ifndef TRAILD_STORE_STORE_H
#define TRAILD_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sha256.h"
#include "store/event.h"
#include "store/query.h"

struct store;

/* Creates the directory and the store when they are missing, brings an older store up to date, and
 * drops what an interrupted import left behind. Fails with ERR_BUSY when another process has the
 * directory open, and with ERR_INVALID when a newer version wrote it. */
MUST_USE bool store_open(const char *directory, struct store **out, struct err *err);

/* Imports, finds and tidying must have ended; waits until the threads that build blocks have built
 * what was handed to them. NULL is fine. */
void store_close(struct store *store);

/* Borrowed; for temporary files that must be on the same disk. */
const char *store_directory(const struct store *store);

/* A random number given to the store when it was made: tells cursors of another store. */
uint64_t store_identity(const struct store *store);

/* ---- imports: all of a file or nothing ---- */

/* In the order of their numbers, which are stored; the words are part of the API. Skipped: it was
 * recognised as something else than a log file, and nothing was stored. Queued, running and
 * cancelled are only imports of many objects (collection.h). */
#define IMPORT_STATUSES(X)                                                                         \
    X(IMPORT_DONE, "done")                                                                         \
    X(IMPORT_SKIPPED, "skipped")                                                                   \
    X(IMPORT_QUEUED, "queued")                                                                     \
    X(IMPORT_RUNNING, "running")                                                                   \
    X(IMPORT_FAILED, "failed")                                                                     \
    X(IMPORT_CANCELLED, "cancelled")

enum import_status {
#define IMPORT_STATUS_NAME(name, text) name,
    IMPORT_STATUSES(IMPORT_STATUS_NAME)
#undef IMPORT_STATUS_NAME
    IMPORT_STATUS_COUNT
};

const char *import_status_text(enum import_status status);

/* An object of S3 with its content, as hashes: `name` of bucket and key, so that those of one
 * folder lie side by side, `tag` of the ETag. A tag of 0: no object. Made by object_mark_of
 * (collection.h). */
struct object_mark {
    uint64_t name;
    uint64_t tag;
};

/* What is known of a file when it has been read to its end. Spans are borrowed. */
struct import_facts {
    struct span source; /* where it came from, for people: a path, a URI, "upload" */
    struct span kind;   /* what it turned out to be: a word of ingest/shape.h */
    enum import_status status;
    int64_t parent;               /* import that this one is part of, or 0 */
    uint8_t sha256[SHA256_BYTES]; /* of the bytes as they came */
    int64_t bytes;                /* how many came */
    struct object_mark object;    /* is known from the commit on, also when the bytes were before */
    struct span etag;             /* of an object of S3, without quotes; else SPAN_NONE */
    struct span version_id;       /* likewise, in a bucket with versions */
    struct span error;            /* why it failed, for store_add_failure; else SPAN_NONE */
};

/* How far an import of many objects has come. Its events are those that its files brought. */
struct import_progress {
    int64_t files_listed; /* so far, without those that are not wanted */
    int64_t files_done;
    int64_t files_known;   /* imported before */
    int64_t files_skipped; /* no log files */
    int64_t files_failed;
    int64_t bytes_listed;
    int64_t bytes_done; /* of files that are finished, however they ended */
    int64_t records;
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
    int64_t started_ms; /* 0: not yet */
    int64_t ended_ms;   /* 0: not yet */
};

/* Files that have ended, in whatever way. */
static inline int64_t import_progress_files(const struct import_progress *progress) {
    return progress->files_done + progress->files_known + progress->files_skipped +
           progress->files_failed;
}

/* Spans are in the arena that the receipt was read into. */
struct receipt {
    int64_t id; /* from 1 upwards in the order of commits; some numbers may be left out */
    int64_t parent;
    struct span source;
    struct span kind;
    enum import_status status;
    bool has_sha256; /* not when it is of many objects, or failed */
    uint8_t sha256[SHA256_BYTES];
    int64_t bytes;
    int64_t records; /* inserted + duplicates + rejected; 0 when it is of many objects, or failed */
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
    int64_t first_event_ms; /* of all its events, duplicates too; -1 without any */
    int64_t last_event_ms;
    int64_t received_ms;
    int64_t duplicate_of; /* id of the receipt of the very same bytes, or 0; never stored */
    struct span etag;     /* these three may be SPAN_NONE */
    struct span version_id;
    struct span error;
    bool has_progress; /* it is of many objects, which have receipts of their own */
    struct import_progress progress;
    struct span skipped; /* of prefix_import, see store/collection.h; or SPAN_NONE */
};

struct rejection {
    int64_t index;  /* record number in the file, from 0 */
    int64_t offset; /* of its first byte in the inflated text */
    struct span reason;
    struct span record; /* its bytes */
};

struct import;

/* Begins an import. Cheap; holds no lock or transaction. */
struct import *import_begin(struct store *store);

/* Copies the event. May write what has gathered to disk, unseen by readers until the commit; that
 * goes on beside the caller, and what goes wrong with it is told by a later call. */
MUST_USE bool import_add(struct import *import, const struct event *event, struct err *err);

/* Keeps a record that is no event, with the reason. Over LIMIT_REJECTED_PER_FILE or
 * LIMIT_REJECTED_BYTES: ERR_UNREADABLE. */
MUST_USE bool import_reject(struct import *import, const struct rejection *rejection,
                            struct err *err);

/* Makes all of it visible and durable at once, frees the import, and gives its receipt. When a file
 * of the same sha256 was imported before, stores nothing and gives that file's receipt with
 * `duplicate_of` set, `inserted` 0 and `duplicates` as many as it had events. On failure the import
 * is gone too and nothing is stored. Commits that come at the same time share one write to disk. */
MUST_USE bool import_commit(struct import *import, const struct import_facts *facts,
                            struct arena *arena, struct receipt *out, struct err *err);

/* Drops it; NULL is fine. */
void import_abort(struct import *import);

/* ---- groups: many files when nobody waits for each ---- */

/* Files that gather until they fill a block, and are committed together then: a block holds what
 * lay side by side, and none goes through the pending table. Of one thread at a time. */
struct import_group;

/* What has become of one file: its receipt (until the function returns), or NULL and why. */
typedef void import_done(void *context, void *ticket, const struct receipt *receipt,
                         const struct err *err);

struct import_group *import_group_begin(struct store *store, import_done *done, void *context);

/* The next file; the one before has joined or was aborted. */
struct import *import_begin_in(struct import_group *group);

/* Ends a file of a group: it is stored with one of the next commits, which tells by `done` with
 * this ticket; that may be before this returns. On failure the import is gone. */
MUST_USE bool import_join(struct import *import, const struct import_facts *facts, void *ticket,
                          struct err *err);

/* Stores what has joined, all or nothing, and tells. The group may go on then. */
MUST_USE bool import_group_commit(struct import_group *group, struct err *err);

/* Whether what has joined is enough for a block. */
bool import_group_fills_block(const struct import_group *group);

/* Frees it. What has joined and is not committed is dropped, untold. */
void import_group_abort(struct import_group *group);

/* ---- receipts ---- */

/* `duplicate_of` set as in import_commit when the bytes were imported before; `out->id` 0 when not.
 */
MUST_USE bool store_find_duplicate(struct store *store, const uint8_t sha256[SHA256_BYTES],
                                   struct arena *arena, struct receipt *out, struct err *err);

/* ERR_NOT_FOUND when there is none with this id. */
MUST_USE bool store_get_receipt(struct store *store, int64_t id, struct arena *arena,
                                struct receipt *out, struct err *err);

struct receipt_page {
    struct receipt *receipts;
    size_t count;
    bool more;
};

#define PARENT_ANY  INT64_C(-1)
#define PARENT_NONE INT64_C(0)

/* Which receipts to list. */
struct receipt_filter {
    int64_t before; /* ids below; INT64_MAX: from the newest */
    size_t limit;
    int64_t parent;    /* the parts of this import; PARENT_NONE: what is no part of another; or
                          PARENT_ANY */
    unsigned statuses; /* bit 1 << IMPORT_...; 0: any */
};

/* Newest first; takes as long whatever there is. */
MUST_USE bool store_list_receipts(struct store *store, const struct receipt_filter *filter,
                                  struct arena *arena, struct receipt_page *out, struct err *err);

struct rejection_page {
    struct rejection *rejections;
    size_t count;
    bool more;
};

/* By index, upwards, behind `after` (-1: from the first). A page also ends at LIMIT_PAGE_BYTES.
 * ERR_NOT_FOUND when there is no such import. */
MUST_USE bool store_list_rejections(struct store *store, int64_t import, int64_t after,
                                    size_t limit, struct arena *arena, struct rejection_page *out,
                                    struct err *err);

/* ---- reading events ---- */

/* How much a find may do. */
struct find_budget {
    int64_t blocks;            /* more than it may evaluate give ERR_BUDGET; 0: any number */
    int64_t reads;             /* once so many were not in memory, a further one does; 0: any */
    int64_t deadline_ms;       /* monotonic; ERR_TIMEOUT behind it; 0: none */
    const atomic_bool *cancel; /* ERR_CANCELLED once true; may be NULL */
};

struct found {
    struct position position;
    struct span account; /* as it was stored; the other values are picked from the record again */
    struct span record;  /* verbatim */
};

struct found_page {
    struct found *events;
    size_t count;
    bool more; /* there are events behind the last one */
};

/* The page of events that match, in order. It ends at the limit, or early (with `more`) when its
 * records reach LIMIT_PAGE_BYTES. `budget` may be NULL. */
MUST_USE bool store_find(struct store *store, const struct query *query,
                         const struct find_budget *budget, struct arena *arena,
                         struct found_page *out, struct err *err);

/* ---- operations ---- */

/* How much overlap is left. */
enum tidy_care {
    TIDY_WORST, /* what would make lists slow at once; the rest is for a server, beside its work */
    TIDY_BUSY,  /* imports are under way; takes about 60 MB of memory */
    TIDY_QUIET, /* nothing else is; takes about 100 MB, as TIDY_WORST does */
};

struct tidy_report {
    bool more;           /* there may be more to do */
    int64_t last_import; /* the newest when it looked: unchanged, nothing has come meanwhile */
};

/* Looks whether too many blocks overlap in time, which makes lists slow, and if so merges some of
 * them: one step of at most a few seconds, without standing in the way of imports and finds. To be
 * called from a thread that may wait, again and again; quick when nothing is to do. On failure, or
 * ERR_CANCELLED once `cancel` is true (NULL: never), all events are where they were. When another
 * thread is at it, there is nothing to do. */
MUST_USE bool store_tidy(struct store *store, enum tidy_care care, const atomic_bool *cancel,
                         struct tidy_report *out, struct err *err);

/* Figures for /metrics. */
struct store_figures {
    int64_t events;
    int64_t pending_events;
    int64_t blocks;
    int64_t imports;
    int64_t merges; /* by store_tidy since the store was opened */
    int64_t merged_blocks;
    int64_t bytes; /* on disk, write-ahead log included */
};

MUST_USE bool store_measure(struct store *store, struct store_figures *out, struct err *err);

/* Whether it can be read and written, and its disk has room; ERR_NO_SPACE when there is next to
 * none: for /readyz. */
MUST_USE bool store_check(struct store *store, struct err *err);

#endif
