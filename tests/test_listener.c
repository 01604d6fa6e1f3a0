#include "server/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/rows.h"

static const struct good_row {
    const char *name;
    const char *text;
    const char *shown;
} good[] = {
    {"IPv4", "127.0.0.1:8080", "127.0.0.1:8080"},
    {"another loopback address", "127.1.2.3:1", "127.1.2.3:1"},
    {"IPv6", "[::1]:8080", "[::1]:8080"},
    {"IPv6 without brackets", "::1:8080", "[::1]:8080"},
    {"localhost", "localhost:8080", "127.0.0.1:8080"},
    {"any free port", "127.0.0.1:0", "127.0.0.1:0"},
    {"the last port", "127.0.0.1:65535", "127.0.0.1:65535"},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct listen_address address;
    char text[SOCKET_TEXT_BYTES];
    struct err err = {0};

    assert_true(listen_address_parse(span_of(row->text), &address, &err));
    socket_text((const struct sockaddr *)&address.address, text);
    assert_string_equal(text, row->shown);
}

#define NOT_AN_ADDRESS "must be HOST:PORT"
#define NOT_LOOPBACK   "must be a loopback address"

static const struct bad_row {
    const char *name;
    const char *text;
    const char *complaint; /* how it begins */
} bad[] = {
    {"nothing", "", NOT_AN_ADDRESS},
    {"no port", "127.0.0.1", NOT_AN_ADDRESS},
    {"an empty port", "127.0.0.1:", NOT_AN_ADDRESS},
    {"no host", ":8080", NOT_AN_ADDRESS},
    {"a port alone", "8080", NOT_AN_ADDRESS},
    {"a port too large", "127.0.0.1:65536", NOT_AN_ADDRESS},
    {"a port with a sign", "127.0.0.1:+80", NOT_AN_ADDRESS},
    {"a name", "example.com:80", NOT_AN_ADDRESS},
    {"a long name", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:80",
     NOT_AN_ADDRESS},
    {"empty brackets", "[]:80", NOT_AN_ADDRESS},
    {"all IPv4 addresses", "0.0.0.0:8080", NOT_LOOPBACK},
    {"all IPv6 addresses", "[::]:8080", NOT_LOOPBACK},
    {"an address of the network", "192.0.2.1:8080", NOT_LOOPBACK},
    {"IPv4 loopback in IPv6 clothes", "[::ffff:127.0.0.1]:8080", NOT_LOOPBACK},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct listen_address address;
    struct err err = {0};

    assert_false(listen_address_parse(span_of(row->text), &address, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_memory_equal(err.text, row->complaint, strlen(row->complaint));
}

static void test_a_free_port_is_told(void **state) {
    struct listen_address address;
    char first_text[SOCKET_TEXT_BYTES];
    char second_text[SOCKET_TEXT_BYTES];
    struct err err = {0};
    int first;
    int second;

    (void)state;
    assert_true(listen_address_parse(SPAN("127.0.0.1:0"), &address, &err));
    assert_true(listener_open(&address, &first, first_text, &err));
    assert_true(listen_address_parse(span_of(first_text), &address, &err));
    assert_false(listener_open(&address, &second, second_text, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_non_null(strstr(err.text, first_text));
    assert_non_null(strstr(err.text, "--listen"));
    close(first);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),
        ROWS(test_bad, bad),
        TEST(test_a_free_port_is_told),
    };

    return rows_run("listener", all, ARRAY_LENGTH(all));
}
