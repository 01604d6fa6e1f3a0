#include "tests/support_transport.h"

const struct transport_config plain_transport = {.user_agent = "traild/test"};

struct span url_of(struct fake_http *server, const char *target, struct arena *arena) {
    return arena_format(arena, "%s%s", fake_http_url(server), target);
}

bool ask(const char *answer, struct transport_request request, struct arena *arena,
         struct transport_answer *out, struct err *err) {
    struct fake_http *server = fake_http_script(&answer, 1);
    struct transport *transport = transport_open(&plain_transport);

    request.method = request.method == NULL ? "GET" : request.method;
    request.url = url_of(server, "/", arena);
    bool good = transport_send(transport, &request, arena, out, err);
    transport_close(transport);
    fake_http_stop(server);
    return good;
}
