#include "handlers/routes.h"

#include <string.h>

#include "handlers/endpoints.h"

#define REMOTE  (ROUTE_SLOW | ROUTE_REMOTE)
#define MESSAGE (REMOTE | ROUTE_TAKES_MESSAGE)

/* Of two paths that match, the first counts, whatever its methods: `/v1/imports/s3` is no id. */
static const struct route routes[] = {
    {METHOD_GET, "/v1/events", 0, &events_parameters, events_answer},
    {METHOD_GET, "/v1/events/{event_id}", 0, &event_parameters, event_answer},
    {METHOD_GET, "/v1/imports", 0, &imports_parameters, imports_answer},
    {METHOD_POST, "/v1/imports", ROUTE_TAKES_BODY | ROUTE_SLOW, &upload_parameters, upload_answer},
    {METHOD_POST, "/v1/imports/s3", MESSAGE, NULL, import_s3_answer},
    {METHOD_GET, "/v1/imports/{id}", 0, NULL, import_answer},
    {METHOD_DELETE, "/v1/imports/{id}", REMOTE, NULL, import_cancel_answer},
    {METHOD_GET, "/v1/imports/{id}/rejected", ROUTE_SLOW, &rejected_parameters, rejected_answer},
    {METHOD_GET, "/v1/trails", ROUTE_SLOW, NULL, trails_answer},
    {METHOD_POST, "/v1/trails", MESSAGE, NULL, trail_follow_answer},
    {METHOD_GET, "/v1/trails/{id}", ROUTE_SLOW, NULL, trail_answer},
    {METHOD_DELETE, "/v1/trails/{id}", REMOTE, NULL, trail_unfollow_answer},
    {METHOD_POST, "/v1/notifications/sns", MESSAGE, NULL, sns_answer},
    {METHOD_POST, "/", ROUTE_TAKES_CALL, &aws_parameters, aws_answer},
    {METHOD_GET, "/healthz", 0, NULL, health_answer},
    {METHOD_GET, "/readyz", 0, NULL, ready_answer},
    {METHOD_GET, "/metrics", 0, NULL, metrics_answer},
    {METHOD_GET, "/openapi.yaml", 0, NULL, contract_yaml_answer},
    {METHOD_GET, "/openapi.json", 0, NULL, contract_json_answer},
};

static struct span take_segment(struct span *path) {
    const char *slash = memchr(path->data, '/', path->length);
    struct span segment = {path->data, slash != NULL ? (size_t)(slash - path->data) : path->length};

    *path = span_skip(*path, segment.length);
    return segment;
}

static bool path_matches(const char *declared, struct span path, struct span *out_id) {
    struct span id = SPAN_NONE;

    while (*declared != '\0' && path.length > 0) {
        if (*declared == '{') {
            declared = strchr(declared, '}');
            id = take_segment(&path);
            if (id.length == 0)
                return false;
        } else if (*declared == path.data[0]) {
            path = span_skip(path, 1);
        } else {
            return false;
        }
        declared++;
    }
    if (*declared != '\0' || path.length > 0)
        return false;
    *out_id = id;
    return true;
}

struct route_match routes_match(enum method method, struct span path) {
    enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    struct route_match match = {.id = SPAN_NONE};

    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        if (match.path != NULL && strcmp(match.path, routes[i].path) != 0)
            continue;
        if (!path_matches(routes[i].path, path, &match.id))
            continue;
        match.path = routes[i].path;
        if (routes[i].method == wanted) {
            match.route = &routes[i];
            break;
        }
    }
    return match;
}

static bool has_method(const char *path, enum method method) {
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        if (routes[i].method == method && (path == NULL || strcmp(routes[i].path, path) == 0))
            return true;
    }
    return false;
}

void routes_allowed(const char *path, struct buffer *out) {
    if (has_method(path, METHOD_GET))
        buffer_append_text(out, "GET, HEAD, ");
    if (has_method(path, METHOD_POST))
        buffer_append_text(out, "POST, ");
    if (has_method(path, METHOD_DELETE))
        buffer_append_text(out, "DELETE, ");
    buffer_append_text(out, "OPTIONS");
}
