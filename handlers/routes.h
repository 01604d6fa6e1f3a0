/* The table of all routes, and which of them a request is for. */
#ifndef TRAILD_HANDLERS_ROUTES_H
#define TRAILD_HANDLERS_ROUTES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/span.h"
#include "handlers/call.h"
#include "handlers/http.h"

enum route_flag {
    ROUTE_TAKES_BODY = 1,
    ROUTE_SLOW = 2,          /* always answered on a worker */
    ROUTE_TAKES_MESSAGE = 4, /* a body of LIMIT_NOTICE_BYTES at most */
    ROUTE_REMOTE = 8,        /* slow, and waits for S3 */
    ROUTE_TAKES_CALL = 16,   /* a body of LIMIT_AWS_REQUEST_BYTES at most */
};

struct route {
    enum method method;
    const char *path; /* one segment may be a name in braces, which stands for any text */
    unsigned flags;
    const struct parameter_list *parameters; /* NULL: it takes none */
    call_handler *handler;
};

struct route_match {
    const char *path;          /* the declared path that matched, whatever the method; or NULL */
    const struct route *route; /* NULL when the path does not have the method */
    struct span id;            /* what stands for the braces, as sent; else SPAN_NONE */
};

/* `path` as sent, without the query. HEAD is answered as GET. */
struct route_match routes_match(enum method method, struct span path);

/* For the Allow header: "GET, HEAD, OPTIONS"; path NULL: of all paths together. */
void routes_allowed(const char *path, struct buffer *out);

#endif
