/* The protocol of AWS's own clients, AWS JSON 1.1 (smithy.io, "AWS JSON 1.1 protocol"): a header
 * names the operation, arguments and answer are JSON objects, a failure has a name. */
#ifndef TRAILD_HANDLERS_AWS_JSON_H
#define TRAILD_HANDLERS_AWS_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "base/err.h"
#include "handlers/call.h"

/* One request for an operation. */
struct aws_request {
    struct call *call;
    const json_t *input; /* an object */
    const char *refusal; /* the failure's name, set by aws_refuse; NULL: that of its kind */
};

/* Answers or fails, as a call_handler does. */
typedef bool aws_operation(struct aws_request *aws, struct err *err);

/* Fails with ERR_INVALID; `name` is what clients know the failure by: "TrailNotFoundException". */
bool aws_refuse(struct aws_request *aws, const char *name, struct err *err, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* When a member has the wrong type, or the request is none. Always returns false. */
bool aws_refuse_type(struct aws_request *aws, const char *member, const char *type,
                     struct err *err);

/* A member of the input; NULL when it is not there, or null. */
const json_t *aws_member(const struct aws_request *aws, const char *name);

/* A member that must be a text, borrowed from the input; SPAN_NONE when it is not there. */
MUST_USE bool aws_text_member(struct aws_request *aws, const char *name, struct span *out,
                              struct err *err);

/* So much of an outside text as a sentence may show of it. */
struct span aws_shown(struct span text);

/* Begins an answer, which the operation appends to the response's body. */
void aws_answer_begin(struct aws_request *aws, int status);

/* The whole answer to a call that failed. Of an internal failure the client gets only the id of the
 * request; the full text goes to response->error. */
void aws_answer_failure(struct aws_request *aws, const struct err *err);

/* A time as AWS writes it: seconds since 1970, with a fraction only when there is one. */
void aws_write_time(struct buffer *out, const char *name, int64_t ms);

/* A member that is left out without a value, as AWS does. */
void aws_write_text(struct buffer *out, const char *name, struct span text);

#endif
