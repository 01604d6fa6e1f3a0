#include "tests/support_s3_service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

void s3_service_open(struct s3_service *service) {
    collecting_open(&service->collecting, 4);
    service->caller = (struct caller){.service = {.store = service->collecting.scratch.store,
                                                  .collector = service->collecting.collector,
                                                  .metrics = metrics_new()}};
}

void s3_service_close(struct s3_service *service) {
    metrics_free(service->caller.service.metrics);
    collecting_close(&service->collecting);
}

json_t *s3_service_post(struct s3_service *service, const char *path, const char *body, int status,
                        char *location) {
    const struct sending sending = {.body = span_of(body)};
    char request[100];

    snprintf(request, sizeof(request), "POST %s", path);
    struct response response = call_sending(&service->caller, request, &sending);
    if (response.status != status)
        fail_msg("%d for %.200s: %.*s", response.status, body,
                 SPAN_ARGS(buffer_span(&response.body)));
    assert_true(service->caller.last_on_worker);
    if (location != NULL)
        snprintf(location, LOCATION_BYTES, "%.*s", SPAN_ARGS(header_value(&response, "Location")));
    json_t *json = body_json(&response);
    response_clear(&response);
    return json;
}

const char *json_text_of(const json_t *json, const char *name) {
    return json_string_value(json_object_get(json, name));
}

json_int_t json_number_of(const json_t *json, const char *name) {
    assert_true(json_is_integer(json_object_get(json, name)));
    return json_integer_value(json_object_get(json, name));
}
