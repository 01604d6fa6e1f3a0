/* The resources that LookupEvents shows and filters by, which AWS derives from what was asked and
 * answered; they are not the record's resources[].
 *
 * Every string in requestParameters, responseElements and serviceEventDetails that stands in a
 * member which a rule names (ingest/lookup_rules.h), or in an array there, is the name of a
 * resource. */
#ifndef TRAILD_INGEST_LOOKUP_RESOURCES_H
#define TRAILD_INGEST_LOOKUP_RESOURCES_H

#include "base/arena.h"
#include "base/span.h"
#include "store/event.h"

/* Those members of a record: JSON objects that were checked, or SPAN_NONE. */
struct lookup_members {
    struct span request;
    struct span response;
    struct span service_details;
};

/* Sets the event's lookup_resources, in the order in which they stand there, each pair of type and
 * name once; of a member that stands twice in one object both values. None for events of another
 * category than Management: LookupEvents does not give them. Looks at the event's service, action
 * and category. Names point into `members` or, decoded, into the arena. */
void lookup_resources_pick(const struct lookup_members *members, struct arena *arena,
                           struct event *event);

#endif
