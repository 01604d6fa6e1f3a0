/* HTTP over TCP: the only user of libmicrohttpd. Event threads talk to clients and answer what is
 * quick; what takes long goes to workers while the connection is suspended. A client that shuts
 * down its sending half before it has the answer counts as gone. */
#ifndef TRAILD_SERVER_HTTP_SERVER_H
#define TRAILD_SERVER_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "server/exchange.h"

struct http_config {
    int descriptor; /* listening; owned by the server from the start on */
    int64_t threads;
    int64_t connections;
    int64_t connections_per_address; /* 0: any number */
    int64_t silence_ms;              /* from there on a silent connection is closed */
};

struct http_server;

/* `shared` is borrowed until http_server_stop. On failure the descriptor is closed. */
MUST_USE bool http_server_start(const struct http_config *config, const struct exchanges *shared,
                                struct http_server **out, struct err *err);

/* From now on closes new connections at once, and old ones behind their next answer. */
void http_server_drain(struct http_server *server);

/* Ends all connections. No request may be on a worker any more. NULL is fine. */
void http_server_stop(struct http_server *server);

#endif
