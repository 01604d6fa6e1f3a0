/* The HTTP API behind one door: a request in, a response out. Out: request -> parameters ->
 * query -> store -> events -> response. Any thread may call it. */
#ifndef TRAILD_HANDLERS_SERVICE_H
#define TRAILD_HANDLERS_SERVICE_H

#include "base/err.h"
#include "handlers/http.h"
#include "handlers/metrics.h"
#include "store/store.h"

struct collector;

/* What the handlers share. */
struct service {
    struct store *store;         /* borrowed */
    struct metrics *metrics;     /* borrowed */
    struct collector *collector; /* borrowed */
    int64_t max_inflated;        /* bytes, see base/limits.h */
    int64_t max_upload;
    atomic_bool stopping; /* /readyz answers 503 from then on */
};

/* Answers any request; failures become problem+json responses. `response` is zeroed by the caller
 * and cleared by it. When `response->needs_worker` is set on return, nothing has been answered:
 * call again, with a fresh response and `on_worker` set, from a thread that may wait. */
void service_answer(struct service *service, const struct request *request,
                    struct response *response);

/* What the server has to know before the body arrives. */
struct route_facts {
    const char *route; /* for the log; "(none)" when nothing matches */
    bool found;        /* such a path exists */
    bool takes_body;   /* this method of it wants a body */
    bool slow;         /* always answered on a worker */
    bool remote;       /* waits for another service: answered apart from those who do not */
    int64_t most_body; /* bytes of it, if it has a limit of its own; else 0: --max-upload */
};

struct route_facts service_route(enum method method, struct span target);

/* An answer made without a handler, for what goes wrong in front of them: bad framing (400), too
 * many bytes (413)... As the sender of the request reads it; NULL: nobody knows which it is. */
void service_problem(struct response *response, const struct request *request, int status,
                     const char *title, struct span detail);

#endif
