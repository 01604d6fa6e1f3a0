/* Which members of a request and an answer name a resource, and of what type: the tables behind the
 * Resources of LookupEvents (ingest/lookup_resources.h). docs/LOOKUP_EVENTS.md tells them to users.
 *
 * AWS publishes what the types of some services are called, but not where they are found: these are
 * rules of our own. */
#ifndef TRAILD_INGEST_LOOKUP_RULES_H
#define TRAILD_INGEST_LOOKUP_RULES_H

#include <stddef.h>

#include "base/span.h"

/* Of member names the first letter may be upper or lower case: EC2 writes both. */
struct lookup_rule {
    struct span parent; /* the member that it stands in, through arrays; SPAN_NONE: in any */
    struct span member;
    struct span action; /* is part of the event's name; SPAN_NONE: of any event */
    struct span type;   /* SPAN_NONE: the name itself tells it, see lookup_type_of */
};

struct lookup_rules {
    struct span service;             /* "ec2" of ec2.amazonaws.com; SPAN_NONE: all of them */
    const struct lookup_rule *rules; /* in order of the member's length */
    size_t count;
};

/* Those of each service, in order of their names, and those that hold for every one behind its own
 * (lookup_tables.c). */
extern const struct lookup_rules *const lookup_service_rules[];
extern const size_t lookup_service_count;
extern const struct lookup_rules lookup_common_rules;

/* Those of an eventSource such as "ec2.amazonaws.com"; NULL when there are none. */
const struct lookup_rules *lookup_rules_of(struct span event_source);

/* The first of them that holds; NULL when none does. */
const struct lookup_rule *lookup_rule_find(const struct lookup_rules *rules, struct span parent,
                                           struct span member, struct span action);

/* What a name tells of its type: an ARN by its service and its kind ("AWS::EC2::Subnet"), an id by
 * its first letters ("i-..."), an account's twelve digits. SPAN_NONE when it tells none. */
struct span lookup_type_of(struct span name);

#endif
