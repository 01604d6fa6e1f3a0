/* Where to listen: the address, its text, the socket. */
#ifndef TRAILD_SERVER_LISTENER_H
#define TRAILD_SERVER_LISTENER_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/span.h"

#define SOCKET_TEXT_BYTES 64

struct listen_address {
    struct sockaddr_storage address;
    socklen_t length;
};

/* `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. Only loopback: without tokens, who reaches the
 * port may read and add events. */
MUST_USE bool listen_address_parse(struct span text, struct listen_address *out, struct err *err);

/* Opens the listening socket. `out_text` is the address with the port that was really taken. */
MUST_USE bool listener_open(const struct listen_address *address, int *out_descriptor,
                            char out_text[SOCKET_TEXT_BYTES], struct err *err);

/* `127.0.0.1:8080`, `[::1]:8080`. */
void socket_text(const struct sockaddr *address, char out[SOCKET_TEXT_BYTES]);

/* The host alone. */
void socket_host_text(const struct sockaddr *address, char out[SOCKET_TEXT_BYTES]);

#endif
