#include "server/http_server.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "server/raw_answer.h"

/* The longest target, split into as many parameters as it may have, takes 36 KiB of it; the rest is
 * for header fields. Half is for a piece of a body. Not more: the library zeroes all of it for each
 * request. */
#define CONNECTION_MEMORY_BYTES ((size_t)48 * 1024)

struct http_server {
    struct MHD_Daemon *daemon;
    const struct exchanges *shared;
    bool parses_in_place; /* see framing_covers */
    atomic_bool draining;
};

static struct connection *connection_of(struct MHD_Connection *mhd) {
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static enum MHD_Result may_connect(void *context, const struct sockaddr *address,
                                   socklen_t length) {
    const struct http_server *server = context;

    (void)address;
    (void)length;
    /* Not MHD_quiesce_daemon: with a pool it races with its own threads, and aborts when it loses.
     */
    return atomic_load(&server->draining) ? MHD_NO : MHD_YES;
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **connection,
                          enum MHD_ConnectionNotificationCode what) {
    const struct http_server *server = context;
    struct reaper *reaper = server->shared->reaper;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        reaper_remove(reaper, *connection);
    } else {
        int descriptor =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *connection = reaper_add(
            reaper, descriptor,
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    }
    metrics_set_connections(server->shared->service->metrics, reaper_count(reaper));
}

/* The request line is there; the target has not been decoded yet. */
static void *on_target(void *context, const char *target, struct MHD_Connection *mhd) {
    const struct http_server *server = context;

    return exchange_new(server->shared, connection_of(mhd), span_of(target != NULL ? target : ""));
}

static const char *header_text(struct arena *arena, struct span value) {
    char *text = arena_allocate(arena, value.length + 1);

    memcpy(text, value.data, value.length);
    text[value.length] = '\0';
    return text;
}

static bool add_headers(struct MHD_Response *out, struct response *response) {
    for (size_t i = 0; i < response->header_count; i++) {
        const struct header *header = &response->headers[i];
        const char *value = header_text(&response->arena, header->value);
        if (MHD_add_response_header(out, header->name, value) != MHD_YES)
            return false;
    }
    return true;
}

static struct MHD_Response *make_response(const struct http_server *server,
                                          struct response *response) {
    size_t length;
    char *body = buffer_detach(&response->body, &length);
    struct MHD_Response *out = MHD_create_response_from_buffer(length, body, MHD_RESPMEM_MUST_FREE);
    bool close = atomic_load(&server->draining);

    if (out == NULL) {
        free(body);
        return NULL;
    }
    if (!add_headers(out, response) ||
        (close && MHD_add_response_header(out, "Connection", "close") != MHD_YES)) {
        MHD_destroy_response(out);
        return NULL;
    }
    return out;
}

static enum MHD_Result send_answer(const struct http_server *server, struct MHD_Connection *mhd,
                                   struct exchange *exchange) {
    struct response *response = exchange_response(exchange);

    exchange_sending(exchange);
    struct MHD_Response *out = make_response(server, response);
    if (out == NULL)
        return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(mhd, (unsigned)response->status, out);
    MHD_destroy_response(out);
    return queued;
}

static enum MHD_Result keep_field(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value) {
    struct head *head = context;

    (void)kind;
    if (head->field_count == HEAD_FIELDS) {
        head->too_many_fields = true;
        return MHD_NO;
    }
    head->fields[head->field_count++] =
        (struct head_field){span_of(name), span_of(value != NULL ? value : "")};
    return MHD_YES;
}

static bool is_covered(const struct http_server *server, struct MHD_Connection *mhd,
                       const struct head *head) {
    size_t size =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

    return !server->parses_in_place || head->too_many_fields ||
           framing_covers(head, head->method.data + size);
}

static enum MHD_Result begin(const struct http_server *server, struct MHD_Connection *mhd,
                             struct exchange *exchange, const char *method, const char *version) {
    struct head head = {
        .method = span_of(method),
        .target = exchange_target(exchange),
        .version = span_of(version),
        .place = exchange_place(exchange),
    };

    MHD_get_connection_values(mhd, MHD_HEADER_KIND, keep_field, &head);
    head.damaged = !is_covered(server, mhd, &head);
    if (exchange_head(exchange, &head) == STEP_READ)
        return MHD_YES;
    connection_of(mhd)->linger = true;
    return send_answer(server, mhd, exchange);
}

static enum MHD_Result take_body(struct MHD_Connection *mhd, struct exchange *exchange,
                                 struct span bytes, size_t *left) {
    struct connection *connection = connection_of(mhd);

    if (exchange_body(exchange, bytes) == STEP_READ) {
        *left = 0;
        return MHD_YES;
    }
    exchange_sending(exchange);
    if (raw_answer_send(exchange_response(exchange), connection->descriptor))
        exchange_sent(exchange);
    connection->linger = true;
    return MHD_NO;
}

static void resume(void *argument) {
    MHD_resume_connection(argument);
}

/* Called with the head, with each piece of the body, with the end of the request, and once more
 * when a suspended connection was resumed. Answering already in the first call would cost every
 * client its connection, so only refusals do. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_length, void **state) {
    const struct http_server *server = context;
    struct exchange *exchange = *state;

    (void)url;
    if (!exchange_has_head(exchange))
        return begin(server, mhd, exchange, method, version);
    if (*body_length > 0)
        return take_body(mhd, exchange, (struct span){body, *body_length}, body_length);
    if (!exchange_is_answered(exchange) && exchange_complete(exchange) == STEP_WAIT) {
        MHD_suspend_connection(mhd);
        exchange_submit(exchange, resume, mhd);
        return MHD_YES;
    }
    return send_answer(server, mhd, exchange);
}

static void on_completed(void *context, struct MHD_Connection *mhd, void **state,
                         enum MHD_RequestTerminationCode how) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_HTTP_STATUS);

    (void)context;
    exchange_end(TAKE(*state), info != NULL ? (int)info->http_status : 0,
                 how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

static void on_panic(void *context, const char *file, unsigned line, const char *reason) {
    (void)context;
    (void)file;
    (void)line;
    log_say(LOG_ERROR, "libmicrohttpd gave up", "reason", span_of(reason));
    abort();
}

static struct MHD_Daemon *start_daemon(struct http_server *server,
                                       const struct http_config *config) {
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, config->descriptor, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)config->connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)config->connections_per_address, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY_BYTES, NULL},
        /* The reaper comes first, and says why; this is for transfers whose rate is not watched. */
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)(config->silence_ms / 1000 + 5), NULL},
        /* What it would refuse, framing_check refuses too, and with an answer: the library says
         * nothing to a space in the target, and everything twice to a missing Host. */
        {MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL},
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
        /* A pool of one is no pool to the library. */
        {config->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
         (intptr_t)config->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
                            may_connect, server, on_request, server, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

bool http_server_start(const struct http_config *config, const struct exchanges *shared,
                       struct http_server **out, struct err *err) {
    struct http_server *server = memory_new(1, sizeof(*server));

    MHD_set_panic_func(on_panic, NULL);
    server->shared = shared;
    server->parses_in_place = strcmp(MHD_get_version(), "0.9.75") == 0;
    server->daemon = start_daemon(server, config);
    if (server->daemon == NULL) {
        free(server);
        close(config->descriptor);
        return err_errno(err, "starting the HTTP server");
    }
    *out = server;
    return true;
}

void http_server_drain(struct http_server *server) {
    atomic_store(&server->draining, true);
}

void http_server_stop(struct http_server *server) {
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
