/* The certificate that a message of SNS names: fetched, completed, judged. */
#ifndef TRAILD_AWS_SNS_CERTIFICATE_H
#define TRAILD_AWS_SNS_CERTIFICATE_H

#include <stdbool.h>

#include "aws/sns.h"

struct certificate;

/* The message's certificate URL has been checked. `ca_bundle` as in aws/sns.h. ERR_FORBIDDEN: it is
 * not SNS's or cannot be trusted, and why; else what `web` says. The caller frees it. */
MUST_USE bool sns_certificate_fetch(const struct sns_message *message, const char *ca_bundle,
                                    struct sns_web *web, struct arena *arena,
                                    struct certificate **out, struct err *err);

#endif
