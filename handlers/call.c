#include "handlers/call.h"

void call_answer(struct call *call, int status, struct span content_type) {
    call->response->status = status;
    response_header(call->response, "Content-Type", content_type);
    response_header(call->response, "X-Content-Type-Options", SPAN("nosniff"));
}

void call_answer_json(struct call *call, int status) {
    call_answer(call, status, SPAN("application/json"));
    response_header(call->response, "Cache-Control", SPAN("no-store"));
}

bool call_refuse(struct call *call, const char *parameter, struct span value, const char *reason,
                 struct err *err) {
    faults_add(&call->faults, call->arena, span_of(parameter), value, reason);
    return err_set(err, ERR_INVALID, "wrong parameters");
}

bool call_import_id(struct call *call, int64_t *out, struct err *err) {
    int64_t id;

    if (!span_to_integer(call->id, &id) || id == 0)
        return call_refuse(call, "id", call->id, "must be the number of an import: 1 or more", err);
    *out = id;
    return true;
}
