#include "handlers/service.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/percent.h"
#include "base/utc.h"
#include "handlers/call.h"
#include "handlers/problem.h"
#include "handlers/routes.h"

#define NO_ROUTE "(none)"

static struct span path_of(struct span target, struct span *out_query) {
    struct span path = target;

    *out_query = SPAN("");
    (void)!span_cut(target, '?', &path, out_query);
    return path;
}

static int64_t most_body(unsigned flags) {
    if ((flags & ROUTE_TAKES_MESSAGE) != 0)
        return LIMIT_NOTICE_BYTES;
    return (flags & ROUTE_TAKES_CALL) != 0 ? LIMIT_AWS_REQUEST_BYTES : 0;
}

struct route_facts service_route(enum method method, struct span target) {
    struct span query;
    struct route_match match = routes_match(method, path_of(target, &query));
    unsigned flags = match.route != NULL ? match.route->flags : 0;

    return (struct route_facts){
        .route = match.path != NULL ? match.path : NO_ROUTE,
        .found = match.path != NULL,
        .takes_body = (flags & (ROUTE_TAKES_BODY | ROUTE_TAKES_MESSAGE | ROUTE_TAKES_CALL)) != 0,
        .most_body = most_body(flags),
        .slow = (flags & ROUTE_SLOW) != 0,
        .remote = (flags & ROUTE_REMOTE) != 0,
    };
}

/* Clients that know AWS's errors only show nothing of others. */
static bool is_for_aws(const struct request *request) {
    return request != NULL && request->amz_target.data != NULL;
}

void service_problem(struct response *response, const struct request *request, int status,
                     const char *title, struct span detail) {
    if (response->route == NULL)
        response->route = NO_ROUTE;
    response->for_aws = is_for_aws(request);
    problem_write(response, status, title, detail);
}

/* For one path, or for `*`, the server as a whole (RFC 9110, section 9.3.7). */
static void answer_options(struct response *response, const char *path) {
    struct buffer CLEANUP(buffer_clear) allowed;

    buffer_init(&allowed, 0);
    routes_allowed(path, &allowed);
    response->status = 204;
    response_header(response, "Allow", arena_copy(&response->arena, buffer_span(&allowed)));
    response_header(response, "X-Content-Type-Options", SPAN("nosniff"));
}

static void refuse_method(struct response *response, const char *path) {
    struct buffer CLEANUP(buffer_clear) allowed;

    buffer_init(&allowed, 0);
    routes_allowed(path, &allowed);
    struct span names = arena_copy(&response->arena, buffer_span(&allowed));
    problem_write(
        response, 405, NULL,
        arena_format(&response->arena, "%s takes %.*s; see /openapi.yaml", path, SPAN_ARGS(names)));
    response_header(response, "Allow", names);
}

/* What stands between the braces of a declared path: the parameter's name. */
static struct span name_in_braces(const char *declared) {
    const char *open = strchr(declared, '{');
    const char *close = strchr(declared, '}');

    assert(open != NULL && close != NULL);
    return (struct span){open + 1, (size_t)(close - open - 1)};
}

static void read_id(struct call *call, const struct route_match *match) {
    call->id = match->id;
    if (match->id.data != NULL && !percent_decode(match->id, PLUS_IS_PLUS, call->arena, &call->id))
        faults_add(&call->faults, call->arena, name_in_braces(match->path), match->id,
                   "has a bad escape: behind % must stand two hexadecimal digits");
}

static bool read_arguments(struct call *call, const struct route_match *match, struct span query,
                           struct err *err) {
    const struct reading reading = {call->arena, call->now_ms};

    read_id(call, match);
    parameters_read(query, match->route->parameters, &reading, &call->arguments, &call->faults);
    return call->faults.count == 0 || err_set(err, ERR_INVALID, "wrong parameters");
}

static void run(struct call *call, const struct route_match *match, struct span query) {
    struct err err = {0};

    if (read_arguments(call, match, query, &err) && match->route->handler(call, &err))
        return;
    if (err.kind == ERR_BUDGET && !call->request->on_worker)
        call->response->needs_worker = true;
    else
        problem_of_failure(call->response, &err, &call->faults);
}

void service_answer(struct service *service, const struct request *request,
                    struct response *response) {
    struct span query;
    struct span path = path_of(request->target, &query);
    struct route_match match = routes_match(request->method, path);
    struct call call = {
        .service = service,
        .request = request,
        .response = response,
        .arena = &response->arena,
        .path = path,
        .now_ms = utc_now_ms(),
    };

    response->route = match.path != NULL ? match.path : NO_ROUTE;
    response->for_aws = is_for_aws(request);
    if (request->target.length > LIMIT_TARGET_BYTES)
        problem_write(response, 414, NULL,
                      arena_format(&response->arena, "path and query are longer than %d bytes",
                                   (int)LIMIT_TARGET_BYTES));
    else if (request->method == METHOD_OPTIONS && span_equal(path, SPAN("*")))
        answer_options(response, NULL);
    else if (match.path == NULL)
        problem_write(response, 404, NULL,
                      response->for_aws
                          ? SPAN("there is nothing here: AWS's clients are given this "
                                 "server's address without a path")
                          : SPAN("there is nothing here; see /openapi.yaml"));
    else if (request->method == METHOD_OPTIONS)
        answer_options(response, match.path);
    else if (match.route == NULL)
        refuse_method(response, match.path);
    else if ((match.route->flags & ROUTE_SLOW) != 0 && !request->on_worker)
        response->needs_worker = true;
    else
        run(&call, &match, query);
}
