#include "bench/client/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)

/* ---- the head of an answer ---- */

static struct span next_line(struct span *rest) {
    struct span line;
    struct span behind;

    if (!span_cut(*rest, '\n', &line, &behind)) {
        line = *rest;
        behind = SPAN_NONE;
    }
    *rest = behind;
    return span_trim(line);
}

static int read_status(struct span line) {
    struct span version;
    struct span behind;
    int64_t status;

    if (!span_cut(line, ' ', &version, &behind) || behind.length < 3 ||
        !span_to_integer((struct span){behind.data, 3}, &status))
        return 0;
    return (int)status;
}

static bool is_content_length(struct span line, size_t *out) {
    struct span name;
    struct span value;
    int64_t length;

    if (!span_cut(line, ':', &name, &value) || name.length != strlen("Content-Length") ||
        strncasecmp(name.data, "Content-Length", name.length) != 0 ||
        !span_to_integer(span_trim(value), &length))
        return false;
    *out = (size_t)length;
    return true;
}

bool answer_head_read(struct span received, struct answer_head *out) {
    const char *end = memmem(received.data, received.length, "\r\n\r\n", 4);
    struct answer_head head = {0};
    bool sized = false;

    if (end == NULL)
        return false;
    head.head_bytes = (size_t)(end - received.data) + 4;
    struct span rest = {received.data, head.head_bytes - 4};
    int status = read_status(next_line(&rest));
    while (rest.length > 0)
        sized |= is_content_length(next_line(&rest), &head.body_bytes);
    head.status = sized ? status : 0;
    *out = head;
    return true;
}

/* ---- the connection ---- */

static bool parse_address(const char *text, struct sockaddr_in *out) {
    struct span host;
    struct span port;
    char name[INET_ADDRSTRLEN];
    int64_t number;

    *out = (struct sockaddr_in){.sin_family = AF_INET};
    if (!span_cut_last(span_of(text), ':', &host, &port) || host.length >= sizeof(name) ||
        !span_to_integer(port, &number) || number > UINT16_MAX)
        return false;
    memcpy(name, host.data, host.length);
    name[host.length] = '\0';
    out->sin_port = htons((uint16_t)number);
    return inet_pton(AF_INET, name, &out->sin_addr) == 1;
}

bool connection_open(const char *address, struct connection *out, struct err *err) {
    struct sockaddr_in to;
    int yes = 1;

    if (!parse_address(address, &to))
        return err_set(err, ERR_INVALID, "%s: an address such as 127.0.0.1:8080 is wanted",
                       address);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return err_errno(err, "making a socket");
    if (connect(descriptor, (struct sockaddr *)&to, sizeof(to)) != 0 ||
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0) {
        err_errno(err, "connecting to %s", address);
        close(descriptor);
        return false;
    }
    *out = (struct connection){.descriptor = descriptor};
    return true;
}

void connection_close(struct connection *connection) {
    close(connection->descriptor);
    buffer_clear(&connection->received);
}

static bool send_all(int descriptor, struct span head, struct span body, struct err *err) {
    while (head.length + body.length > 0) {
        struct iovec pieces[] = {{(void *)(uintptr_t)head.data, head.length},
                                 {(void *)(uintptr_t)body.data, body.length}};
        struct msghdr message = {.msg_iov = pieces, .msg_iovlen = ARRAY_LENGTH(pieces)};
        ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
        if (sent < 0)
            return err_errno(err, "sending a request");
        size_t of_head = (size_t)sent < head.length ? (size_t)sent : head.length;
        head = span_skip(head, of_head);
        body = span_skip(body, (size_t)sent - of_head);
    }
    return true;
}

static bool receive_more(struct connection *connection, struct err *err) {
    char *room = buffer_reserve(&connection->received, READ_BYTES);
    ssize_t got = recv(connection->descriptor, room, READ_BYTES, 0);

    if (got < 0)
        return err_errno(err, "reading an answer");
    if (got == 0)
        return err_set(err, ERR_UNREADABLE, "the server closed the connection");
    connection->received.length += (size_t)got;
    return true;
}

bool connection_ask(struct connection *connection, struct span head, struct span body,
                    struct answer *out, struct err *err) {
    struct answer_head read;

    if (!send_all(connection->descriptor, head, body, err))
        return false;
    connection->received.length = 0;
    do {
        if (!receive_more(connection, err))
            return false;
    } while (!answer_head_read(buffer_span(&connection->received), &read));
    if (read.status == 0)
        return err_set(err, ERR_UNREADABLE, "an answer without a status or a Content-Length");
    while (connection->received.length < read.head_bytes + read.body_bytes) {
        if (!receive_more(connection, err))
            return false;
    }
    out->status = read.status;
    out->body = (struct span){connection->received.data + read.head_bytes, read.body_bytes};
    return true;
}
