/* One search for credentials through all ways, and the ways. */
#ifndef TRAILD_AWS_CREDENTIAL_SEARCH_H
#define TRAILD_AWS_CREDENTIAL_SEARCH_H

#include "aws/credentials.h"
#include "aws/settings.h"
#include "aws/transport.h"

struct credential_search {
    const struct aws_settings *settings;
    struct transport *transport;
    struct aws_clock *clock;
    const atomic_bool *cancel;
    struct arena *arena; /* holds all that is found; its owner wipes it */
};

enum way_result {
    WAY_FOUND,
    WAY_NOT_HERE, /* nobody configured it: the next way is tried; err->text says what is missing,
                     or is empty when that is not worth telling */
    WAY_FAILED,   /* it is configured and gave nothing: the search ends */
};

/* Tries all ways in the order of credentials.h. */
MUST_USE bool credential_search_run(const struct credential_search *search, struct credentials *out,
                                    struct err *err);

enum way_result credentials_from_environment(const struct credential_search *search,
                                             struct credentials *out, struct err *err);
/* role_arn with source_profile or credential_source. */
enum way_result credentials_from_role(const struct credential_search *search,
                                      struct credentials *out, struct err *err);
enum way_result credentials_from_web_identity(const struct credential_search *search,
                                              struct credentials *out, struct err *err);
/* Keys in the files, credential_process. */
enum way_result credentials_from_profile(const struct credential_search *search,
                                         struct credentials *out, struct err *err);
enum way_result credentials_from_container(const struct credential_search *search,
                                           struct credentials *out, struct err *err);
enum way_result credentials_from_instance(const struct credential_search *search,
                                          struct credentials *out, struct err *err);

/* False when a key, secret or token holds what no request can: spaces, line ends, bytes beyond
 * ASCII, too much. The failure names the one and shows none. */
MUST_USE bool credentials_check(const struct credentials *credentials, struct err *err);

#endif
