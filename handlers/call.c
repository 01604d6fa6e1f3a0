#include "handlers/call.h"

#include "base/reader.h"

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

bool call_number(struct call *call, const char *what, int64_t *out, struct err *err) {
    int64_t id;

    if (!span_to_integer(call->id, &id) || id == 0) {
        struct span reason = arena_format(call->arena, "must be the number of %s: 1 or more", what);
        return call_refuse(call, "id", call->id, reason.data, err);
    }
    *out = id;
    return true;
}

bool call_body(struct call *call, size_t most, struct span *out, struct err *err) {
    const struct spooled *upload = call->request->upload;
    size_t length = 0;
    size_t taken = 1;

    *out = SPAN("");
    if (upload == NULL)
        return true;
    if (upload->bytes > (int64_t)most)
        return err_set(err, ERR_TOO_LARGE, "the body is longer than %zu bytes", most);
    size_t room = (size_t)upload->bytes;
    char *bytes = arena_new(call->arena, room, 1);
    while (length < room && taken > 0) {
        if (!reader_read(upload->reader, bytes + length, room - length, &taken, err))
            return false;
        length += taken;
    }
    *out = (struct span){bytes, length};
    return true;
}
