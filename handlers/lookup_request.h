/* What a LookupEvents asks for ("LookupEvents" in the AWS CloudTrail API Reference). Clients check
 * next to nothing of it themselves. */
#ifndef TRAILD_HANDLERS_LOOKUP_REQUEST_H
#define TRAILD_HANDLERS_LOOKUP_REQUEST_H

#include "handlers/aws_json.h"
#include "handlers/cursor.h"
#include "handlers/lookup_attributes.h"

struct lookup_request {
    struct lookup_attribute attributes[LIMIT_LOOKUP_ATTRIBUTES]; /* all of them must hold */
    size_t attribute_count;
    bool insight;         /* Insights are asked for, instead of management events */
    size_t limit;         /* events on a page */
    bool resume;          /* a NextToken was given */
    struct cursor cursor; /* with the times, and the place of that */
};

/* Fails with the names that AWS has for what is wrong. Borrows from the call's input. */
MUST_USE bool lookup_request_read(struct aws_request *aws, struct lookup_request *out,
                                  struct err *err);

/* The question to the store; its conditions are in `arena`. */
struct query lookup_request_query(const struct lookup_request *request, struct arena *arena);

#endif
