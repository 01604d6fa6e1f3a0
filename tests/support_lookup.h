/* The resources of LookupEvents, by plain evaluation of a jansson tree: the second opinion that
 * ingest/lookup_resources.c is compared with. Only the tables of rules are the same. */
#ifndef TRAILD_TESTS_SUPPORT_LOOKUP_H
#define TRAILD_TESTS_SUPPORT_LOOKUP_H

#include <stdbool.h>

#include <jansson.h>

#include "store/event.h"

/* A list of [type, name]; `event` has the service, the action and the category. */
json_t *expected_lookup(const json_t *record, const json_t *event);

/* A record with a member that stands twice in one object is taken as it is: a tree has lost the
 * first of the two. */
bool same_lookup(const struct event *event, const json_t *expected);

#endif
