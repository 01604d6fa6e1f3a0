/* A request and a response as plain values: handlers see no socket. */
#ifndef TRAILD_HANDLERS_HTTP_H
#define TRAILD_HANDLERS_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/span.h"
#include "base/spool.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_OTHER,
};

struct request {
    enum method method;
    struct span target;           /* path and query as sent: "/v1/events?limit=2" */
    struct span content_type;     /* SPAN_NONE without the header */
    struct span content_encoding; /* likewise */
    struct span amz_target;       /* X-Amz-Target: what AWS's protocol asks for; likewise */
    struct spooled *upload;       /* its body; NULL without one */
    bool on_worker;               /* off the event threads: may take as long as it needs */
    const atomic_bool *cancel;    /* true once nobody waits for the answer; may be NULL */
};

#define RESPONSE_HEADERS 6

struct header {
    const char *name;  /* a constant */
    struct span value; /* in the response's arena or constant */
};

/* Zeroed to begin with; response_clear at the end. */
struct response {
    int status;
    struct header headers[RESPONSE_HEADERS];
    size_t header_count;
    struct buffer body;
    struct arena arena; /* for the request's working memory; dies with the response */
    const char *route;  /* the route's path as declared, for log and metrics; never NULL */
    struct span error;  /* for the log: full text of a failure that the answer does not tell, or
                           that nobody reads there */
    bool for_aws;       /* failures are told as AWS's clients read them */
    bool needs_worker;  /* not answered: call again with on_worker set */
};

void response_header(struct response *response, const char *name, struct span value);
void response_clear(struct response *response);

/* METHOD_OTHER for what it does not know. */
enum method method_of(struct span name);

#endif
