/* The end of a group of imports: all of it becomes visible and durable in one transaction. */
#ifndef TRAILD_STORE_IMPORT_COMMIT_H
#define TRAILD_STORE_IMPORT_COMMIT_H

#include "store/import.h"

/* What is decided for one import of the group. */
struct member {
    struct receipt receipt;
    struct buffer encoded; /* its rows as the pending table takes them */
    bool repeated;         /* the file was imported before: nothing of it is stored */
};

/* Which of its rows are stored already is found out in two steps. Beforehand: as far as imports up
 * to `checked` go (`known`), so that the block or the pending bytes can be made without those
 * (`left_out`). In the transaction: `known`, and what came since (`dropped`); what was made serves
 * unless more is dropped than it leaves out. A transaction that is rolled back may have dropped
 * rows because of others that went with it: the next one begins with `known` again. */
struct commit {
    struct import_group *group;
    struct member *members; /* one for each import */
    uint16_t *order;        /* rows of the batch: each import's in (time, hash) order */
    bool *dropped;          /* per row of the batch: it is stored already */
    size_t rows;            /* that stay, and the bytes of their records, at most */
    size_t text_bytes;
    bool own_block; /* the rows become a block, not pending */
    struct block_image *image;
    bool *left_out;     /* dropped rows that the image, or what is encoded, does without */
    bool *known;        /* dropped rows of which this was known beforehand */
    int64_t checked;    /* import up to which that goes */
    struct arena arena; /* what receipts of repeated files point to */
    int64_t first_id;   /* number of the group's first import */

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

/* ---- between the two ---- */

/* Rows that an import has in the batch. */
size_t commit_rows_of(const struct commit *commit, size_t member);

/* How many imports have any. */
size_t commit_members_with_rows(const struct commit *commit);

/* An import's rows that are not dropped, in (time, hash) order. */
size_t commit_keep_rows(const struct commit *commit, size_t member, uint16_t *out_kept);

/* Encodes these rows of an import, which are all that are not dropped. */
void commit_encode(struct commit *commit, size_t member, const uint16_t *kept, size_t rows);

/* Builds the block of what is not dropped. */
void commit_build(struct commit *commit);

struct consulted;

/* Drops the rows that are stored already. As the writer. */
MUST_USE bool commit_mark(struct commit *commit, const struct consulted *consulted,
                          struct err *err);

#endif
