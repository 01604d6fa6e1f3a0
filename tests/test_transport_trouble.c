/* aws/transport.c: answers without end, servers that cut, stall and drip, addresses that are none.
 */
#include "tests/rows.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/support_transport.h"

static void test_limits_of_an_answer(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) many;
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    buffer_init(&many, 0);
    buffer_append_text(&many, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 101; i++)
        buffer_append_format(&many, "X-%d: 1\r\n", i);
    buffer_append_text(&many, "\r\n");
    buffer_append_byte(&many, '\0');
    assert_false(ask(many.data, (struct transport_request){0}, &arena, &answer, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "100 lines"));
    assert_false(ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345",
                     (struct transport_request){.max_body = 4}, &arena, &answer, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "longer"));
}

static void test_heads_without_end(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct buffer CLEANUP(buffer_clear) many;
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    buffer_init(&many, 0);
    for (int i = 0; i < 40; i++)
        buffer_append_format(&many, "HTTP/1.1 100 Go\r\nX: %01000d\r\n\r\n", i);
    buffer_append_text(&many, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    buffer_append_byte(&many, '\0');
    assert_false(ask(many.data, (struct transport_request){0}, &arena, &answer, &err));
    assert_int_equal(err.kind, ERR_REMOTE);
    assert_non_null(strstr(err.text, "the head of the answer"));
}

/* Never ends by itself. */
static void refuse_at_length(void *context, struct fake_connection *connection,
                             const struct fake_request *request) {
    static const char page[32 * KIB];

    (void)context;
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 503 No\r\nContent-Length: 1000000000\r\n\r\n<Error>"));
    for (int i = 0; i < 3; i++)
        fake_send(connection, (struct span){page, sizeof(page)});
    fake_stall(connection);
}

static void test_a_refusal_without_end(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct fake_http *server = fake_http_start(refuse_at_length, NULL);
    struct transport *transport = transport_open(&plain_transport);
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    const struct transport_request request = {.method = "GET", .url = url_of(server, "/", &arena)};
    assert_true(transport_send(transport, &request, &arena, &answer, &err));
    assert_int_equal(answer.status, 503);
    assert_int_equal(answer.body.length, LIMIT_REFUSAL_BYTES);
    assert_true(span_starts_with(answer.body, SPAN("<Error>")));
    transport_close(transport);
    fake_http_stop(server);
}

static void cut_in_body(void *context, struct fake_connection *connection,
                        const struct fake_request *request) {
    (void)context;
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234"));
    fake_close(connection);
}

static void stall_in_body(void *context, struct fake_connection *connection,
                          const struct fake_request *request) {
    (void)context;
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234"));
    fake_stall(connection);
}

static void drip(void *context, struct fake_connection *connection,
                 const struct fake_request *request) {
    (void)context;
    (void)request;
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
    while (fake_send(connection, SPAN(".")))
        usleep(10 * 1000);
}

static const struct trouble_row {
    const char *name;
    fake_answer_function answer;
    int64_t stall_ms;
    int64_t total_ms;
    const char *says;
} troubles[] = {
    {"cut in the body", cut_in_body, 0, 0, "127.0.0.1"},
    {"silence in the body", stall_in_body, 100, 0, "nothing came for 0.1 s"},
    {"too slow altogether", drip, 0, 200, "took longer than 0.2 s"},
};

static void test_trouble(void **state) {
    const struct trouble_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct fake_http *server = fake_http_start(row->answer, NULL);
    struct transport *transport = transport_open(&plain_transport);
    struct transport_answer answer = {0};
    struct err err = {0};

    const struct transport_request request = {.method = "GET",
                                              .url = url_of(server, "/?secret", &arena),
                                              .stall_ms = row->stall_ms,
                                              .total_ms = row->total_ms};
    assert_false(transport_send(transport, &request, &arena, &answer, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_non_null(strstr(err.text, row->says));
    assert_null(strstr(err.text, "secret"));
    transport_close(transport);
    fake_http_stop(server);
}

static void cancel_and_stall(void *context, struct fake_connection *connection,
                             const struct fake_request *request) {
    fake_send(connection, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234"));
    atomic_store((atomic_bool *)context, true);
    (void)request;
    fake_stall(connection);
}

static void test_cancel_ends_a_silence(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    atomic_bool cancel = false;
    struct fake_http *server = fake_http_start(cancel_and_stall, &cancel);
    struct transport *transport = transport_open(&plain_transport);
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    const struct transport_request request = {
        .method = "GET", .url = url_of(server, "/", &arena), .cancel = &cancel};
    assert_false(transport_send(transport, &request, &arena, &answer, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    transport_close(transport);
    fake_http_stop(server);
}

static const struct address_row {
    const char *name;
    const char *url;
    enum err_kind kind;
} addresses[] = {
    {"nobody listens", "http://127.0.0.1:1/", ERR_BUSY},
    {"another scheme", "file:///etc/passwd", ERR_REMOTE},
    {"no address", "http://:x/", ERR_INVALID},
};

static void test_address(void **state) {
    const struct address_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport *transport = transport_open(&plain_transport);
    const struct transport_request request = {.method = "GET", .url = span_of(row->url)};
    struct transport_answer answer = {0};
    struct err err = {0};

    assert_false(transport_send(transport, &request, &arena, &answer, &err));
    assert_int_equal(err.kind, row->kind);
    transport_close(transport);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_limits_of_an_answer),   TEST(test_heads_without_end),
        TEST(test_a_refusal_without_end), ROWS(test_trouble, troubles),
        TEST(test_cancel_ends_a_silence), ROWS(test_address, addresses),
    };

    return rows_run("transport_trouble", all, ARRAY_LENGTH(all));
}
