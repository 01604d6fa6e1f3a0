/* Who made the request: the rules over userIdentity, first match wins ("userIdentity element" in
 * the CloudTrail user guide). */
#ifndef TRAILD_INGEST_PRINCIPAL_H
#define TRAILD_INGEST_PRINCIPAL_H

#include <stdbool.h>

#include "base/span.h"
#include "store/event.h"

/* The parts of userIdentity that the rules look at; absent and empty ones are SPAN_NONE. */
struct identity {
    struct span type;
    struct span user_name;
    struct span principal_id;
    struct span arn;
    struct span account_id;
    struct span access_key_id;
    struct span invoked_by;
    struct span identity_provider;
    struct span on_behalf_of_user_id;
    struct span issuer_arn; /* sessionContext.sessionIssuer */
    struct span issuer_user_name;
    bool has_session_attributes; /* sessionContext.attributes is a non-empty object */
    bool assumed_root;           /* sessionContext.assumedRoot is true */
};

/* Sets the principal's values of `event`: kind, name, arn, account, access key, session, issuer and
 * via. `recipient_account`, the event's own account, stands in where a rule says so. Spans point
 * into what `identity` holds or to constants. The kinds are: root_session root aws_service
 * role_session federated_user user_session iam_user identity_provider_user identity_center_user
 * other_account unknown. */
void principal_pick(const struct identity *identity, struct span recipient_account,
                    struct event *event);

#endif
