/* Roles taken on through the Security Token Service.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
#ifndef TRAILD_AWS_STS_H
#define TRAILD_AWS_STS_H

#include "aws/credential_search.h"

struct sts_role {
    struct span arn;
    struct span session_name;     /* SPAN_NONE: "traild" */
    struct span external_id;      /* SPAN_NONE: none */
    struct span duration_seconds; /* digits; SPAN_NONE: what the role gives, an hour */
};

/* AssumeRole, signed by `source`. Failures say the role, STS's code and message, the status and the
 * number of the request: ERR_REMOTE, or ERR_BUSY when asking later may help. `origin` is left to
 * the caller. */
MUST_USE bool sts_assume_role(const struct credential_search *search, const struct sts_role *role,
                              const struct credentials *source, struct credentials *out,
                              struct err *err);

/* AssumeRoleWithWebIdentity: the token of an identity provider instead of a signature. */
MUST_USE bool sts_assume_role_with_token(const struct credential_search *search,
                                         const struct sts_role *role, struct span token,
                                         struct credentials *out, struct err *err);

#endif
