#include "server/raw_answer.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/rows.h"

static struct response make_response(int status) {
    struct response response = {.status = status};

    response_header(&response, "Content-Type", SPAN("application/problem+json"));
    buffer_append_text(&response.body, "{}\n");
    return response;
}

static const struct status_row {
    const char *name;
    int status;
    const char *line;
} statuses[] = {
    {"a slow body", 408, "HTTP/1.1 408 Request Timeout\r\n"},
    {"a long body", 413, "HTTP/1.1 413 Content Too Large\r\n"},
    {"a body that could not be kept", 500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {"a full disk", 507, "HTTP/1.1 507 Insufficient Storage\r\n"},
};

static void test_status_line(void **state) {
    const struct status_row *row = *state;
    struct response response = make_response(row->status);
    struct buffer CLEANUP(buffer_clear) text = {0};

    raw_answer_write(&response, 0, &text);
    assert_true(span_starts_with(buffer_span(&text), span_of(row->line)));
    response_clear(&response);
}

static void test_text(void **state) {
    struct response response = make_response(413);
    struct buffer CLEANUP(buffer_clear) text = {0};

    (void)state;
    raw_answer_write(&response, INT64_C(784111777000), &text);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data,
                        "HTTP/1.1 413 Content Too Large\r\n"
                        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                        "Connection: close\r\n"
                        "Content-Type: application/problem+json\r\n"
                        "Content-Length: 3\r\n"
                        "\r\n"
                        "{}\n");
    response_clear(&response);
}

static void test_sending(void **state) {
    struct response response = make_response(413);
    char received[1024];
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_true(raw_answer_send(&response, ends[0]));
    ssize_t length = read(ends[1], received, sizeof(received));
    assert_true(length > 3);
    assert_memory_equal(received, "HTTP/1.1 413 ", 13);
    assert_memory_equal(received + length - 3, "{}\n", 3);
    close(ends[1]);
    /* Nobody is there: no signal either. */
    assert_false(raw_answer_send(&response, ends[0]));
    close(ends[0]);
    response_clear(&response);
}

int main(void) {
    const struct rows all[] = {ROWS(test_status_line, statuses), TEST(test_text),
                               TEST(test_sending)};

    return rows_run("raw_answer", all, ARRAY_LENGTH(all));
}
