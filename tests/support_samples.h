/* A few events for tests of endpoints, one of a kind each. Their ids are e1 to e6; e4 and e5
 * happened at the same time. */
#ifndef TRAILD_TESTS_SUPPORT_SAMPLES_H
#define TRAILD_TESTS_SUPPORT_SAMPLES_H

#include "base/span.h"
#include "tests/support_call.h"

/* {"Records":[...]} with all of them. */
extern const struct span sample_log;

/* The record of e1, as it stands in the log: with spaces that no writer of JSON would make. */
extern const struct span sample_record;

/* caller_open, and the log as import 1. */
void open_with_samples(struct caller *caller);

/* Appends the ids of the events on a page: "e5 e4 e1". */
void append_ids(const json_t *page, struct buffer *out);

/* Compares them. */
void expect_ids(const json_t *page, const char *expected);

#endif
