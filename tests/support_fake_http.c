#include "tests/support_fake_http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/memory.h"

#define REQUEST_BYTES ((size_t)4 * 1024 * 1024)

struct fake_connection {
    struct fake_http *server;
    pthread_t thread;
    int descriptor;
    size_t number;
    bool closing;
    struct fake_connection *next;
};

struct fake_http {
    fake_answer_function answer;
    void *context;
    int listener;
    int end; /* readable from the moment the server stops */
    unsigned port;
    char url[64];
    pthread_t thread;
    pthread_mutex_t lock;
    struct arena arena; /* under the lock, as all below */
    struct fake_request **requests;
    size_t count;
    struct fake_connection *connections;
    size_t connection_count;
};

bool fake_send(struct fake_connection *connection, struct span bytes) {
    while (bytes.length > 0) {
        ssize_t sent = send(connection->descriptor, bytes.data, bytes.length, MSG_NOSIGNAL);
        if (sent <= 0) {
            connection->closing = true;
            return false;
        }
        bytes = span_skip(bytes, (size_t)sent);
    }
    return true;
}

/* Waits until there is something to read; false when the server stops. */
static bool wait_readable(const struct fake_http *server, int descriptor) {
    struct pollfd watched[] = {{.fd = server->end, .events = POLLIN},
                               {.fd = descriptor, .events = POLLIN}};

    for (;;) {
        if (poll(watched, 2, -1) <= 0)
            continue;
        if (watched[0].revents != 0)
            return false;
        if (watched[1].revents != 0)
            return true;
    }
}

void fake_answer(struct fake_connection *connection, int status, const char *fields,
                 struct span body) {
    struct buffer CLEANUP(buffer_clear) text;

    buffer_init(&text, 0);
    buffer_append_format(&text, "HTTP/1.1 %d Fake\r\n%sContent-Length: %zu\r\n\r\n", status, fields,
                         body.length);
    buffer_append(&text, body);
    fake_send(connection, buffer_span(&text));
}

void fake_close(struct fake_connection *connection) {
    connection->closing = true;
}

void fake_reset(struct fake_connection *connection) {
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(connection->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    connection->closing = true;
}

void fake_stall(struct fake_connection *connection) {
    char bytes[1024];

    while (wait_readable(connection->server, connection->descriptor) &&
           recv(connection->descriptor, bytes, sizeof(bytes), 0) > 0)
        ;
    connection->closing = true;
}

struct span fake_field(const struct fake_request *request, const char *name) {
    struct span rest = request->fields;
    struct span line;

    while (span_cut(rest, '\n', &line, &rest)) {
        struct span field;
        struct span value;
        if (span_cut(line, ':', &field, &value) && field.length == strlen(name) &&
            strncasecmp(field.data, name, field.length) == 0)
            return span_trim(value);
    }
    return SPAN_NONE;
}

/* Waits for bytes; false when the connection or the server ends. */
static bool receive(struct fake_connection *connection, struct buffer *received) {
    if (!wait_readable(connection->server, connection->descriptor))
        return false;
    char *room = buffer_reserve(received, 16384);
    ssize_t count = room == NULL ? 0 : recv(connection->descriptor, room, 16384, 0);
    if (count <= 0)
        return false;
    received->length += (size_t)count;
    return true;
}

static bool receive_head(struct fake_connection *connection, struct buffer *received,
                         size_t *out_bytes) {
    for (;;) {
        const char *end =
            received->length == 0 ? NULL : memmem(received->data, received->length, "\r\n\r\n", 4);
        if (end != NULL) {
            *out_bytes = (size_t)(end - received->data) + 4;
            return true;
        }
        if (!receive(connection, received))
            return false;
    }
}

static bool parse_head(struct span head, struct fake_request *out) {
    struct span line;
    struct span rest;

    return span_cut(head, '\n', &line, &out->fields) && span_cut(line, ' ', &out->method, &rest) &&
           span_cut(rest, ' ', &out->target, &line);
}

static const struct fake_request *keep(struct fake_connection *connection, struct span head,
                                       struct span body) {
    struct fake_http *server = connection->server;
    struct fake_request parsed = {.connection = connection->number};

    pthread_mutex_lock(&server->lock);
    struct fake_request *request = arena_new(&server->arena, 1, sizeof(*request));
    parsed.number = server->count;
    parsed.body = arena_copy(&server->arena, body);
    if (parse_head(arena_copy(&server->arena, head), &parsed)) {
        *request = parsed;
        server->requests =
            memory_resize(server->requests, server->count + 1, sizeof(*server->requests));
        server->requests[server->count++] = request;
    } else {
        request = NULL;
    }
    pthread_mutex_unlock(&server->lock);
    return request;
}

static const struct fake_request *next_request(struct fake_connection *connection,
                                               struct buffer *received) {
    struct fake_request head = {0};
    int64_t body_bytes = 0;
    size_t head_bytes;

    if (!receive_head(connection, received, &head_bytes) ||
        !parse_head((struct span){received->data, head_bytes}, &head))
        return NULL;
    struct span length = fake_field(&head, "Content-Length");
    if (length.data != NULL && !span_to_integer(length, &body_bytes))
        return NULL;
    while (received->length < head_bytes + (size_t)body_bytes) {
        if (!receive(connection, received))
            return NULL;
    }
    const struct fake_request *kept =
        keep(connection, (struct span){received->data, head_bytes},
             (struct span){received->data + head_bytes, (size_t)body_bytes});
    received->length -= head_bytes + (size_t)body_bytes;
    memmove(received->data, received->data + head_bytes + (size_t)body_bytes, received->length);
    return kept;
}

static void *serve(void *argument) {
    struct fake_connection *connection = argument;
    struct fake_http *server = connection->server;
    struct buffer CLEANUP(buffer_clear) received;

    buffer_init(&received, REQUEST_BYTES);
    while (!connection->closing) {
        const struct fake_request *request = next_request(connection, &received);
        if (request == NULL)
            break;
        server->answer(server->context, connection, request);
    }
    shutdown(connection->descriptor, SHUT_WR);
    close(connection->descriptor);
    return NULL;
}

static void add_connection(struct fake_http *server, int descriptor) {
    struct fake_connection *connection = memory_new(1, sizeof(*connection));

    connection->server = server;
    connection->descriptor = descriptor;
    connection->number = server->connection_count++;
    connection->next = server->connections;
    server->connections = connection;
    if (pthread_create(&connection->thread, NULL, serve, connection) != 0)
        abort();
}

static void *listen_on(void *argument) {
    struct fake_http *server = argument;

    while (wait_readable(server, server->listener)) {
        int descriptor = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (descriptor >= 0)
            add_connection(server, descriptor);
    }
    return NULL;
}

static bool open_listener(struct fake_http *server) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(address);

    server->end = eventfd(0, EFD_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->end < 0 || server->listener < 0 ||
        bind(server->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        return false;
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u", server->port);
    return true;
}

struct fake_http *fake_http_start(fake_answer_function answer, void *context) {
    struct fake_http *server = memory_new(1, sizeof(*server));

    server->answer = answer;
    server->context = context;
    pthread_mutex_init(&server->lock, NULL);
    if (!open_listener(server) || pthread_create(&server->thread, NULL, listen_on, server) != 0) {
        perror("a server on loopback");
        abort();
    }
    return server;
}

struct script {
    const char *const *answers;
    size_t count;
};

static void answer_by_script(void *context, struct fake_connection *connection,
                             const struct fake_request *request) {
    const struct script *script = context;
    size_t last = script->count - 1;
    struct span text = span_of(script->answers[request->number < last ? request->number : last]);

    if (text.length == 0)
        fake_close(connection);
    fake_send(connection, text);
}

struct fake_http *fake_http_script(const char *const *answers, size_t count) {
    struct script *script = memory_new(1, sizeof(*script));

    *script = (struct script){answers, count};
    return fake_http_start(answer_by_script, script);
}

void fake_http_stop(struct fake_http *server) {
    if (server == NULL)
        return;
    if (eventfd_write(server->end, 1) != 0)
        abort();
    pthread_join(server->thread, NULL);
    for (struct fake_connection *one = server->connections; one != NULL;) {
        struct fake_connection *next = one->next;
        pthread_join(one->thread, NULL);
        free(one);
        one = next;
    }
    close(server->listener);
    close(server->end);
    pthread_mutex_destroy(&server->lock);
    arena_clear(&server->arena);
    free(server->requests);
    if (server->answer == answer_by_script)
        free(server->context);
    free(server);
}

const char *fake_http_url(const struct fake_http *server) {
    return server->url;
}

unsigned fake_http_port(const struct fake_http *server) {
    return server->port;
}

size_t fake_http_count(struct fake_http *server) {
    pthread_mutex_lock(&server->lock);
    size_t count = server->count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

const struct fake_request *fake_http_request(struct fake_http *server, size_t number) {
    pthread_mutex_lock(&server->lock);
    assert(number < server->count);
    const struct fake_request *request = server->requests[number];
    pthread_mutex_unlock(&server->lock);
    return request;
}
