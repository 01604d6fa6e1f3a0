/* An HTTP server on loopback that does what a test tells it: answers, cuts, stalls. It keeps every
 * request for the test to look at. Each connection has a thread of its own, so a stalled one holds
 * up no other. */
#ifndef TRAILD_TESTS_SUPPORT_FAKE_HTTP_H
#define TRAILD_TESTS_SUPPORT_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct fake_http;
struct fake_connection;

struct fake_request {
    size_t number;     /* from 0, over all connections, in the order of arrival */
    size_t connection; /* from 0 */
    struct span method;
    struct span target; /* path and query as sent */
    struct span fields; /* the lines behind the first one */
    struct span body;
};

/* Called in the connection's thread, for several connections at once. What it does not answer is
 * left open: the next request on the connection is read. */
typedef void (*fake_answer_function)(void *context, struct fake_connection *connection,
                                     const struct fake_request *request);

struct fake_http *fake_http_start(fake_answer_function answer, void *context);

/* The n-th request gets the n-th answer, the last one again and again. An answer is the raw text,
 * with head; an empty one closes the connection without a word. The texts are borrowed. */
struct fake_http *fake_http_script(const char *const *answers, size_t count);

/* Ends stalls, waits for all connections, forgets the requests. */
void fake_http_stop(struct fake_http *server);

/* `http://127.0.0.1:PORT`, as long as the server lives. */
const char *fake_http_url(const struct fake_http *server);
unsigned fake_http_port(const struct fake_http *server);

size_t fake_http_count(struct fake_http *server);
/* number < fake_http_count; as long as the server lives. */
const struct fake_request *fake_http_request(struct fake_http *server, size_t number);

/* The value of the first field of that name, in whatever case; SPAN_NONE: there is none. */
struct span fake_field(const struct fake_request *request, const char *name);

/* A whole answer with a Content-Length. `fields` are lines that end in \r\n, or "". */
void fake_answer(struct fake_connection *connection, int status, const char *fields,
                 struct span body);
/* Raw bytes; false when the other side has gone. */
bool fake_send(struct fake_connection *connection, struct span bytes);
/* Closes the connection when the function returns: in order, or with a reset. */
void fake_close(struct fake_connection *connection);
void fake_reset(struct fake_connection *connection);
/* Until the other side closes the connection or the server stops. */
void fake_stall(struct fake_connection *connection);

#endif
