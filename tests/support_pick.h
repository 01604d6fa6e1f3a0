/* Tables of tests that pick one value out of a record. */
#ifndef TRAILD_TESTS_SUPPORT_PICK_H
#define TRAILD_TESTS_SUPPORT_PICK_H

#include "base/arena.h"
#include "base/span.h"
#include "store/event.h"

#define SAMPLE_TIME    "\"eventTime\":\"2023-07-10T12:25:29Z\""
#define SAMPLE_TIME_MS INT64_C(1688991929000)

struct value_row {
    const char *name;
    const char *members; /* of the record, beside eventTime; or none: "" */
    enum attribute attribute;
    const char *expected; /* NULL: absent */
};

/* For ROWS. */
void test_value(void **state);

/* Fails the test unless the record is an event. */
struct event expect_event(struct span record, struct arena *arena);

/* NULL: absent. */
void expect_text(struct span text, const char *expected);

#endif
