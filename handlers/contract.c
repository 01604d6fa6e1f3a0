/* GET /openapi.yaml and /openapi.json: the contract, out of the program itself. */
#include "handlers/endpoints.h"

/* openapi/embed.S */
extern const char openapi_yaml_start[];
extern const char openapi_yaml_end[];
extern const char openapi_json_start[];
extern const char openapi_json_end[];

static bool answer(struct call *call, struct span content_type, const char *start,
                   const char *end) {
    call_answer(call, 200, content_type);
    response_header(call->response, "Cache-Control", SPAN("no-cache"));
    buffer_append(&call->response->body, (struct span){start, (size_t)(end - start)});
    return true;
}

bool contract_yaml_answer(struct call *call, struct err *err) {
    (void)err;
    return answer(call, SPAN("application/yaml"), openapi_yaml_start, openapi_yaml_end);
}

bool contract_json_answer(struct call *call, struct err *err) {
    (void)err;
    return answer(call, SPAN("application/json"), openapi_json_start, openapi_json_end);
}
