/* Roles of profiles. */
#ifndef TRAILD_AWS_CREDENTIAL_ROLE_H
#define TRAILD_AWS_CREDENTIAL_ROLE_H

#include "aws/credential_search.h"

/* web_identity_token_file and role_arn of the profile, which the environment overrules if asked. */
enum way_result credentials_by_token(const struct credential_search *search, struct span profile,
                                     bool environment, struct credentials *out, struct err *err);

#endif
