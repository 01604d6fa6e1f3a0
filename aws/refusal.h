/* An answer that is a refusal: what AWS said, and what would help.
 *
 * Amazon S3 API Reference, "Error responses"; AWS JSON 1.0 and 1.1 protocols ("__type"). */
#ifndef TRAILD_AWS_REFUSAL_H
#define TRAILD_AWS_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

enum cure {
    CURE_NONE,        /* refused for good */
    CURE_NOT_THERE,   /* for good too: what is asked for does not exist */
    CURE_WAIT,        /* their failure: again, soon */
    CURE_WAIT_LONGER, /* we ask too much */
    CURE_REGION,      /* sign for the region that the bucket has */
    CURE_CREDENTIALS, /* fetch new ones */
    CURE_CLOCK,       /* sign by their clock, if ours is off */
};

struct refusal {
    int status;
    struct span code; /* `NoSuchKey`; SPAN_NONE: the answer has none */
    struct span message;
    struct span request_id;
    struct span region;     /* of the bucket, a valid name; SPAN_NONE: not told */
    int64_t retry_after_ms; /* 0: not told */
    int64_t server_ms;      /* their clock; -1: not told */
    enum cure cure;
};

/* Spans lie in the arena or in the answer. */
void refusal_read(const struct transport_answer *answer, struct arena *arena, struct refusal *out);

/* `AccessDenied: Access Denied (HTTP 403, request 7ABC)`, with the kind that fits the cure; always
 * returns false. */
bool refusal_say(const struct refusal *refusal, struct err *err);

/* The same, and what it is about before it: `s3://bucket/key: AccessDenied...`. */
bool refusal_fail(const struct refusal *refusal, struct span about, struct err *err);

/* What a text of an error begins with: bytes that a terminal would obey become question marks, and
 * of long ones the middle is left out. */
struct span refusal_about(struct span about, struct arena *arena);

#endif
