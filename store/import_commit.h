/* The end of a group of imports: all of it becomes visible and durable in one transaction. */
#ifndef TRAILD_STORE_IMPORT_COMMIT_H
#define TRAILD_STORE_IMPORT_COMMIT_H

#include "store/import.h"

/* What is decided for one import of the group. */
struct member {
    struct receipt receipt;
    struct buffer encoded;       /* its rows as the pending table takes them */
    size_t encoded_rows;         /* how many; those that are known to be stored left out */
    struct staged_block *staged; /* as in the import, until they are built anew */
    bool repeated;               /* the file was imported before: nothing of it is stored */
};

struct commit {
    struct import_group *group;
    struct member *members; /* one for each import */
    uint16_t *order;        /* rows of the batch: each import's in (time, hash) order */
    bool *dropped;          /* per row of the batch: it is stored already */
    size_t rows;            /* that stay, and the bytes of their records, at most */
    size_t text_bytes;
    bool own_block; /* the rows become a block, not pending */
    struct block_image *image;
    bool *image_dropped; /* what the image leaves out */
    int64_t checked;     /* import up to which image_dropped knows what is stored */
    struct arena arena;  /* what receipts of repeated files point to */
    int64_t first_id;    /* number of the group's first import */

    bool done; /* guarded by the queue's lock */
    bool good;
    struct err err;
    struct commit *next; /* in the queue */
};

/* What can be done without being the writer: the block is built, the pending rows are encoded. */
MUST_USE bool commit_prepare(struct commit *commit, struct err *err);

/* As the writer, inside a transaction. May be done again after a rollback. */
MUST_USE bool commit_write(struct commit *commit, struct err *err);

/* Rows and bytes that go into the open block at most. */
size_t commit_pending_rows(const struct commit *commit);
size_t commit_pending_bytes(const struct commit *commit);

#endif
