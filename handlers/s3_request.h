/* What requests about S3 have in common: a body of JSON whose member `uri` names a place there. */
#ifndef TRAILD_HANDLERS_S3_REQUEST_H
#define TRAILD_HANDLERS_S3_REQUEST_H

#include <jansson.h>

#include "handlers/call.h"

/* A reader: `s3://BUCKET/KEY`, as s3_uri_parse takes it. */
parameter_reader read_s3_uri;

/* Reads the members into the call's arguments, and the bucket and the key of `uri`, which is
 * required. ERR_INVALID with the call's faults. Spans are in the call's arena. */
MUST_USE bool s3_request_read(struct call *call, const json_t *body,
                              const struct parameter_list *accepted, struct span *out_bucket,
                              struct span *out_key, struct err *err);

#endif
