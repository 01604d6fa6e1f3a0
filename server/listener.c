#include "server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More than can arrive between two turns of the event threads; the kernel caps it. */
#define BACKLOG 1024

static bool is_loopback(const struct listen_address *address) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)&address->address;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address->address;

    if (address->address.ss_family == AF_INET)
        return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static bool keep(const void *address, socklen_t length, struct listen_address *out) {
    *out = (struct listen_address){.length = length};
    memcpy(&out->address, address, length);
    return true;
}

static bool read_host(struct span host, in_port_t port, struct listen_address *out) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    char text[INET6_ADDRSTRLEN] = {0};

    if (span_equal(host, SPAN("localhost")))
        host = SPAN("127.0.0.1");
    if (host.length > 2 && host.data[0] == '[' && host.data[host.length - 1] == ']')
        host = (struct span){host.data + 1, host.length - 2};
    if (host.length >= sizeof(text))
        return false;
    memcpy(text, host.data, host.length);
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return keep(&four, sizeof(four), out);
    return inet_pton(AF_INET6, text, &six.sin6_addr) == 1 && keep(&six, sizeof(six), out);
}

bool listen_address_parse(struct span text, struct listen_address *out, struct err *err) {
    struct listen_address address;
    struct span host;
    struct span port;
    int64_t number;

    if (!span_cut_last(text, ':', &host, &port) || !span_to_integer(port, &number) ||
        number > 65535 || !read_host(host, (in_port_t)number, &address))
        return err_set(err, ERR_INVALID,
                       "must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080; port 0 is any "
                       "free port");
    if (!is_loopback(&address))
        return err_set(err, ERR_INVALID,
                       "must be a loopback address (127.0.0.1, [::1], localhost), because whoever "
                       "reaches the port may read every event; for other machines, put a proxy "
                       "that checks who asks in front of it");
    *out = address;
    return true;
}

void socket_host_text(const struct sockaddr *address, char out[SOCKET_TEXT_BYTES]) {
    const void *host = &((const struct sockaddr_in *)address)->sin_addr;

    if (address->sa_family == AF_INET6)
        host = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (inet_ntop(address->sa_family, host, out, SOCKET_TEXT_BYTES) == NULL)
        snprintf(out, SOCKET_TEXT_BYTES, "(unknown)");
}

void socket_text(const struct sockaddr *address, char out[SOCKET_TEXT_BYTES]) {
    bool six = address->sa_family == AF_INET6;
    in_port_t port = six ? ((const struct sockaddr_in6 *)address)->sin6_port
                         : ((const struct sockaddr_in *)address)->sin_port;
    char host[SOCKET_TEXT_BYTES];

    socket_host_text(address, host);
    snprintf(out, SOCKET_TEXT_BYTES, six ? "[%.46s]:%u" : "%.46s:%u", host, ntohs(port));
}

static bool bind_and_listen(int descriptor, const struct listen_address *address, struct err *err) {
    const int yes = 1;
    char text[SOCKET_TEXT_BYTES];

    socket_text((const struct sockaddr *)&address->address, text);
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0)
        return err_errno(err, "listening on %s", text);
    if (bind(descriptor, (const struct sockaddr *)&address->address, address->length) != 0 ||
        listen(descriptor, BACKLOG) != 0) {
        bool taken = errno == EADDRINUSE;
        err_errno(err, "listening on %s", text);
        if (taken)
            err_set(err, ERR_BUSY,
                    "another program listens on %s: stop it, or choose another address with "
                    "--listen",
                    text);
        return false;
    }
    return true;
}

static bool real_address(int descriptor, char out_text[SOCKET_TEXT_BYTES], struct err *err) {
    struct sockaddr_storage real;
    socklen_t length = sizeof(real);

    if (getsockname(descriptor, (struct sockaddr *)&real, &length) != 0)
        return err_errno(err, "asking for the port");
    socket_text((const struct sockaddr *)&real, out_text);
    return true;
}

bool listener_open(const struct listen_address *address, int *out_descriptor,
                   char out_text[SOCKET_TEXT_BYTES], struct err *err) {
    int descriptor =
        socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (descriptor < 0)
        return err_errno(err, "making a socket");
    if (!bind_and_listen(descriptor, address, err) || !real_address(descriptor, out_text, err)) {
        close(descriptor);
        return false;
    }
    *out_descriptor = descriptor;
    return true;
}
