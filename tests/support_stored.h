/* What a store holds of the events that made_event makes, and groups of files full of them. */
#ifndef TRAILD_TESTS_SUPPORT_STORED_H
#define TRAILD_TESTS_SUPPORT_STORED_H

#include "tests/support_store.h"

/* By the numbers of the events. */
struct stored {
    int64_t *imports; /* that brought event i; 0: it is not there */
    int64_t limit;    /* of numbers */
    int64_t count;    /* of those that are there */
};

/* Reads all there is, by arrival and newest first. Fails the test when an event is there twice, in
 * one order only, out of order, changed, or has a number beyond the limit. */
void stored_read(struct store *store, int64_t limit, struct stored *out);
void stored_clear(struct stored *stored);

/* Fails unless these are the ones: each of [from, to). */
void expect_stored(struct store *store, int64_t from, int64_t to);

/* How many events the filter by import finds. */
int64_t count_of_import(struct store *store, int64_t import);

/* Closes the store, has SQLite check the file, looks that nothing is left of imports that were
 * given up and that receipts and rows agree, and opens it again: the same events must be there. */
void expect_sound(struct scratch_store *scratch, int64_t limit);

/* A store that need not make a dictionary first, which takes longer than most of what is tested. */
void trained_open(struct scratch_store *scratch);

/* Has SQLite run this beside the store. */
void run_sql(const struct scratch_store *scratch, const char *sql);

/* ---- groups ---- */

/* What a group told of a file. */
struct outcome {
    int told; /* how often */
    bool good;
    struct receipt receipt; /* without its texts */
    struct err err;
};

/* An import_done; the ticket is the outcome. */
void note_outcome(void *context, void *ticket, const struct receipt *receipt,
                  const struct err *err);

/* Joins, with the facts of made_facts; fails the test when that fails. */
void made_join(struct import *import, int64_t from, int64_t to, uint8_t salt,
               struct outcome *outcome);

/* A file of events [from, to). */
void group_add(struct import_group *group, int64_t from, int64_t to, uint8_t salt,
               struct outcome *outcome);

/* Fails the test when it fails. */
void group_commit(struct import_group *group);

/* Told once, stored with a number of its own, so many events new and so many not. */
void expect_good(const struct outcome *outcome, int64_t inserted, int64_t duplicates);
/* Told once, with this kind of failure. */
void expect_failed(const struct outcome *outcome, enum err_kind kind);

#endif
