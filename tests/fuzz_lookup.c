/* Anything at all as a call of AWS's protocol, the operation up to the first line end and its input
 * behind it: it is answered, or refused by a name and with a sentence, and never with a failure of
 * our own making. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tests/support_fuzz_service.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct service *service;

#define EVENTS                                                                                     \
    "[{\"eventID\":\"e-1\",\"eventTime\":\"2026-10-01T08:00:00Z\",\"eventName\":\"CreateBucket\"," \
    "\"eventSource\":\"s3.amazonaws.com\",\"awsRegion\":\"us-east-1\",\"readOnly\":false,"         \
    "\"sourceIPAddress\":\"192.0.2.1\",\"recipientAccountId\":\"111122223333\","                   \
    "\"requestParameters\":{\"bucketName\":\"b\"},\"userIdentity\":{\"type\":\"Root\"}},"          \
    "{\"eventID\":\"e-2\",\"eventTime\":\"2026-10-01T08:00:00.5Z\",\"eventCategory\":\"Insight\"," \
    "\"insightDetails\":{\"eventName\":\"a\",\"eventSource\":\"b\"}},"                             \
    "{\"eventTime\":\"2026-10-01T09:00:00Z\"}]"

static void check(bool good, const char *what, const struct response *response) {
    if (good)
        return;
    fprintf(stderr, "%s: %d %.*s\n", what, response->status,
            SPAN_ARGS(buffer_span(&response->body)));
    abort();
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    (void)arguments;
    service = fuzz_service(SPAN(EVENTS));
    return 0;
}

static void check_body(const struct response *response) {
    json_t *json = json_loadb(response->body.data, response->body.length, JSON_ALLOW_NUL, NULL);
    const json_t *event;
    size_t i;

    check(json != NULL, "the answer is no JSON", response);
    check((response->status == 200) == (json_object_get(json, "__type") == NULL), "a name",
          response);
    if (response->status != 200)
        check(json_string_length(json_object_get(json, "message")) > 0, "no sentence", response);
    json_array_foreach(json_object_get(json, "Events"), i, event)
        check(strstr(EVENTS, json_string_value(json_object_get(event, "CloudTrailEvent"))) != NULL,
              "another record", response);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct response CLEANUP(response_clear) response = {0};
    struct span all = {(const char *)data, size};
    struct span operation = all;
    struct span input = SPAN("");
    struct span_reader reader;

    (void)!span_cut(all, '\n', &operation, &input);
    span_reader_init(&reader, input);
    struct spooled upload = {.reader = &reader.reader, .bytes = (int64_t)input.length};
    struct request request = {.method = METHOD_POST,
                              .target = SPAN("/"),
                              .amz_target = operation,
                              .content_type = SPAN("application/x-amz-json-1.1"),
                              .upload = &upload,
                              .on_worker = true};

    service_answer(service, &request, &response);
    check(!response.needs_worker, "on a worker already", &response);
    check(response.status == 200 || response.status == 400 || response.status == 413,
          "an answer of another kind", &response);
    check_body(&response);
    return 0;
}
