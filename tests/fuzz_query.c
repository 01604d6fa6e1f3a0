/* Any request target at all: the service answers it, with JSON or with a text of its own, and never
 * with a failure of its own making. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tests/support_fuzz_service.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct service *service;

#define EVENTS                                                                                     \
    "[{\"eventID\":\"e-1\",\"eventTime\":\"2026-10-01T08:00:00Z\",\"eventName\":\"GetObject\","    \
    "\"eventSource\":\"s3.amazonaws.com\",\"awsRegion\":\"us-east-1\",\"readOnly\":true,"          \
    "\"sourceIPAddress\":\"192.0.2.1\",\"recipientAccountId\":\"111122223333\","                   \
    "\"resources\":[{\"ARN\":\"arn:aws:s3:::bucket\"}],\"userIdentity\":{\"type\":\"Root\"}},"     \
    "{\"eventID\":\"e-2\",\"eventTime\":\"2026-10-01T08:00:00Z\",\"errorCode\":\"AccessDenied\","  \
    "\"sourceIPAddress\":\"2001:db8::1\",\"userAgent\":\"a*b\"},"                                  \
    "{\"eventTime\":\"2026-10-01T09:00:00Z\"},{\"no\":\"event\"}]"

static void check(bool good, const char *what, struct span target) {
    if (good)
        return;
    fprintf(stderr, "%s: %.*s\n", what, SPAN_ARGS(target));
    abort();
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    (void)arguments;
    service = fuzz_service(SPAN(EVENTS));
    return 0;
}

static bool is_json(const struct response *response) {
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].name, "Content-Type") == 0)
            return memmem(response->headers[i].value.data, response->headers[i].value.length,
                          "json", 4) != NULL;
    }
    return false;
}

/* A header that holds a line end would be two headers. */
static bool headers_are_clean(const struct response *response) {
    for (size_t i = 0; i < response->header_count; i++) {
        struct span value = response->headers[i].value;
        for (size_t j = 0; j < value.length; j++) {
            if ((unsigned char)value.data[j] < 0x20 || (unsigned char)value.data[j] > 0x7e)
                return false;
        }
    }
    return true;
}

static void check_body(const struct response *response, struct span target) {
    json_t *json = json_loadb(response->body.data, response->body.length, JSON_ALLOW_NUL, NULL);

    check(json != NULL, "the answer is no JSON", target);
    if (response->status >= 400)
        check(json_integer_value(json_object_get(json, "status")) == response->status,
              "the problem has another status", target);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct response CLEANUP(response_clear) response = {0};
    struct request request = {
        .method = METHOD_GET, .target = {(const char *)data, size}, .on_worker = true};

    service_answer(service, &request, &response);
    check(!response.needs_worker, "on a worker already", request.target);
    /* 405: some paths take only POST. */
    check(response.status == 200 || response.status == 400 || response.status == 404 ||
              response.status == 405 || response.status == 414,
          "an answer of another kind", request.target);
    check(headers_are_clean(&response), "bytes in a header", request.target);
    if (is_json(&response))
        check_body(&response, request.target);
    return 0;
}
