/* One call of an endpoint: what it is given, and the ways it may answer. */
#ifndef TRAILD_HANDLERS_CALL_H
#define TRAILD_HANDLERS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "handlers/faults.h"
#include "handlers/http.h"
#include "handlers/parameters.h"
#include "handlers/service.h"

struct call {
    struct service *service;
    const struct request *request;
    struct response *response;
    struct arena *arena;        /* the response's */
    struct span path;           /* as sent, without the query */
    struct span id;             /* what stands for {...} in the route's path, decoded */
    struct arguments arguments; /* of the query string, checked */
    struct faults faults;
    int64_t now_ms;
};

/* Answers the call, or fails; the failure becomes a problem. With ERR_BUDGET the call is made again
 * on a worker. */
typedef bool call_handler(struct call *call, struct err *err);

/* Begins an answer: status and the headers that all answers with a body have. The body is for the
 * handler to append. */
void call_answer(struct call *call, int status, struct span content_type);

/* The same for JSON that must not be kept by caches. */
void call_answer_json(struct call *call, int status);

/* Names a parameter that is wrong only in sight of others; fails with ERR_INVALID. The reason is
 * copied first, so it may be err's own text. */
bool call_refuse(struct call *call, const char *parameter, struct span value, const char *reason,
                 struct err *err);

/* The path's id as a number; `what` it is of, "an import". */
MUST_USE bool call_number(struct call *call, const char *what, int64_t *out, struct err *err);

/* The body, in the call's arena; empty without one. ERR_TOO_LARGE beyond `most` bytes. */
MUST_USE bool call_body(struct call *call, size_t most, struct span *out, struct err *err);

#endif
