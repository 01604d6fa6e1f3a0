/* A store in a temporary directory, and made-up events for it without any log file. */
#ifndef TRAILD_TESTS_SUPPORT_STORE_H
#define TRAILD_TESTS_SUPPORT_STORE_H

#include "store/store.h"

struct scratch_store {
    char directory[64];
    struct store *store;
};

void scratch_open(struct scratch_store *scratch);
void scratch_reopen(struct scratch_store *scratch);
void scratch_close(struct scratch_store *scratch); /* removes the directory */

/* Removes a directory and what is in it. */
void remove_directory(const char *path);

/* Event `number`: the same number gives the same event. Times go up by a second every few numbers,
 * from 2024-01-01. Spans are in the arena. */
struct event made_event(int64_t number, struct arena *arena);

/* Its time, and the number of a made record: quicker than the event. */
int64_t made_time(int64_t number);
int64_t made_number(struct span record);

/* Imports events [from, to) in one file whose sha256 is made of the numbers and `salt`; fails the
 * test when that fails. */
struct receipt import_range(struct store *store, int64_t from, int64_t to, uint8_t salt);

/* The facts for import_commit that import_range uses. As if each file were an object of its own. */
struct import_facts made_facts(int64_t from, int64_t to, uint8_t salt);

/* The two halves of it: events into an import under way, and its commit, with a sha256 of `salt`.
 */
void made_add(struct import *import, int64_t from, int64_t to);
struct receipt made_commit(struct import *import, uint8_t salt);

#endif
