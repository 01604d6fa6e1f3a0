/* What the service should answer, worked out from the records alone with jansson and plain loops.
 *
 * Written from the contract, apart from the code it judges: shares nothing with ingest/, store/ and
 * handlers/, and of base/ only what holds bytes. */
#ifndef TRAILD_TESTS_SUPPORT_ORACLE_H
#define TRAILD_TESTS_SUPPORT_ORACLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Values are borrowed from `record`; SPAN_NONE is absent. */
struct oracle_event {
    json_t *record; /* owned */
    int64_t time_ms;
    int64_t import; /* set by whoever imports it */
    struct span id;
    struct span account;
    struct span region;
    struct span service;
    struct span action;
    struct span kind;
    struct span name;
    struct span arn;
    struct span session;
    struct span issuer;
    struct span caller_account;
    struct span access_key;
    struct span via;
    struct span source;
    struct span agent;
    struct span error;
    struct span error_message;
    struct span read_only;
    struct span type;
    struct span category;
};

/* Reads the record's text; fails the test when it is no event. */
struct oracle_event oracle_read(struct span text);
void oracle_clear(struct oracle_event *event);

/* `2026-10-01T08:00:00Z`, perhaps with milliseconds. */
int64_t oracle_time(struct span text);

/* The event as the API shows it, without `record`. */
json_t *oracle_show(const struct oracle_event *event);

/* A parameter as a person means it, before any encoding. */
struct oracle_filter {
    const char *name; /* without .not */
    bool negated;
    struct span value;
};

/* The filters that oracle_matches knows, ending with NULL. */
extern const char *const oracle_filter_names[];

bool oracle_matches(const struct oracle_event *event, const struct oracle_filter *filters,
                    size_t count);

/* Calls `visit` with each text by which a resource of the event can be asked for. */
void oracle_each_resource(const struct oracle_event *event,
                          void (*visit)(struct span text, void *context), void *context);

#endif
