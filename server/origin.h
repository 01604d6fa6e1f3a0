/* Does a web page of another site make this request? Listening on loopback keeps other machines
 * out, but not the pages in a browser on this one: they may send requests here, and read the
 * answers too once a name of theirs resolves to 127.0.0.1 (DNS rebinding). Knows no socket. */
#ifndef TRAILD_SERVER_ORIGIN_H
#define TRAILD_SERVER_ORIGIN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "server/framing.h"

/* Of a head that passed framing_check. `hosts`: the names of --host between commas, or none. False
 * with `*out_refusal` set: 421 when Host is neither an IP address nor a name without a dot nor one
 * of `hosts`, 403 when the browser says that a page of another site asks; but that page may lead
 * here. */
MUST_USE bool origin_check(const struct head *head, struct span hosts, struct refusal *out_refusal);

/* Whether it is a list of names for --host. ERR_INVALID with a sentence that begins with "must be".
 */
MUST_USE bool origin_check_hosts(struct span hosts, struct err *err);

#endif
