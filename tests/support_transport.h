/* One request to a server that answers as a test tells it. */
#ifndef TRAILD_TESTS_SUPPORT_TRANSPORT_H
#define TRAILD_TESTS_SUPPORT_TRANSPORT_H

#include "aws/transport.h"
#include "tests/support_fake_http.h"

extern const struct transport_config plain_transport;

/* `target` at the server's address. */
struct span url_of(struct fake_http *server, const char *target, struct arena *arena);

/* Without a method: GET. The request's URL is that of the server; its answer is the raw text. */
bool ask(const char *answer, struct transport_request request, struct arena *arena,
         struct transport_answer *out, struct err *err);

#endif
