/* What URLs of SNS lead to, over the real transport. */
#include "tests/rows.h"

#include "aws/sns.h"
#include "aws/transport.h"
#include "tests/support_fake_http.h"

static const struct get_row {
    const char *name;
    const char *answer;
    enum err_kind kind; /* ERR_NONE: the body came */
    const char *says;
} gets[] = {
    {"there", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfile", ERR_NONE, ""},
    {"not there", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", ERR_ABSENT, "/a: HTTP 404"},
    {"elsewhere", "HTTP/1.1 302 No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
     ERR_REMOTE, "/a: HTTP 302"},
    {"too often", "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n", ERR_BUSY, "/a: HTTP 429"},
    {"broken", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", ERR_BUSY, "/a: HTTP 500"},
    {"closed", "", ERR_BUSY, "127.0.0.1"},
};

/* The token of a SubscribeURL confirms a subscription: no error may tell it. */
static void test_get(void **state) {
    const struct get_row *row = *state;
    const struct transport_config plain = {.user_agent = NULL};
    struct fake_http *server = fake_http_script(&row->answer, 1);
    struct transport *transport = transport_open(&plain);
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sns_transport real;
    struct span body = SPAN_NONE;
    struct err err = {0};

    sns_transport_init(&real, transport, NULL);
    struct span url = arena_format(&arena, "%s/a?Token=t0ken", fake_http_url(server));
    bool good = real.web.get(&real.web, url, &arena, &body, &err);
    assert_int_equal(good ? ERR_NONE : err.kind, row->kind);
    assert_non_null(strstr(err.text, row->says));
    assert_null(strstr(err.text, "t0ken"));
    if (good)
        assert_true(span_equal(body, SPAN("file")));
    assert_true(span_equal(fake_http_request(server, 0)->target, SPAN("/a?Token=t0ken")));
    transport_close(transport);
    fake_http_stop(server);
}

int main(void) {
    const struct rows all[] = {ROWS(test_get, gets)};

    return rows_run("sns_web", all, ARRAY_LENGTH(all));
}
