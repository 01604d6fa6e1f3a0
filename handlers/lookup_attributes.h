/* The attributes that LookupEvents finds events by: what each key means for the store, and which
 * value of an event it is compared with. docs/LOOKUP_EVENTS.md tells them to users. */
#ifndef TRAILD_HANDLERS_LOOKUP_ATTRIBUTES_H
#define TRAILD_HANDLERS_LOOKUP_ATTRIBUTES_H

#include <stdbool.h>

#include "base/arena.h"
#include "handlers/aws_json.h"
#include "store/query.h"

struct lookup_key;

struct lookup_attribute {
    const struct lookup_key *key;
    struct span value; /* borrowed from the request */
    struct condition condition;
};

/* Reads an item of LookupAttributes; `insight`: of a request for Insights, which knows fewer keys.
 * Conditions are made in the call's arena. */
MUST_USE bool lookup_attribute_read(struct aws_request *aws, const json_t *item, bool insight,
                                    struct lookup_attribute *out, struct err *err);

/* Its key as it is written. */
const char *lookup_attribute_name(const struct lookup_attribute *attribute);

/* Events of the category alone; Management is that of events which tell none, too, since records
 * have none before version 1.07. */
struct condition lookup_category_condition(bool insight, struct arena *arena);

/* Whether an event that the store found has what was asked for: of names of resources the store
 * has only hashes. */
bool lookup_attribute_holds(const struct lookup_attribute *attribute, const struct event *event);

/* Who made the request, as LookupEvents names them: by the session of a role, else the name of the
 * user; SPAN_NONE for AWS's services. It is what `Username` finds. */
struct span lookup_username(const struct event *event);

#endif
