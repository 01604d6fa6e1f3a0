/* The second door to the store: what fetching log files from S3 has to remember, so that each file
 * is imported once and nothing is lost when the process dies. Which objects were imported, how far
 * prefix imports and trails have come, and what is to be tried again.
 *
 * As for store.h: any thread may call, and what comes in an arena lives as long as that. A save is
 * on disk when it returns. Keys, prefixes and ETags may hold any byte; their lengths are the
 * caller's to limit. */
#ifndef TRAILD_STORE_COLLECTION_H
#define TRAILD_STORE_COLLECTION_H

#include "store/store.h"

/* ---- objects that were imported ---- */

/* The mark of an object with this content. `etag` is without quotes; without one there is no mark:
 * a changed object could not be told from the old one. Two objects get the same mark by chance once
 * in 2^96, within a folder. */
struct object_mark object_mark_of(struct span bucket, struct span key, struct span etag);

/* For each mark the import that brought it (or failed, see store_add_failure), 0: not known.
 * Cheapest when the keys are of few folders, as on a page of a listing. */
MUST_USE bool store_find_objects(struct store *store, const struct object_mark *marks, size_t count,
                                 int64_t *out_imports, struct err *err);

/* Remembers that the content of this object is that of an import there is: for one whose bytes were
 * found to be known without a commit. A mark that is known already is moved; no mark is fine. */
MUST_USE bool store_mark_object(struct store *store, struct object_mark mark, int64_t import,
                                struct err *err);

/* ---- files that could not be imported ---- */

/* A receipt with status failed and no records. Of the facts, counts: source, kind (may be empty),
 * parent, bytes, etag, version_id, error; and the mark, if there is one: then this content of the
 * object is known from now on and need not be tried again. */
MUST_USE bool store_add_failure(struct store *store, const struct import_facts *facts,
                                struct arena *arena, struct receipt *out, struct err *err);

/* ---- imports of many objects ---- */

/* An import whose files have receipts of their own, with its number as parent. */
struct prefix_import {
    int64_t id;
    enum import_status status;
    struct span kind;     /* "prefix" or "objects" */
    struct span source;   /* as in its receipt */
    struct span request;  /* what was asked for; text of the caller's own */
    struct span position; /* everything up to here is finished; the caller's own; empty: nothing */
    struct import_progress progress;
    struct span skipped; /* what `files_skipped` were; text of the caller's own, or SPAN_NONE */
    struct span error;   /* why it failed, or SPAN_NONE */
};

/* Takes the next import number; status queued, all counters 0, no times. */
MUST_USE bool store_add_prefix_import(struct store *store, struct span kind, struct span source,
                                      struct span request, struct arena *arena, struct receipt *out,
                                      struct err *err);

/* Status, position, progress, skipped and error, together; the rest stays as it was added.
 * ERR_NOT_FOUND when it was not. */
MUST_USE bool store_save_prefix_import(struct store *store, const struct prefix_import *import,
                                       struct err *err);

struct prefix_import_list {
    struct prefix_import *imports;
    size_t count;
};

/* Those that are queued or running, oldest first. */
MUST_USE bool store_list_prefix_imports(struct store *store, struct arena *arena,
                                        struct prefix_import_list *out, struct err *err);

/* ---- trails that are followed ---- */

struct trail {
    int64_t id; /* from 1; not given again */
    struct span bucket;
    struct span prefix;
    int64_t from_ms;    /* files delivered before are not wanted; 0: everything is */
    int64_t created_ms; /* when it was added */
    bool configured;    /* asked for by the settings only, not by a request */
    struct span notes;  /* text of the caller's own, SPAN_NONE at first */
};

/* Adds it by bucket, prefix, from_ms and configured, unless there is one with this bucket and
 * prefix; gives the one there is then. That one stays as it is, but is `configured` no longer once
 * a request asks for it too. */
MUST_USE bool store_add_trail(struct store *store, const struct trail *wanted, struct arena *arena,
                              struct trail *out, bool *out_added, struct err *err);

struct trail_list {
    struct trail *trails;
    size_t count;
};

/* By id. */
MUST_USE bool store_list_trails(struct store *store, struct arena *arena, struct trail_list *out,
                                struct err *err);

/* With its places and retries. ERR_NOT_FOUND when there is none. */
MUST_USE bool store_drop_trail(struct store *store, int64_t id, struct err *err);

/* This and what follows: ERR_NOT_FOUND when the trail was dropped, where something is saved. */
MUST_USE bool store_save_trail_notes(struct store *store, int64_t trail, struct span notes,
                                     struct err *err);

/* How far one folder of a trail has been read. */
struct trail_place {
    struct span folder;   /* the whole prefix of its keys, with the slash; its name in the trail */
    struct span position; /* the last key that is finished; empty: none */
    int64_t delivered_ms; /* of the newest file seen; -1: none */
    struct span newest_key;
    int64_t files_done; /* since the trail was added */
    int64_t files_known;
    int64_t files_skipped;
    int64_t files_failed;
    int64_t swept_ms; /* when files that came days late were last looked for; -1: never */
};

/* Replaces what was saved of this folder, and together with it the trail's notes; SPAN_NONE: they
 * stay. */
MUST_USE bool store_save_place(struct store *store, int64_t trail, const struct trail_place *place,
                               struct span notes, struct err *err);

struct trail_place_list {
    struct trail_place *places;
    size_t count;
};

/* By folder. */
MUST_USE bool store_list_places(struct store *store, int64_t trail, struct arena *arena,
                                struct trail_place_list *out, struct err *err);

/* An object of a trail that could not be imported and is to be tried again. */
struct trail_retry {
    struct span key;
    struct span etag;   /* SPAN_NONE: not known */
    int64_t bytes;      /* -1: not known */
    int64_t attempts;   /* made so far */
    int64_t next_ms;    /* when the next one is due */
    struct span cause;  /* a word of the caller's own */
    struct span reason; /* why the last one failed */
};

/* Replaces what was saved of this key. */
MUST_USE bool store_save_retry(struct store *store, int64_t trail, const struct trail_retry *retry,
                               struct err *err);

/* None of them is due later than `now_ms`. */
MUST_USE bool store_hurry_retries(struct store *store, int64_t trail, int64_t now_ms,
                                  struct err *err);

/* Fine when there is none. */
MUST_USE bool store_drop_retry(struct store *store, int64_t trail, struct span key,
                               struct err *err);

struct trail_retry_list {
    struct trail_retry *retries;
    size_t count;
};

/* Those due at `until_ms` or before (INT64_MAX: all), and those due only behind `beyond_ms`, as the
 * clock may have been ahead when they were saved; the earliest first, at most `limit`. */
MUST_USE bool store_list_retries(struct store *store, int64_t trail, int64_t until_ms,
                                 int64_t beyond_ms, size_t limit, struct arena *arena,
                                 struct trail_retry_list *out, struct err *err);

#endif
