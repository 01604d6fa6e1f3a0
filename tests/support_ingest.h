/* Imports log files into a store in a temporary directory. */
#ifndef TRAILD_TESTS_SUPPORT_INGEST_H
#define TRAILD_TESTS_SUPPORT_INGEST_H

#include "ingest/ingest.h"
#include "tests/support_store.h"

/* A store, and what came of the last import into it. */
struct fixture {
    struct scratch_store scratch;
    struct arena arena;
    struct receipt receipt;
    struct err err;
    int64_t max_inflated; /* DEFAULT_MAX_INFLATED to begin with */
};

void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/* ingest_file; `sha256` may be NULL. */
bool import_reader(struct fixture *fixture, struct reader *body, const char *source,
                   const uint8_t *sha256);

/* The same for a body at hand, from "upload". */
bool import_span(struct fixture *fixture, struct span body);

/* The same for one that must be good. */
void import_good(struct fixture *fixture, const char *text);

/* All events, oldest first. */
struct found_page find_all(struct fixture *fixture);

/* Neither events nor receipts, in the store's own count either. */
void assert_nothing_stored(struct fixture *fixture);

void assert_span(struct span span, const char *text);

#endif
