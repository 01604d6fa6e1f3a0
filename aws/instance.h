/* The metadata service of an EC2 instance: version 2, with a session token, and the first one where
 * that is not to be had and nobody forbade it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
#ifndef TRAILD_AWS_INSTANCE_H
#define TRAILD_AWS_INSTANCE_H

#include "aws/credential_search.h"

struct instance {
    const struct credential_search *search;
    struct span base;  /* without a slash at the end */
    struct span token; /* SPAN_NONE: version 1 */
    int64_t most_ms;   /* AWS_METADATA_SERVICE_TIMEOUT */
    int64_t attempts;  /* AWS_METADATA_SERVICE_NUM_ATTEMPTS */
};

/* WAY_NOT_HERE when it is switched off or does not answer. The instance is valid as long as the
 * search. */
enum way_result instance_open(const struct credential_search *search, struct instance *out,
                              struct err *err);

/* GET of a path that begins with a slash; any status. */
MUST_USE bool instance_get(const struct instance *instance, struct span path,
                           struct transport_answer *out, struct err *err);

/* What an answer that is no 200 means: a service that is down fails the search, ERR_BUSY; one that
 * will not, or is none, was asked by nobody's order and is passed over. */
enum way_result instance_refused(const struct instance *instance,
                                 const struct transport_answer *answer, struct err *err);

#endif
