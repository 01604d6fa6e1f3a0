/* GET /healthz, /readyz and /metrics: for those who run the service. */
#include "collect/collector.h"
#include "handlers/endpoints.h"

bool health_answer(struct call *call, struct err *err) {
    (void)err;
    call_answer_json(call, 200);
    buffer_append_text(&call->response->body, "{\"status\":\"ok\"}\n");
    return true;
}

bool ready_answer(struct call *call, struct err *err) {
    struct err cause;

    if (atomic_load(&call->service->stopping))
        return err_set(err, ERR_BUSY, "stopping");
    if (!store_check(call->service->store, &cause)) {
        call->response->error = arena_format(call->arena, "not ready: %s", cause.text);
        return err_set(err, ERR_BUSY, "%s",
                       cause.kind == ERR_NO_SPACE ? cause.text
                                                  : "the store cannot be read and written");
    }
    call_answer_json(call, 200);
    buffer_append_text(&call->response->body, "{\"status\":\"ready\"}\n");
    return true;
}

bool metrics_answer(struct call *call, struct err *err) {
    struct store_figures store;
    struct collector_figures collector;

    if (!store_measure(call->service->store, &store, err))
        return false;
    collector_measure(call->service->collector, &collector);
    call_answer(call, 200, SPAN("text/plain; version=0.0.4"));
    response_header(call->response, "Cache-Control", SPAN("no-store"));
    metrics_write(call->service->metrics, &store, &collector, &call->response->body);
    return true;
}
