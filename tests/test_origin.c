#include "server/origin.h"

#include <stdlib.h>

#include "tests/rows.h"

static const struct request_row {
    const char *name;
    const char *method;
    const char *host;  /* NULL: none */
    const char *other; /* a further field, "name:value" */
    const char *more;  /* and another */
    int status;        /* 0: fine */
} requests[] = {
    {"an IPv4 address", "GET", "127.0.0.1:8080", NULL, NULL, 0},
    {"an IPv4 address without a port", "GET", "192.0.2.1", NULL, NULL, 0},
    {"an IPv6 address", "GET", "[::1]:8080", NULL, NULL, 0},
    {"an IPv6 address without a port", "GET", "[::1]", NULL, NULL, 0},
    {"localhost", "GET", "localhost:8080", NULL, NULL, 0},
    {"localhost in capitals", "GET", "LOCALHOST", NULL, NULL, 0},
    {"a name of --host", "GET", "audit:8080", NULL, NULL, 0},
    {"another name of --host", "GET", "Traild.example.com", NULL, NULL, 0},
    {"no host in HTTP/1.0", "GET", NULL, NULL, NULL, 0},
    {"another name", "GET", "evil.example:8080", NULL, NULL, 421},
    {"a name that begins as an address", "GET", "127.0.0.1.evil.example", NULL, NULL, 421},
    {"a name that nobody can register", "GET", "traild:8080", NULL, NULL, 0},
    {"a name that ends as one of ours", "GET", "evil-traild.example.com", NULL, NULL, 421},
    {"a name with a dot behind it", "GET", "traild.", NULL, NULL, 421},
    {"a name below localhost", "GET", "localhost.evil.example", NULL, NULL, 421},
    {"the list of names", "GET", "audit,traild.example.com", NULL, NULL, 421},
    {"an empty host", "GET", "", NULL, NULL, 421},
    {"a port alone", "GET", ":8080", NULL, NULL, 421},
    {"a port that is none", "GET", "localhost:80a", NULL, NULL, 421},
    {"two ports", "GET", "localhost:1:2", NULL, NULL, 421},
    {"an IPv6 address without brackets", "GET", "::1", NULL, NULL, 421},
    {"an IPv4 address in brackets", "GET", "[127.0.0.1]", NULL, NULL, 421},
    {"half of the brackets", "GET", "[::1", NULL, NULL, 421},
    {"something behind the brackets", "GET", "[::1]x:80", NULL, NULL, 421},
    {"a user in front", "GET", "evil@localhost", NULL, NULL, 421},
    {"our own page sends", "POST", "localhost:8080", "origin:http://localhost:8080", NULL, 0},
    {"our own page behind TLS", "POST", "audit", "origin:https://audit", NULL, 0},
    {"a page of a name of --host", "POST", "127.0.0.1:8080", "origin:https://audit", NULL, 0},
    {"a page of another site", "POST", "localhost:8080", "origin:http://evil.example", NULL, 403},
    {"a page of another port", "POST", "localhost:8080", "origin:http://localhost:3000", NULL, 403},
    {"a page of no site", "POST", "localhost:8080", "origin:null", NULL, 403},
    {"an empty origin", "POST", "localhost:8080", "origin:", NULL, 403},
    {"an origin of nothing", "POST", NULL, "origin:http://", NULL, 403},
    {"another scheme", "POST", "localhost:8080", "origin:ftp://localhost:8080", NULL, 403},
    {"another site deletes", "DELETE", "localhost", "origin:http://evil.example", NULL, 403},
    {"a method in small letters", "get", "localhost", "origin:http://evil.example", NULL, 403},
    {"another site reads, and gets no leave to see", "GET", "localhost",
     "origin:http://evil.example", NULL, 0},
    {"a browser says cross-site", "GET", "localhost", "sec-fetch-site:cross-site",
     "sec-fetch-mode:no-cors", 403},
    {"a browser says same-site", "GET", "localhost", "sec-fetch-site:same-site",
     "sec-fetch-mode:cors", 403},
    {"cross-site without a mode", "GET", "localhost", "sec-fetch-site:cross-site", NULL, 403},
    {"cross-site asks for leave", "OPTIONS", "localhost", "sec-fetch-site:cross-site",
     "sec-fetch-mode:cors", 403},
    {"a link is followed", "GET", "localhost", "sec-fetch-site:cross-site",
     "sec-fetch-mode:navigate", 0},
    {"a form is sent", "POST", "localhost", "sec-fetch-site:cross-site", "sec-fetch-mode:navigate",
     403},
    {"our own page asks", "GET", "localhost", "sec-fetch-site:same-origin", "sec-fetch-mode:cors",
     0},
    {"an address is typed", "GET", "localhost", "sec-fetch-site:none", "sec-fetch-mode:navigate",
     0},
};

static void add_field(struct head *head, const char *text) {
    struct head_field *field = &head->fields[head->field_count];

    if (text == NULL)
        return;
    assert_true(span_cut(span_of(text), ':', &field->name, &field->value));
    head->field_count++;
}

static void test_request(void **state) {
    const struct request_row *row = *state;
    struct head head = {.method = span_of(row->method), .version = SPAN("HTTP/1.1")};
    struct refusal refusal = {0};

    if (row->host != NULL)
        head.fields[head.field_count++] = (struct head_field){SPAN("Host"), span_of(row->host)};
    add_field(&head, row->other);
    add_field(&head, row->more);
    bool good = origin_check(&head, SPAN("audit,traild.example.com"), &refusal);
    assert_int_equal(good, row->status == 0);
    assert_int_equal(refusal.status, row->status);
    if (row->status == 421)
        assert_non_null(strstr(refusal.detail, "--host"));
}

static void test_without_names(void **state) {
    struct head head = {.method = SPAN("GET")};
    struct refusal refusal;

    (void)state;
    head.fields[head.field_count++] = (struct head_field){SPAN("Host"), SPAN("audit.example")};
    assert_false(origin_check(&head, SPAN(""), &refusal));
    head.fields[0].value = SPAN("localhost");
    assert_true(origin_check(&head, SPAN(""), &refusal));
}

static const struct hosts_row {
    const char *name;
    const char *hosts;
    bool good;
} lists[] = {
    {"one name", "audit", true},
    {"two names", "audit,traild-1.example_a.com", true},
    {"nothing", "", false},
    {"nothing behind a comma", "audit,", false},
    {"nothing in front of a comma", ",audit", false},
    {"a blank", "audit, b", false},
    {"a port", "audit:8080", false},
    {"an address to click", "http://audit", false},
    {"any name", "*", false},
};

static void test_hosts(void **state) {
    const struct hosts_row *row = *state;
    struct err err = {0};

    assert_int_equal(origin_check_hosts(span_of(row->hosts), &err), row->good);
    if (!row->good)
        assert_memory_equal(err.text, "must be ", 8);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_request, requests),
        TEST(test_without_names),
        ROWS(test_hosts, lists),
    };

    return rows_run("origin", all, ARRAY_LENGTH(all));
}
