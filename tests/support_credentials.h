/* A made-up home with a chain of credentials, and a server for all that hands them out:
 *
 *   /ok/...      an EC2 instance with the role `reader`, which wants version 2
 *   /first/...   one that knows version 1 only
 *   /bare/...    one without a role
 *   /hiding/...  one that has a role and does not give it away
 *   /gate/...    something else, which answers 403 to everything
 *   /sick/...    one whose service is down
 *   /strict/...  one that has no role and says 400 to a request for a token
 *   /pod         a container that wants the token `pod-token`
 *   /plain       a container that wants none
 *   /refusing    a container that is refused
 *   /empty       a container that answers nothing of use
 *   /sts/        STS; the role .../denied is denied, .../throttled comes later,
 *                .../late is given to who signs in the minute of 2026-01-02T03:04 */
#ifndef TRAILD_TESTS_SUPPORT_CREDENTIALS_H
#define TRAILD_TESTS_SUPPORT_CREDENTIALS_H

#include "aws/clock.h"
#include "aws/credentials.h"
#include "aws/transport.h"
#include "tests/support_fake_http.h"

/* What rows are made of. */
#define NO_INSTANCE "AWS_EC2_METADATA_DISABLED=true\n"
#define STS         NO_INSTANCE "AWS_ENDPOINT_URL_STS={SERVER}/sts\n"
#define STATIC      "aws_access_key_id = STATIC\naws_secret_access_key = secret\n"
#define ROLE        "role_arn = arn:aws:iam::111122223333:role/"

struct credential_world {
    struct fake_http *server;
    struct transport *transport;
    struct aws_clock clock;
    struct credential_chain *chain;
    struct arena arena;
};

/* Of variables, ~/.aws/config and ~/.aws/credentials, as aws_home_set_lines and aws_home_write take
 * them. Beside them lie .aws/web and .aws/pod, which hold tokens, and .aws/keys, the output of a
 * credential_process. */
void credential_world_open(struct credential_world *world, const char *variables,
                           const char *config, const char *credentials);
void credential_world_close(struct credential_world *world);

bool credential_world_get(struct credential_world *world, struct credentials *out, struct err *err);

#endif
