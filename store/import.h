/* An import under way, for import.c (up to the commit) and import_commit.c. */
#ifndef TRAILD_STORE_IMPORT_H
#define TRAILD_STORE_IMPORT_H

#include "store/batch.h"
#include "store/block.h"
#include "store/state.h"

struct staged_block {
    int64_t id;
    int64_t checked; /* import up to which its rows were compared with what is stored */
};

struct import {
    struct store *store;
    struct batch batch;
    struct compressor compressor; /* opened with the first full batch */
    int64_t staging;              /* number, 0 until something is staged */
    struct staged_block *staged;
    size_t staged_count;
    struct rejection *rejections; /* not yet staged; bytes in the arena */
    size_t rejection_count;
    int64_t rejections_owner; /* 0 until one is written */
    bool rejections_begun;    /* some were written before the commit */
    int64_t rejected_bytes;
    struct arena rejected;
    int64_t events; /* seen, duplicates among them too */
    int64_t duplicates;
    int64_t rejected_count;
    int64_t first_event_ms;
    int64_t last_event_ms;
};

/* ---- for the writer (the lock `writing` is held) ---- */

/* The staging number, which also stands in for the import's number in staged rejections, negated.
 */
int64_t import_staging(struct import *import);

/* Flags the rows of the batch that are stored already, and counts them as duplicates. */
MUST_USE bool import_mark_duplicates(struct import *import, bool *dropped, struct err *err);

/* Writes the rejections that are in memory. Inside a transaction. */
MUST_USE bool import_write_rejections(struct import *import, struct err *err);

/* Drops what is staged. What cannot be dropped now (a full disk) is dropped when the store is
 * opened next; none of it is ever visible. */
void import_give_up(struct import *import);

void import_free(struct import *import);

#endif
