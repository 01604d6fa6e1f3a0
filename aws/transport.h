/* One HTTP request, one answer: the only user of libcurl. It follows no redirect, keeps no cookie,
 * sends the path as it is given, and knows http and https only. Nothing here is retried.
 *
 * Proxies are those of the environment (https_proxy, no_proxy and so on); which certificates are
 * trusted is the system's choice, or the CA bundle's. */
#ifndef TRAILD_AWS_TRANSPORT_H
#define TRAILD_AWS_TRANSPORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct http_field {
    struct span name;
    struct span value;
};

struct transport_answer {
    int status;
    struct http_field *fields; /* in the arena, as they came, names in small letters */
    size_t field_count;
    struct span body; /* in the arena; empty when a sink took it; cut off at LIMIT_REFUSAL_BYTES
                         when the status is not 2xx */
};

/* The value of the first field of that name (small letters); SPAN_NONE: there is none. */
struct span answer_field(const struct transport_answer *answer, const char *name);

/* Takes the body of a 2xx answer as it comes. `begin` sees status and fields before the first byte;
 * it is also called when the body is empty. A false ends the request, with the sink's failure. */
struct sink {
    bool (*begin)(struct sink *sink, const struct transport_answer *answer, struct err *err);
    bool (*take)(struct sink *sink, struct span bytes, struct err *err);
};

struct transport_request {
    const char *method; /* GET, HEAD, POST, PUT or DELETE */
    struct span url;
    const struct http_field *fields; /* no line ends, no NUL in them; Host is made from the URL
                                        unless it is among them */
    size_t field_count;
    struct span body;          /* of POST and PUT */
    int64_t connect_ms;        /* until there is a connection; 0: 10 s */
    int64_t stall_ms;          /* at most so long without a byte in any direction; 0: 30 s */
    int64_t total_ms;          /* for everything; 0: as long as it takes */
    int64_t max_body;          /* of a 2xx answer that no sink takes; 0: LIMIT_ANSWER_BYTES */
    bool direct;               /* never through a proxy: addresses of this machine */
    struct sink *sink;         /* NULL: the body goes into the answer */
    const atomic_bool *cancel; /* NULL: nobody does */
};

struct transport; /* one thread at a time; keeps connections for the next request */

struct transport_config {
    const char *ca_bundle;  /* PEM file; NULL: the system's */
    const char *user_agent; /* NULL: none is sent */
};

/* The texts of the config are copied. */
struct transport *transport_open(const struct transport_config *config);
void transport_close(struct transport *transport);

/* True for any whole answer, whatever its status. Else: ERR_BUSY when there was no connection, it
 * was cut, took too long, or came more slowly than aws/speed.h says; ERR_CANCELLED; ERR_REMOTE when
 * the other side is not trusted or does not speak HTTP, or says more than the limits allow; or what
 * the sink said. The texts name the host and never the query. */
MUST_USE bool transport_send(struct transport *transport, const struct transport_request *request,
                             struct arena *arena, struct transport_answer *out, struct err *err);

#endif
