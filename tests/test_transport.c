/* aws/transport.c: what is sent, and what comes of the answer. */
#include "tests/rows.h"

#include <pthread.h>

#include "base/buffer.h"
#include "tests/support_transport.h"

static const struct answer_row {
    const char *name;
    const char *answer;
    int status; /* 0: refused, with `kind` */
    const char *body;
    enum err_kind kind;
    const char *says;
} answers[] = {
    {"an answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 200, "ab", 0, ""},
    {"in pieces",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n", 200,
     "ab", 0, ""},
    {"no body", "HTTP/1.1 204 No\r\n\r\n", 204, "", 0, ""},
    {"a refusal with a body", "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\ngone", 404, "gone", 0,
     ""},
    {"a redirect is not followed",
     "HTTP/1.1 301 Away\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 301, "", 0,
     ""},
    {"behind a 100", "HTTP/1.1 100 Go\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
     200, "a", 0, ""},
    {"compressed bytes stay as they are",
     "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nzz", 200, "zz", 0, ""},
    {"closed without a word", "", 0, NULL, ERR_BUSY, "127.0.0.1"},
    {"something else than HTTP", "SSH-2.0-OpenSSH_9.2\r\n", 0, NULL, ERR_REMOTE,
     "does not speak HTTP"},
    {"a status that is none", "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n", 0, NULL, ERR_REMOTE,
     ""},
};

static void test_answer(void **state) {
    const struct answer_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport_answer answer = {0};
    struct err err = {0};

    bool good = ask(row->answer, (struct transport_request){0}, &arena, &answer, &err);
    assert_int_equal(good, row->status != 0);
    assert_int_equal(answer.status, row->status);
    assert_int_equal(err.kind, row->kind);
    if (good)
        assert_true(span_equal(answer.body, span_of(row->body)));
    else
        assert_non_null(strstr(err.text, row->says));
}

static void test_fields_of_an_answer(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    assert_true(
        ask("HTTP/1.1 100 Go\r\nX-Amz-Old: 1\r\n\r\nHTTP/1.1 200 OK\r\nETag: \"a:b\" \r\n"
            "X-Empty:\r\nContent-Length: 0\r\n\r\n",
            (struct transport_request){0}, &arena, &answer, &err));
    assert_true(span_equal(answer_field(&answer, "etag"), SPAN("\"a:b\"")));
    assert_true(span_equal(answer_field(&answer, "x-empty"), SPAN("")));
    assert_null(answer_field(&answer, "x-amz-old").data);
    assert_int_equal(answer.field_count, 3);
}

struct gathering {
    struct sink sink;
    struct buffer bytes;
    int begun; /* the status it began with */
    bool refuses_begin;
    bool refuses_bytes;
};

static bool gather_begin(struct sink *sink, const struct transport_answer *answer,
                         struct err *err) {
    struct gathering *gathering = (struct gathering *)sink;

    gathering->begun = answer->status;
    return !gathering->refuses_begin || err_set(err, ERR_NO_SPACE, "not this one");
}

static bool gather_take(struct sink *sink, struct span bytes, struct err *err) {
    struct gathering *gathering = (struct gathering *)sink;

    buffer_append(&gathering->bytes, bytes);
    return !gathering->refuses_bytes || err_set(err, ERR_TOO_LARGE, "full");
}

static const struct sink_row {
    const char *name;
    const char *answer;
    bool refuses_begin;
    bool refuses_bytes;
    int begun;
    const char *gathered;
    enum err_kind kind;
} sinks[] = {
    {"takes the body", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false, false, 200, "ab",
     0},
    {"takes a part", "HTTP/1.1 206 Part\r\nContent-Length: 2\r\n\r\nab", false, false, 206, "ab",
     0},
    {"begins without a body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, false, 200, "",
     0},
    {"sees no refusal", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nab", false, false, 0, "", 0},
    {"does not begin", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", true, false, 200, "",
     ERR_NO_SPACE},
    {"does not begin without a body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true, false,
     200, "", ERR_NO_SPACE},
    {"is full", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false, true, 200, "ab",
     ERR_TOO_LARGE},
};

static void test_sink(void **state) {
    const struct sink_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct gathering gathering = {.sink = {gather_begin, gather_take},
                                  .refuses_begin = row->refuses_begin,
                                  .refuses_bytes = row->refuses_bytes};
    struct transport_answer answer = {0};
    struct err err = {0};

    assert_int_equal(ask(row->answer, (struct transport_request){.sink = &gathering.sink}, &arena,
                         &answer, &err),
                     row->kind == ERR_NONE);
    assert_int_equal(err.kind, row->kind);
    assert_int_equal(gathering.begun, row->begun);
    assert_true(span_equal(buffer_span(&gathering.bytes), span_of(row->gathered)));
    if (row->begun == 0)
        assert_true(span_equal(answer.body, SPAN("ab")));
    buffer_clear(&gathering.bytes);
}

#define FINE "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const struct sent_row {
    const char *name;
    const char *method;
    struct span body;
    const char *length; /* Content-Length; NULL: none */
} sent[] = {
    {"GET", "GET", SPAN_NONE, NULL},       {"HEAD", "HEAD", SPAN_NONE, NULL},
    {"DELETE", "DELETE", SPAN_NONE, NULL}, {"PUT of nothing", "PUT", SPAN_NONE, "0"},
    {"PUT", "PUT", SPAN("a\0b"), "3"},     {"POST of nothing", "POST", SPAN_NONE, "0"},
    {"POST", "POST", SPAN("{}"), "2"},
};

static void test_sent(void **state) {
    const struct sent_row *row = *state;
    static const char *const fine[] = {FINE};
    static const struct http_field fields[] = {{SPAN("X-One"), SPAN("1 2")},
                                               {SPAN("X-Empty"), SPAN("")},
                                               {SPAN("host"), SPAN("bucket.example")}};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct fake_http *server = fake_http_script(fine, 1);
    struct transport *transport = transport_open(&plain_transport);
    struct transport_answer answer;
    struct err err = {0};

    const struct transport_request request = {
        .method = row->method,
        .url = url_of(server, "/a//b/../c%20d%2F./?x=%2f&y", &arena),
        .fields = fields,
        .field_count = ARRAY_LENGTH(fields),
        .body = row->body};
    assert_true(transport_send(transport, &request, &arena, &answer, &err));
    const struct fake_request *seen = fake_http_request(server, 0);
    assert_true(span_equal(seen->method, span_of(row->method)));
    assert_true(span_equal(seen->target, SPAN("/a//b/../c%20d%2F./?x=%2f&y")));
    assert_true(span_equal(fake_field(seen, "X-One"), SPAN("1 2")));
    assert_true(span_equal(fake_field(seen, "X-Empty"), SPAN("")));
    assert_true(span_equal(fake_field(seen, "Host"), SPAN("bucket.example")));
    assert_true(span_equal(fake_field(seen, "User-Agent"), SPAN("traild/test")));
    assert_null(fake_field(seen, "Accept").data);
    assert_null(fake_field(seen, "Expect").data);
    assert_null(fake_field(seen, "Content-Type").data);
    assert_true(span_equal(fake_field(seen, "Content-Length"), span_of(row->length)));
    assert_true(span_equal(seen->body, row->body.data == NULL ? SPAN("") : row->body));
    transport_close(transport);
    fake_http_stop(server);
}

static void test_connections_are_kept(void **state) {
    static const char *const fine[] = {FINE};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct fake_http *server = fake_http_script(fine, 1);
    struct transport *transport = transport_open(&plain_transport);
    struct transport_answer answer;
    struct err err = {0};

    (void)state;
    const struct transport_request request = {.method = "GET", .url = url_of(server, "/", &arena)};
    assert_true(transport_send(transport, &request, &arena, &answer, &err));
    assert_true(transport_send(transport, &request, &arena, &answer, &err));
    assert_int_equal(fake_http_request(server, 1)->connection, 0);
    transport_close(transport);
    fake_http_stop(server);
}

static void test_a_line_end_in_a_field(void **state) {
    static const struct http_field bad = {SPAN("X-One"), SPAN("1\r\nX-Two: 2")};
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    assert_false(ask(FINE, (struct transport_request){.fields = &bad, .field_count = 1}, &arena,
                     &answer, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static void test_proxy_of_the_environment(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct transport_answer answer = {0};
    struct err err = {0};

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    bool through_proxy = ask(FINE, (struct transport_request){0}, &arena, &answer, &err);
    bool direct = ask(FINE, (struct transport_request){.direct = true}, &arena, &answer, &err);
    unsetenv("http_proxy");
    assert_false(through_proxy);
    assert_true(direct);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_answer, answers),
        TEST(test_fields_of_an_answer),
        ROWS(test_sink, sinks),
        ROWS(test_sent, sent),
        TEST(test_connections_are_kept),
        TEST(test_a_line_end_in_a_field),
        TEST(test_proxy_of_the_environment),
    };

    return rows_run("transport", all, ARRAY_LENGTH(all));
}
