/* Failures as AWS's clients read them (AWS JSON 1.1): a name and a sentence, and the id of the
 * request in the head. */
#ifndef TRAILD_HANDLERS_AWS_FAILURE_H
#define TRAILD_HANDLERS_AWS_FAILURE_H

#include "base/span.h"
#include "handlers/http.h"

/* Begins an answer of the protocol, in place of whatever the response held. Gives the id of the
 * request. */
struct span aws_response_begin(struct response *response, int status);

/* The whole answer, under an id of its own. `name` is what clients know the failure by; NULL: what
 * AWS's services call one of this status. */
void aws_failure_write(struct response *response, int status, const char *name,
                       struct span message);

/* Of a failure of ours the client gets only the id; `text` goes to response->error. */
void aws_failure_write_internal(struct response *response, const char *text);

#endif
