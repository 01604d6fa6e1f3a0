#include "handlers/s3_request.h"

#include "aws/s3.h"
#include "handlers/body.h"

bool read_s3_uri(struct argument *argument, const struct reading *reading, struct err *err) {
    struct span bucket;
    struct span key;

    (void)reading;
    return s3_uri_parse(argument->text, &bucket, &key, err);
}

bool s3_request_read(struct call *call, const json_t *body, const struct parameter_list *accepted,
                     struct span *out_bucket, struct span *out_key, struct err *err) {
    const struct reading reading = {call->arena, call->now_ms};

    body_read(body, accepted, &reading, &call->arguments, &call->faults);
    const struct argument *uri = arguments_find(&call->arguments, "uri");
    if (call->faults.count > 0)
        return err_set(err, ERR_INVALID, "wrong parameters");
    if (uri == NULL)
        return call_refuse(call, "uri", SPAN_NONE, "is missing", err);
    return s3_uri_parse(uri->text, out_bucket, out_key, err);
}
