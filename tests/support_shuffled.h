/* A store whose blocks all lie over one another in time, and the check that all of its events are
 * there, by every order. */
#ifndef TRAILD_TESTS_SUPPORT_SHUFFLED_H
#define TRAILD_TESTS_SUPPORT_SHUFFLED_H

#include "tests/support_store.h"

/* File f, which is import f + 1, holds the made events f, f + FILES, f + 2 * FILES... They are a
 * block, over all of the time. */
#define FILES       10
#define FILE_EVENTS 8200
#define EVENTS      (FILES * FILE_EVENTS)

void shuffled_open(struct scratch_store *scratch);

/* Imports file f once more, its bytes told apart by `salt`. */
struct receipt shuffled_import(struct store *store, int64_t file, uint8_t salt);

struct store_figures measure(struct store *store);

/* store_tidy until nothing is left to do. */
void tidy_all(struct store *store);

/* A walk through all events, page by page, in which each must be right and in its place. */
struct walk {
    struct store *store;
    struct query query;
    bool *seen;
    int64_t count;
    bool more;
};

void walk_begin(struct walk *walk, struct store *store, enum order order);
void walk_page(struct walk *walk);
void walk_end(struct walk *walk); /* the rest of the pages, and then all must have been seen */

void check_order(struct store *store, enum order order); /* a whole walk */
void check_all(struct store *store);                     /* one in each order */

#endif
