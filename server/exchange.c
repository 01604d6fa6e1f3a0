#include "server/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utc.h"
#include "server/access_log.h"
#include "server/origin.h"

/* A body that nobody asked for is read and thrown away up to here, to keep the connection. */
#define IGNORED_BODY_BYTES (64 * KIB)

#define METHOD_TEXT_BYTES 16

/* What the log says of requests that got no answer; nginx uses the same numbers. */
#define STATUS_CUT         408
#define STATUS_CLIENT_GONE 499

struct exchange {
    struct job job; /* first: a job is its exchange */
    const struct exchanges *shared;
    struct connection *connection; /* borrowed */
    int64_t started_us;
    char method[METHOD_TEXT_BYTES]; /* cut; for the log */
    struct span place;              /* of the target as it was sent; only compared */
    struct span target;             /* these four are owned */
    struct span content_type;
    struct span content_encoding;
    struct span amz_target;
    struct route_facts facts;
    bool counted; /* in inflight; so its head is there */
    bool spooled;
    struct spool spool;
    int64_t body_bytes;
    int64_t body_limit;
    struct spooled upload;
    struct request request;
    struct response response;
    bool answered;
    bool sent;
    size_t response_bytes;
    void (*resume)(void *argument);
    void *resume_argument;
};

static struct span copy_span(struct span text) {
    if (text.data == NULL)
        return SPAN_NONE;
    return (struct span){memory_copy_text(text.data, text.length), text.length};
}

static void free_span(struct span text) {
    free((void *)(uintptr_t)text.data);
}

/* `GET http://host/path` is asked of proxies, but must be understood (RFC 9112, section 3.2.2). */
static struct span origin_form(struct span target) {
    struct span before;
    struct span rest;

    if (!span_starts_with(target, SPAN("http://")) || !span_cut(target, '/', &before, &rest))
        return target;
    rest = span_skip(target, strlen("http://"));
    const char *slash = memchr(rest.data, '/', rest.length);
    return slash == NULL ? SPAN("/") : span_skip(rest, (size_t)(slash - rest.data));
}

struct exchange *exchange_new(const struct exchanges *shared, struct connection *connection,
                              struct span target) {
    struct exchange *exchange = memory_new(1, sizeof(*exchange));

    exchange->shared = shared;
    exchange->connection = connection;
    exchange->started_us = monotonic_us();
    exchange->place = target;
    exchange->target = copy_span(origin_form(target));
    exchange->facts.route = "(none)";
    exchange->spool.descriptor = -1;
    return exchange;
}

struct span exchange_target(const struct exchange *exchange) {
    return exchange->target;
}

struct span exchange_place(const struct exchange *exchange) {
    return exchange->place;
}

bool exchange_has_head(const struct exchange *exchange) {
    return exchange->counted;
}

static enum step answered(struct exchange *exchange) {
    exchange->answered = true;
    return STEP_ANSWER;
}

static enum step answer_refusal(struct exchange *exchange, const struct refusal *refusal) {
    response_clear(&exchange->response);
    exchange->response.route = exchange->facts.route;
    service_problem(&exchange->response, &exchange->request, refusal->status, refusal->title,
                    span_of(refusal->detail));
    return answered(exchange);
}

static enum step refuse_large_body(struct exchange *exchange) {
    struct refusal refusal;

    (void)refuse(&refusal, 413, "Content Too Large",
                 !exchange->facts.takes_body
                     ? "nothing here takes a body, and this one is longer than %lld bytes"
                 : exchange->facts.most_body > 0
                     ? "the body is longer than %lld bytes, the most that is taken here"
                     : "the body is longer than %lld bytes, the most that the service's option "
                       "--max-upload allows",
                 (long long)exchange->body_limit);
    return answer_refusal(exchange, &refusal);
}

static enum step answer_busy(struct exchange *exchange) {
    struct response *response = &exchange->response;
    struct refusal refusal;

    (void)refuse(&refusal, 503, "Service Unavailable",
                 "too many requests are waiting already; try again in a moment");
    answer_refusal(exchange, &refusal);
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].name, "Retry-After") == 0)
            response->headers[i].value = SPAN("1");
    }
    return STEP_ANSWER;
}

static bool is_safe(enum method method) {
    return method == METHOD_GET || method == METHOD_HEAD || method == METHOD_OPTIONS;
}

static bool try_answer(struct exchange *exchange, bool on_worker) {
    exchange->request.on_worker = on_worker;
    response_clear(&exchange->response);
    service_answer(exchange->shared->service, &exchange->request, &exchange->response);
    exchange->answered = !exchange->response.needs_worker;
    return exchange->answered;
}

static enum step read_body(struct exchange *exchange, const struct framing *framing,
                           int64_t limit) {
    exchange->body_limit = limit;
    if (framing->length > limit)
        return refuse_large_body(exchange);
    reaper_enter(exchange->shared->reaper, exchange->connection, PHASE_RECEIVING);
    return STEP_READ;
}

static struct workers *workers_for(const struct exchange *exchange) {
    const struct exchanges *shared = exchange->shared;

    return exchange->facts.remote ? shared->waiters : shared->workers;
}

static enum lane lane_for(const struct exchange *exchange) {
    /* What is answered at once when it can be is a question, whether or not it has a body. */
    return exchange->facts.takes_body && exchange->facts.slow ? LANE_UPLOAD : LANE_SEARCH;
}

static int64_t body_limit(const struct exchange *exchange) {
    int64_t most = exchange->facts.most_body;
    int64_t most_of_all = exchange->shared->service->max_upload;

    return most > 0 && most < most_of_all ? most : most_of_all;
}

static enum step admit_body(struct exchange *exchange, const struct framing *framing) {
    const struct exchanges *shared = exchange->shared;

    if (exchange->facts.takes_body) {
        if (exchange->facts.slow && workers_full(workers_for(exchange), lane_for(exchange)))
            return answer_busy(exchange);
        spool_init(&exchange->spool, shared->spools);
        exchange->spooled = true;
        return read_body(exchange, framing, body_limit(exchange));
    }
    /* The answer to a method that the route does not have needs no body. */
    if (!is_safe(exchange->request.method) && !exchange->facts.slow && try_answer(exchange, false))
        return STEP_ANSWER;
    return read_body(exchange, framing, IGNORED_BODY_BYTES);
}

static void keep_head(struct exchange *exchange, const struct head *head) {
    size_t length = head->method.length;

    if (length >= METHOD_TEXT_BYTES)
        length = METHOD_TEXT_BYTES - 1;
    memcpy(exchange->method, head->method.data, length);
    exchange->content_type = copy_span(head_field(head, SPAN("content-type")));
    exchange->content_encoding = copy_span(head_field(head, SPAN("content-encoding")));
    exchange->amz_target = copy_span(head_field(head, SPAN("x-amz-target")));
    exchange->request = (struct request){
        .method = method_of(head->method),
        .target = exchange->target,
        .content_type = exchange->content_type,
        .content_encoding = exchange->content_encoding,
        .amz_target = exchange->amz_target,
        .cancel = &exchange->connection->cancel,
    };
}

enum step exchange_head(struct exchange *exchange, const struct head *head) {
    struct framing framing;
    struct refusal refusal;

    keep_head(exchange, head);
    atomic_store(&exchange->connection->cancel, false);
    inflight_begin(exchange->shared->inflight);
    exchange->counted = true;
    if (!framing_check(head, &framing, &refusal) ||
        !origin_check(head, exchange->shared->hosts, &refusal))
        return answer_refusal(exchange, &refusal);
    exchange->facts = service_route(exchange->request.method, exchange->target);
    if (framing.has_body)
        return admit_body(exchange, &framing);
    if (exchange->facts.takes_body && !framing.says_length) {
        (void)refuse(&refusal, 411, "Length Required",
                     "there is no body: send one, with Content-Length or Transfer-Encoding: "
                     "chunked (curl does so with --data-binary @FILE)");
        return answer_refusal(exchange, &refusal);
    }
    return STEP_READ;
}

static enum step refuse_unspooled(struct exchange *exchange, const struct err *err) {
    bool full = exchange->spool.disk_full;
    struct refusal refusal;

    (void)refuse(&refusal, full ? 507 : 500,
                 full ? "Insufficient Storage" : "Internal Server Error",
                 full ? "the disk of the data directory is full; nothing was stored"
                      : "the body could not be kept; nothing was stored");
    answer_refusal(exchange, &refusal);
    exchange->response.error = arena_copy(&exchange->response.arena, span_of(err->text));
    return STEP_ANSWER;
}

enum step exchange_body(struct exchange *exchange, struct span bytes) {
    struct err err;

    exchange->body_bytes += (int64_t)bytes.length;
    if (exchange->body_bytes > exchange->body_limit)
        return refuse_large_body(exchange);
    if (exchange->spooled && !spool_add(&exchange->spool, bytes, &err))
        return refuse_unspooled(exchange, &err);
    return STEP_READ;
}

enum step exchange_complete(struct exchange *exchange) {
    if (exchange->spooled) {
        spool_finish(&exchange->spool, &exchange->upload);
        exchange->request.upload = &exchange->upload;
    }
    if (exchange->facts.slow || !try_answer(exchange, false))
        return STEP_WAIT;
    return STEP_ANSWER;
}

static void note_queue(const struct exchanges *shared) {
    metrics_set_queue(shared->service->metrics, (int64_t)(workers_waiting(shared->workers) +
                                                          workers_waiting(shared->waiters)));
}

static void run_on_worker(struct job *job) {
    struct exchange *exchange = (struct exchange *)job;

    note_queue(exchange->shared);
    if (exchange->spooled)
        spool_rewind(&exchange->spool);
    if (!try_answer(exchange, true)) {
        const struct refusal refusal = {500, "Internal Server Error", "no answer was made"};
        answer_refusal(exchange, &refusal);
    }
    spool_clear(&exchange->spool);
    exchange->resume(exchange->resume_argument);
}

void exchange_submit(struct exchange *exchange, void (*resume)(void *argument), void *argument) {
    const struct exchanges *shared = exchange->shared;

    exchange->resume = resume;
    exchange->resume_argument = argument;
    exchange->job.run = run_on_worker;
    exchange->job.lane = lane_for(exchange);
    reaper_enter(shared->reaper, exchange->connection, PHASE_WORKING);
    if (workers_submit(workers_for(exchange), &exchange->job)) {
        note_queue(shared);
        return;
    }
    answer_busy(exchange);
    resume(argument);
}

bool exchange_is_answered(const struct exchange *exchange) {
    return exchange->answered;
}

struct response *exchange_response(struct exchange *exchange) {
    return &exchange->response;
}

void exchange_sending(struct exchange *exchange) {
    bool body_goes = exchange->request.method != METHOD_HEAD;

    exchange->response_bytes = body_goes ? exchange->response.body.length : 0;
    reaper_enter(exchange->shared->reaper, exchange->connection, PHASE_SENDING);
}

void exchange_sent(struct exchange *exchange) {
    exchange->sent = true;
}

static void set_outcome(struct exchange *exchange, bool complete, struct access *access) {
    const char *cut = reaper_cut(exchange->shared->reaper, exchange->connection);
    bool by_library = !exchange->answered && access->status != 0;

    if (!complete && !exchange->sent && !by_library)
        access->error = span_of(cut != NULL ? cut : "the client went away");
    if (access->status == 0)
        access->status = cut != NULL ? STATUS_CUT : STATUS_CLIENT_GONE;
}

static void record(struct exchange *exchange, int status, bool complete) {
    struct access access = {
        .method = span_of(exchange->method),
        .target = exchange->target,
        .route = exchange->facts.route,
        .status = exchange->answered ? exchange->response.status : status,
        .bytes_in = exchange->body_bytes,
        .bytes_out = (int64_t)exchange->response_bytes,
        .microseconds = monotonic_us() - exchange->started_us,
        .client = exchange->connection->client,
        .error = exchange->response.error,
    };

    set_outcome(exchange, complete, &access);
    metrics_count_request(exchange->shared->service->metrics, access.route, access.status,
                          access.microseconds, access.bytes_out);
    access_log_write(&access);
}

void exchange_end(struct exchange *exchange, int status, bool complete) {
    record(exchange, status, complete);
    reaper_enter(exchange->shared->reaper, exchange->connection, PHASE_WAITING);
    if (exchange->counted)
        inflight_end(exchange->shared->inflight);
    spool_clear(&exchange->spool);
    response_clear(&exchange->response);
    free_span(exchange->target);
    free_span(exchange->content_type);
    free_span(exchange->content_encoding);
    free_span(exchange->amz_target);
    free(exchange);
}
