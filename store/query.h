/* What is asked of the store: conditions that all hold, a time range, an order and a place to go
 * on.
 *
 * A query is an AND of conditions; a condition is an OR of alternatives, perhaps negated; an
 * alternative is an AND of tests, each of one attribute. `action=ram:Get*` is one condition with
 * one alternative of two tests; `principal=x` is one condition with an alternative per attribute
 * that names a principal. */
#ifndef TRAILD_STORE_QUERY_H
#define TRAILD_STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/span.h"
#include "store/event.h"

enum matcher_kind {
    MATCH_EQUAL,   /* the very bytes of `text` */
    MATCH_GLOB,    /* `text`, where * stands for any run of bytes and \* for a star */
    MATCH_ADDRESS, /* the address, however it is written */
    MATCH_NETWORK, /* any address of the network */
    MATCH_PRESENT, /* any value */
    MATCH_ABSENT,  /* no value */
    MATCH_NUMBER,  /* ATTRIBUTE_IMPORT only */
};

struct matcher {
    enum matcher_kind kind;
    struct span text;       /* borrowed */
    struct address address; /* MATCH_ADDRESS */
    struct network network; /* MATCH_NETWORK */
    int64_t number;         /* MATCH_NUMBER */
};

/* ATTRIBUTE_EVENT_ID takes MATCH_EQUAL only, ATTRIBUTE_IMPORT takes MATCH_NUMBER only. An attribute
 * with several values matches when one of them does; MATCH_ABSENT when it has none.
 * ATTRIBUTE_LOOKUP_TYPE and ATTRIBUTE_LOOKUP_NAME take MATCH_EQUAL, MATCH_PRESENT and MATCH_ABSENT
 * only. Of names the store has 32 bits of hash: an event in a few thousand million matches a name
 * that it does not have, so who shows it compares the names that ingest_pick gives. */
struct test {
    enum attribute attribute;
    struct matcher matcher;
};

#define TESTS_PER_ALTERNATIVE 2

struct alternative {
    struct test tests[TESTS_PER_ALTERNATIVE];
    size_t test_count; /* 1 or 2 */
};

struct condition {
    bool negated;
    const struct alternative *alternatives; /* borrowed array, at least one */
    size_t alternative_count;
};

enum order {
    ORDER_NEWEST_FIRST, /* by (time, hash) downwards */
    ORDER_OLDEST_FIRST, /* by (time, hash) upwards */
    ORDER_ARRIVAL,      /* by (import, time, hash) upwards */
};

/* The place of an event in every order. `hash` is of its identity, so that no two events that are
 * stored have the same place. */
struct position {
    int64_t import;
    int64_t time_ms;
    uint64_t hash;
};

struct query {
    int64_t from_ms;                    /* inclusive */
    int64_t to_ms;                      /* exclusive */
    const struct condition *conditions; /* borrowed array */
    size_t condition_count;
    enum order order;
    bool resume; /* only what comes behind `after` in this order */
    struct position after;
    size_t limit; /* events, at least 1 */
};

/* Whether a value matches; SPAN_NONE is "no value". Not for MATCH_NUMBER. */
bool matcher_matches(const struct matcher *matcher, struct span value);

/* Whether text matches the pattern of MATCH_GLOB, at most LIMIT_PARAMETER_BYTES long. Takes time in
 * proportion to the text, whatever the pattern. */
bool glob_matches(struct span pattern, struct span text);

#endif
