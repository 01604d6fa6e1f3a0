/* A keep-alive HTTP/1.1 connection to a server on this machine: one request at a time, each answer
 * with a Content-Length. Does as little as a client can, so that what it measures is the server. */
#ifndef TRAILD_BENCH_CLIENT_CONNECTION_H
#define TRAILD_BENCH_CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/span.h"

struct connection {
    int descriptor;
    struct buffer received; /* the answer that is being read */
};

struct answer {
    int status;
    struct span body; /* borrowed until the next request */
};

/* `address` is HOST:PORT with an IPv4 address. */
MUST_USE bool connection_open(const char *address, struct connection *out, struct err *err);
void connection_close(struct connection *connection);

/* Sends head and body (which may be empty) with one call and reads the whole answer. */
MUST_USE bool connection_ask(struct connection *connection, struct span head, struct span body,
                             struct answer *out, struct err *err);

/* How an answer's head is understood. False while it is not whole; a head without a status or a
 * Content-Length gives a status of 0. */
struct answer_head {
    int status;
    size_t head_bytes;
    size_t body_bytes;
};
MUST_USE bool answer_head_read(struct span received, struct answer_head *out);

#endif
