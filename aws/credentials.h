/* Who we are to AWS: an access key, its secret and perhaps a session token, found where AWS's own
 * tools look for them, in their order:
 *
 *   environment, a role that the profile assumes, web identity, the profile in the credentials
 * file, the profile's credential_process, the profile in the config file, container, EC2 instance.
 *
 * The first way that is configured counts: when it fails, the search fails, so that nobody works as
 * somebody else unawares. Files are read anew at each search, so what a tool renews is found.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
#ifndef TRAILD_AWS_CREDENTIALS_H
#define TRAILD_AWS_CREDENTIALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct aws_clock;
struct transport;
struct credential_chain;

struct credentials {
    struct span access_key;
    struct span secret; /* never into a log, an error or an answer */
    struct span token;  /* of the session, as secret as the secret; SPAN_NONE: none */
    int64_t expires_ms; /* INT64_MAX: never */
    struct span region; /* where the EC2 instance is that has them, unless the settings tell a
                           region; SPAN_NONE: not known */
    const char *origin; /* "environment", "profile x"...: may be shown */
};

/* Looks at nothing yet. `variable` is getenv or a test's own; it is asked by any thread. The clock
 * is borrowed; the search may learn that it is off. */
struct credential_chain *credential_chain_open(char *(*variable)(const char *name),
                                               struct aws_clock *clock);

/* No thread may be in it any more. Wipes what it knows. */
void credential_chain_close(struct credential_chain *chain);

/* From any thread, each with a transport of its own. What was found is kept and sought anew 15
 * minutes before it expires, by one thread, while the others go on with what there is; they wait
 * only within the last 10 minutes. A search that fails is forgiven while the old ones are valid;
 * one that found nothing is not repeated for some seconds.
 *
 * `out` is a copy in the arena, which should die by arena_wipe. Fails with ERR_REMOTE and what each
 * way said; with ERR_BUSY when asking later may help, also because there were some before; with
 * ERR_CANCELLED. */
MUST_USE bool credential_chain_get(struct credential_chain *chain, struct transport *transport,
                                   const atomic_bool *cancel, struct arena *arena,
                                   struct credentials *out, struct err *err);

/* AWS said that these are expired or unknown: the next get seeks anew. Does nothing when they are
 * not the ones in use any more, or were found only a moment ago. */
void credential_chain_refuse(struct credential_chain *chain, struct span access_key);

#endif
