/* An answer while it comes: its head within limits, its body into the sink or into memory. */
#ifndef TRAILD_AWS_INCOMING_H
#define TRAILD_AWS_INCOMING_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/transport.h"
#include "base/buffer.h"

struct incoming {
    const struct transport_request *request; /* borrowed, as the next two */
    struct arena *arena;
    struct err *err;
    struct transport_answer answer;
    size_t head_bytes;
    struct buffer body; /* that no sink takes */
    bool begun;         /* the sink */
    bool enough;        /* of a refusal: the rest is not read */
    bool failed;        /* err tells why */
};

void incoming_begin(struct incoming *incoming, const struct transport_request *request,
                    struct arena *arena, struct err *err);
void incoming_clear(struct incoming *incoming);

/* A line of the head, then bytes of the body, then the end. False: it failed, and err tells why. */
MUST_USE bool incoming_line(struct incoming *incoming, struct span line);
MUST_USE bool incoming_bytes(struct incoming *incoming, struct span bytes);
MUST_USE bool incoming_end(struct incoming *incoming, struct transport_answer *out);

/* Names the host before `why`; always returns false. */
bool incoming_fail(struct incoming *incoming, enum err_kind kind, const char *why);

#endif
