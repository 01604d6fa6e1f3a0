/* Imports under way: what import.c (gathering), import_group.c (files together), import_stage.c
 * (more than a block's worth) and import_commit.c (the end) share. */
#ifndef TRAILD_STORE_IMPORT_H
#define TRAILD_STORE_IMPORT_H

#include "store/state.h"

/* A rest of at least this many rows becomes a block of its own; less goes into the open block. */
#define OWN_BLOCK_ROWS (BLOCK_ROWS / 2)

/* Files that bring few events or none must not gather without end: a group of so many files, or
 * with so many rejected bytes in memory, is committed although its batch has room. */
#define GROUP_FILES_MAX      4096
#define GROUP_REJECTED_BYTES ((size_t)4 * 1024 * 1024)

struct staged_block {
    int64_t id;
    int64_t checked; /* import up to which its rows were compared with what is stored */
};

/* One file. */
struct import {
    struct import_group *group;
    int64_t index;    /* among the group's imports; what its rows in the batch are marked with */
    size_t first_row; /* of its rows in the batch */
    size_t end_row;   /* once it has joined */
    int64_t events;   /* seen, duplicates among them too */
    int64_t duplicates;
    int64_t first_event_ms;
    int64_t last_event_ms;
    struct import_facts facts; /* once it has joined; spans in the group's arena */
    void *ticket;

    struct rejection *rejections; /* not yet staged; bytes in the arena `rejected` */
    size_t rejection_count;
    int64_t rejections_owner; /* 0 until one is written */
    bool rejections_begun;    /* some were written before the commit */
    int64_t rejected_bytes;
    int64_t rejected_count;
    struct arena rejected;

    /* Guarded by the store's `writing`. */
    int64_t staging; /* number, 0 until something is staged */
    struct staged_block *staged;
    size_t staged_count;
    int64_t staged_duplicates;

    /* Guarded by the group's lock. */
    size_t in_flight; /* batches that are being staged */
    bool failed;
    struct err failure; /* of the first that could not be */
};

/* Files that are committed together; of one thread, but for the tasks it waits for. */
struct import_group {
    struct store *store;
    struct batch batch;      /* of what is not staged; its rows' imports are indexes of the group */
    struct import **imports; /* that have joined, by index */
    size_t count;
    size_t capacity;
    size_t rejected_bytes; /* of these, in memory */
    import_done *done;
    void *context;
    struct arena arena;        /* what facts point to */
    struct compressor to_keep; /* opened when first used */
    struct compressor to_pass; /* opened when first used */
    pthread_mutex_t lock;
    pthread_cond_t landed;     /* a batch has been staged, or could not be */
    bool alone;                /* of one file, which ends it */
    struct import_group *next; /* among the spare ones */
};

/* ---- import_group.c ---- */

void spare_groups_init(struct spare_groups *spare);
void spare_groups_close(struct spare_groups *spare);

/* ---- import.c ---- */

/* Writes the rejections that are in memory. Inside a transaction. */
MUST_USE bool import_write_rejections(struct import *import, struct err *err);

/* Not as the writer; nothing of it is in flight. Drops what is staged. What cannot be dropped now
 * (a full disk) is dropped when the store is opened next; none of it is ever visible. */
void import_give_up(struct import *import);

void import_free(struct import *import);

/* ---- import_stage.c ---- */

/* Makes the batch, all of this import, a staged block, and the batch empty: on another thread when
 * one is free, so that reading goes on. Fails when an earlier one has failed. */
MUST_USE bool import_stage(struct import *import, struct err *err);

/* Waits until nothing of it is in flight; fails when any of it has failed. */
MUST_USE bool import_land(struct import *import, struct err *err);

/* The staging number. As the writer. */
int64_t import_staging(struct import *import);

/* ---- import_publish.c ---- */

/* As the writer, inside a transaction: drops what was stored since the blocks were staged, counts
 * it in the receipt, and makes them live. */
MUST_USE bool import_publish(struct import *import, struct receipt *receipt, struct err *err);

#endif
