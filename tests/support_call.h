/* Calls the service in process, without a socket, on a store in a temporary directory. */
#ifndef TRAILD_TESTS_SUPPORT_CALL_H
#define TRAILD_TESTS_SUPPORT_CALL_H

#include <jansson.h>

#include "handlers/service.h"

struct caller {
    char directory[64];
    struct service service;
    atomic_bool last_on_worker; /* whether the last call needed a worker */
};

void caller_open(struct caller *caller);

/* Removes the directory too. */
void caller_close(struct caller *caller);

/* Closes and opens the store, as a restart does. */
void caller_restart(struct caller *caller);

/* "GET /v1/events?limit=2": as the server does it, first as from an event thread, then, when asked,
 * as from a worker. Cleared by the test with response_clear. */
struct response call(struct caller *caller, const char *request);
struct response call_span(struct caller *caller, enum method method, struct span target);

/* What a POST brings. */
struct sending {
    struct span body;
    struct span content_type;
    struct span content_encoding;
};

struct response call_sending(struct caller *caller, const char *request,
                             const struct sending *sending);

/* POST / as AWS's clients send it: `operation` is LookupEvents and the like. */
struct response call_aws(struct caller *caller, const char *operation, struct span body);
/* The same to another address: "POST /?a=b". */
struct response call_aws_at(struct caller *caller, const char *request, const char *operation,
                            struct span body);

/* SPAN_NONE without such a header. */
struct span header_value(const struct response *response, const char *name);

/* The body as JSON; fails the test when it is none or does not end with a line end. */
json_t *body_json(const struct response *response);

/* Calls, compares the status, and gives the body as JSON. */
json_t *call_json_status(struct caller *caller, const char *request, int status);

/* Imports a file; fails the test unless it answers with 201. Gives the receipt's id. */
int64_t call_import(struct caller *caller, struct span body);

#endif
