/* Credentials that stand in a profile, or that its command tells. */
#ifndef TRAILD_AWS_CREDENTIAL_PROFILE_H
#define TRAILD_AWS_CREDENTIAL_PROFILE_H

#include "aws/credential_search.h"

/* Keys in the credentials file, credential_process, keys in the config file, in this order. */
enum way_result credentials_in_profile(const struct credential_search *search, struct span profile,
                                       struct credentials *out, struct err *err);

#endif
