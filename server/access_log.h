/* The line that every request leaves in the log. */
#ifndef TRAILD_SERVER_ACCESS_LOG_H
#define TRAILD_SERVER_ACCESS_LOG_H

#include <stdint.h>

#include "base/log.h"
#include "base/span.h"

struct access {
    struct span method;
    struct span target; /* as sent */
    const char *route;
    int status;           /* 0: it ended before there was one */
    int64_t bytes_in;     /* of the body */
    int64_t bytes_out;    /* of the body */
    int64_t microseconds; /* from the request line to the end of the answer */
    const char *client;   /* its address */
    struct span error;    /* full text of an internal failure, or why the connection was ended */
};

/* error: 500 and 507, for which somebody must act; warn: 503, where a limit of ours said no; info:
 * all others, the client's mistakes too. */
enum log_level access_log_level(int status);

void access_log_write(const struct access *access);

/* The target as it is shown: cut, and without the values of parameters that look like secrets. */
struct buffer;
void access_log_target(struct span target, struct buffer *out);

#endif
