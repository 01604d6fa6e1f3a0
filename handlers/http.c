#include "handlers/http.h"

#include <assert.h>

void response_header(struct response *response, const char *name, struct span value) {
    assert(response->header_count < RESPONSE_HEADERS);
    response->headers[response->header_count++] = (struct header){name, value};
}

void response_clear(struct response *response) {
    buffer_clear(&response->body);
    arena_clear(&response->arena);
    *response = (struct response){0};
}

enum method method_of(struct span name) {
    static const char *const names[METHOD_OTHER] = {
        [METHOD_GET] = "GET",         [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
        [METHOD_PUT] = "PUT",         [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
        [METHOD_OPTIONS] = "OPTIONS",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (span_equal(name, span_of(names[i])))
            return (enum method)i;
    }
    return METHOD_OTHER;
}
