/* One request and its answer, from the request line to the line in the access log: what to do with
 * the head, where the body goes, which thread answers. Knows no socket.
 *
 *     head -> refuse now | read the body -> answer here | answer on a worker -> log
 */
#ifndef TRAILD_SERVER_EXCHANGE_H
#define TRAILD_SERVER_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/spool.h"
#include "handlers/service.h"
#include "server/framing.h"
#include "server/inflight.h"
#include "server/reaper.h"
#include "server/workers.h"

/* What exchanges share. */
struct exchanges {
    struct service *service; /* borrowed, as all of these */
    struct workers *workers;
    struct workers *waiters; /* for what waits for S3: it holds up no worker */
    struct reaper *reaper;
    struct spool_place *spools;
    struct inflight *inflight;
    struct span hosts; /* see origin_check */
};

/* What to do next. */
enum step {
    STEP_READ,   /* nothing: go on reading */
    STEP_ANSWER, /* the response is ready */
    STEP_WAIT,   /* suspend the connection, then exchange_submit */
};

struct exchange;

/* As soon as the request line is there. `target` as sent; copied. */
struct exchange *exchange_new(const struct exchanges *shared, struct connection *connection,
                              struct span target);

/* The head is complete. STEP_ANSWER: refuse now, leave the body unread and close; else STEP_READ.
 */
enum step exchange_head(struct exchange *exchange, const struct head *head);

struct span exchange_target(const struct exchange *exchange);

/* Where the target lay when exchange_new was called; its bytes may have changed since. */
struct span exchange_place(const struct exchange *exchange);

bool exchange_has_head(const struct exchange *exchange);

/* A piece of the body. STEP_ANSWER: refused in the middle; answer and close; else STEP_READ. */
enum step exchange_body(struct exchange *exchange, struct span bytes);

/* The request is complete. STEP_ANSWER or STEP_WAIT. */
enum step exchange_complete(struct exchange *exchange);

/* Hands the exchange to a worker; `resume` is called, from any thread, once the response is ready.
 * That may be at once. */
void exchange_submit(struct exchange *exchange, void (*resume)(void *argument), void *argument);

/* Whether the response is ready. */
bool exchange_is_answered(const struct exchange *exchange);

/* Borrowed. The caller may take the body out of it after exchange_sending. */
struct response *exchange_response(struct exchange *exchange);

/* The answer goes out now. */
void exchange_sending(struct exchange *exchange);

/* All of the answer was given to the kernel, whatever the library says in the end. */
void exchange_sent(struct exchange *exchange);

/* It is over: logs it, counts it, frees it. `status` is what the library answered on its own, or 0.
 * `complete`: the client has all of the answer. */
void exchange_end(struct exchange *exchange, int status, bool complete);

#endif
