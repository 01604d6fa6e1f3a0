/* An answer as the bytes of HTTP/1.1, for the one moment when the library cannot send it: in the
 * middle of a body (MHD_queue_response refuses there, and cutting the connection would tell the
 * client nothing). */
#ifndef TRAILD_SERVER_RAW_ANSWER_H
#define TRAILD_SERVER_RAW_ANSWER_H

#include <stdint.h>

#include "base/buffer.h"
#include "handlers/http.h"

/* Appends head and body; the connection is closed behind it. */
void raw_answer_write(const struct response *response, int64_t now_ms, struct buffer *out);

/* Writes as much as the socket takes at once, which is all of it unless the client does not read.
 */
MUST_USE bool raw_answer_send(const struct response *response, int descriptor);

#endif
