/* POST /v1/notifications/sns: what Amazon SNS delivers. SNS delivers again what was answered with
 * 5xx, and gives up on 4xx. */
#include "base/json_text.h"
#include "base/limits.h"
#include "base/utc.h"
#include "collect/collector.h"
#include "handlers/endpoints.h"

/* SNS waits 15 seconds for an answer. */
#define PATIENCE_MS INT64_C(12000)

static const char *const outcomes[] = {
    [SNS_STORED] = "stored",
    [SNS_CONFIRMED] = "confirmed",
    [SNS_IGNORED] = "ignored",
};

static void write_result(const struct sns_result *result, struct buffer *body) {
    buffer_append_byte(body, '{');
    json_text_string_member(body, "status", span_of(outcomes[result->outcome]));
    json_text_integer_member(body, "objects", result->objects);
    json_text_string_member(body, "what", result->what);
    buffer_append_text(body, "}\n");
}

/* SNS keeps no answer, so that only the log can tell why a message was refused. */
static bool refuse(struct call *call, const struct err *err) {
    call->response->error = arena_format(&call->response->arena, "%s", err->text);
    return false;
}

bool sns_answer(struct call *call, struct err *err) {
    int64_t deadline_ms = monotonic_ms() + PATIENCE_MS;
    struct sns_result result;
    struct span body;

    if (!call_body(call, LIMIT_NOTICE_BYTES, &body, err))
        return false;
    if (body.length == 0)
        return err_set(err, ERR_INVALID, "the body is empty: SNS sends its message there");
    if (!collector_take_sns(call->service->collector, body, deadline_ms, call->request->cancel,
                            call->arena, &result, err))
        return refuse(call, err);
    call_answer_json(call, 200);
    write_result(&result, &call->response->body);
    return true;
}
