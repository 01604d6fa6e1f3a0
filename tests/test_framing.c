#include "server/framing.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/rows.h"

#define FIELDS 4

static struct head make_head(const char *method, const char *target, const char *version,
                             const char *const fields[FIELDS]) {
    struct head head = {
        .method = span_of(method), .target = span_of(target), .version = span_of(version)};

    /* "Name:value"; whatever stands behind the colon is the value. */
    for (size_t i = 0; i < FIELDS && fields[i] != NULL; i++) {
        struct head_field *field = &head.fields[head.field_count++];
        assert_true(span_cut(span_of(fields[i]), ':', &field->name, &field->value));
    }
    return head;
}

static const struct good_row {
    const char *name;
    const char *version;
    const char *fields[FIELDS];
    struct framing framing;
} good[] = {
    {"no body", "HTTP/1.1", {"Host:a"}, {0}},
    {"no host in HTTP/1.0", "HTTP/1.0", {NULL}, {0}},
    {"an empty host", "HTTP/1.1", {"Host:"}, {0}},
    {"a length", "HTTP/1.1", {"Host:a", "Content-Length:5"}, {true, false, true, 5}},
    {"a name in any case", "HTTP/1.1", {"HOST:a", "content-LENGTH:5"}, {true, false, true, 5}},
    {"a length of nothing", "HTTP/1.1", {"Host:a", "Content-Length:0"}, {false, false, true, 0}},
    {"blanks around the length",
     "HTTP/1.1",
     {"Host:a", "Content-Length: 5 "},
     {true, false, true, 5}},
    {"the largest length",
     "HTTP/1.1",
     {"Host:a", "Content-Length:9223372036854775807"},
     {true, false, true, INT64_MAX}},
    {"chunked", "HTTP/1.1", {"Host:a", "Transfer-Encoding:chunked"}, {true, true, false, 0}},
    {"chunked in capitals",
     "HTTP/1.1",
     {"Host:a", "Transfer-Encoding:CHUNKED"},
     {true, true, false, 0}},
    {"an expectation",
     "HTTP/1.1",
     {"Host:a", "Content-Length:5", "Expect:100-Continue"},
     {true, false, true, 5}},
    {"bytes beyond ASCII in a value", "HTTP/1.1", {"Host:a", "A:\xc3\xbc\xff"}, {0}},
    {"a tab in a value", "HTTP/1.1", {"Host:a", "A:b\tc"}, {0}},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    struct head head = make_head("POST", "/v1/imports?a=b", row->version, row->fields);
    struct framing framing = {0};
    struct refusal refusal;

    assert_true(framing_check(&head, &framing, &refusal));
    assert_int_equal(framing.has_body, row->framing.has_body);
    assert_int_equal(framing.chunked, row->framing.chunked);
    assert_int_equal(framing.says_length, row->framing.says_length);
    assert_int_equal(framing.length, row->framing.length);
}

static const struct bad_row {
    const char *name;
    const char *method;
    const char *target;
    const char *version;
    const char *fields[FIELDS];
    int status;
} bad[] = {
    {"no host", "GET", "/", "HTTP/1.1", {"A:b"}, 400},
    {"two hosts", "GET", "/", "HTTP/1.1", {"Host:a", "host:a"}, 400},
    {"two lengths",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Content-Length:1", "Content-Length:1"},
     400},
    {"a list of lengths", "GET", "/", "HTTP/1.1", {"Host:a", "Content-Length:1, 1"}, 400},
    {"an empty length", "GET", "/", "HTTP/1.1", {"Host:a", "Content-Length:"}, 400},
    {"a signed length", "GET", "/", "HTTP/1.1", {"Host:a", "Content-Length:+1"}, 400},
    {"a length beyond 63 bits",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Content-Length:9223372036854775808"},
     400},
    {"length and chunked",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Content-Length:1", "Transfer-Encoding:chunked"},
     400},
    {"a length of nothing and chunked",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Transfer-Encoding:chunked", "Content-Length:0"},
     400},
    {"chunked in HTTP/1.0", "GET", "/", "HTTP/1.0", {"Transfer-Encoding:chunked"}, 400},
    {"gzip, chunked", "GET", "/", "HTTP/1.1", {"Host:a", "Transfer-Encoding:gzip, chunked"}, 501},
    {"an empty encoding", "GET", "/", "HTTP/1.1", {"Host:a", "Transfer-Encoding:"}, 501},
    {"chunked twice",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Transfer-Encoding:chunked", "Transfer-Encoding:chunked"},
     501},
    /* The library compares the value with its blanks, and would not see chunks here. */
    {"chunked with a blank behind it",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Transfer-Encoding:chunked "},
     501},
    {"an unknown expectation", "GET", "/", "HTTP/1.1", {"Host:a", "Expect:tea"}, 417},
    {"two expectations",
     "GET",
     "/",
     "HTTP/1.1",
     {"Host:a", "Expect:100-continue", "Expect:100-continue"},
     417},
    {"a blank in a name", "GET", "/", "HTTP/1.1", {"Host:a", "Content-Length :1"}, 400},
    {"no name", "GET", "/", "HTTP/1.1", {"Host:a", ":1"}, 400},
    {"a name beyond ASCII", "GET", "/", "HTTP/1.1", {"Host:a", "\xc3\xbc:1"}, 400},
    {"a carriage return in a value", "GET", "/", "HTTP/1.1", {"Host:a", "A:b\rC"}, 400},
    {"DEL in a value", "GET", "/", "HTTP/1.1", {"Host:a", "A:\x7f"}, 400},
    {"a blank in the target", "GET", "/a b", "HTTP/1.1", {"Host:a"}, 400},
    {"a control character in the target", "GET", "/a\x01", "HTTP/1.1", {"Host:a"}, 400},
    {"a method that is no token", "G@T", "/", "HTTP/1.1", {"Host:a"}, 400},
    {"no method", "", "/", "HTTP/1.1", {"Host:a"}, 400},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    struct head head = make_head(row->method, row->target, row->version, row->fields);
    struct framing framing = {.length = -7};
    struct refusal refusal = {0};

    assert_false(framing_check(&head, &framing, &refusal));
    assert_int_equal(refusal.status, row->status);
    assert_true(refusal.detail[0] != '\0');
    assert_int_equal(framing.length, -7);
}

static void test_a_long_target(void **state) {
    const char *const fields[FIELDS] = {"Host:a"};
    static char target[16385 + 1];
    struct framing framing;
    struct refusal refusal;

    (void)state;
    memset(target, 'a', 16385);
    struct head head = make_head("GET", target, "HTTP/1.1", fields);
    assert_false(framing_check(&head, &framing, &refusal));
    assert_int_equal(refusal.status, 414);
    head.target.length--;
    assert_true(framing_check(&head, &framing, &refusal));
}

static void test_too_many_fields(void **state) {
    const char *const fields[FIELDS] = {"Host:a"};
    struct head head = make_head("GET", "/", "HTTP/1.1", fields);
    struct framing framing;
    struct refusal refusal;

    (void)state;
    head.too_many_fields = true;
    assert_false(framing_check(&head, &framing, &refusal));
    assert_int_equal(refusal.status, 431);
}

static void test_a_damaged_head(void **state) {
    const char *const fields[FIELDS] = {"Host:a"};
    struct head head = make_head("GET", "/", "HTTP/1.1", fields);
    struct framing framing;
    struct refusal refusal;

    (void)state;
    head.damaged = true;
    assert_false(framing_check(&head, &framing, &refusal));
    assert_int_equal(refusal.status, 400);
}

/* Heads as the library leaves them in memory: what ended a word, and each line end, is NUL. */
#define LAID_OUT(text) text, sizeof(text) - 1
#define LINE           "GET\0/a\0HTTP/1.1\0\0"

static const struct cover_row {
    const char *name;
    const char *bytes; /* of the fields and of the empty line */
    size_t length;
    size_t fields[4]; /* where name and value of the first two fields begin */
    bool covered;
} covers[] = {
    {"two fields", LAID_OUT(LINE "A\0 b\0\0C\0d\0\0\0\0"), {0, 3, 6, 8}, true},
    {"an empty value", LAID_OUT(LINE "A\0\0\0C\0d\0\0\0\0"), {0, 2, 4, 6}, true},
    {"blanks in front of a value", LAID_OUT(LINE "A\0 \t b\0\0C\0d\0\0\0\0"), {0, 5, 8, 10}, true},
    {"NUL in a value", LAID_OUT(LINE "A\0b\0x\0\0C\0d\0\0\0\0"), {0, 2, 7, 9}, false},
    {"NUL in the last value", LAID_OUT(LINE "A\0b\0\0C\0d\0x\0\0\0\0"), {0, 2, 5, 7}, false},
    {"NUL at the end of the last value",
     LAID_OUT(LINE "A\0b\0\0C\0d\0\0\0\0\0"),
     {0, 2, 5, 7},
     false},
    {"a line end without carriage return",
     LAID_OUT(LINE "A\0b\0C\0d\0\0\0\0"),
     {0, 2, 4, 6},
     false},
    {"an empty line without carriage return",
     LAID_OUT(LINE "A\0b\0\0C\0d\0\0\0"),
     {0, 2, 5, 7},
     false},
    {"a folded line", LAID_OUT(LINE "A\0b\0\0 x\0\0C\0d\0\0\0\0"), {0, 2, 9, 11}, false},
    {"a name that lies elsewhere", LAID_OUT(LINE "A\0b\0\0C\0d\0\0\0\0"), {0, 2, 7, 7}, false},
    {"a value in front of its name", LAID_OUT(LINE "A\0b\0\0C\0d\0\0\0\0"), {0, 2, 5, 2}, false},
};

static struct head lines_of(const char *bytes, size_t place, size_t version) {
    return (struct head){
        .method = span_of(bytes),
        .place = span_of(bytes + place),
        .version = span_of(bytes + version),
    };
}

static void test_cover(void **state) {
    const struct cover_row *row = *state;
    struct head head = lines_of(row->bytes, 4, 7);
    const char *fields = row->bytes + sizeof(LINE) - 1;

    head.field_count = 2;
    for (size_t i = 0; i < 2; i++) {
        head.fields[i].name = span_of(fields + row->fields[2 * i]);
        head.fields[i].value = span_of(fields + row->fields[2 * i + 1]);
    }
    assert_int_equal(framing_covers(&head, row->bytes + row->length), row->covered);
}

static const struct line_row {
    const char *name;
    const char *bytes;
    size_t length;
    size_t place;
    size_t version;
    bool covered;
} lines[] = {
    {"a line and no fields", LAID_OUT("GET\0/\0HTTP/1.0\0\0\0\0"), 4, 6, true},
    {"NUL in the target", LAID_OUT("GET\0/\0?a=b\0HTTP/1.0\0\0\0\0"), 4, 11, false},
    {"NUL and a version", LAID_OUT("GET\0/\0HTTP/1.0\0HTTP/1.0\0\0\0\0"), 4, 15, false},
    {"NUL at the end of the target", LAID_OUT("GET\0/\0\0HTTP/1.0\0\0\0\0"), 4, 7, false},
    {"NUL in the method", LAID_OUT("GET\0X\0/\0HTTP/1.0\0\0\0\0"), 6, 8, false},
    {"NUL behind the version", LAID_OUT("GET\0/\0HTTP/1.0\0x\0\0\0\0"), 4, 6, false},
    {"a line end without carriage return", LAID_OUT("GET\0/\0HTTP/1.0\0\0\0"), 4, 6, false},
};

static void test_line(void **state) {
    const struct line_row *row = *state;
    struct head head = lines_of(row->bytes, row->place, row->version);

    assert_int_equal(framing_covers(&head, row->bytes + row->length), row->covered);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, good),      ROWS(test_bad, bad),       TEST(test_a_long_target),
        TEST(test_too_many_fields), TEST(test_a_damaged_head), ROWS(test_cover, covers),
        ROWS(test_line, lines),
    };

    return rows_run("framing", all, ARRAY_LENGTH(all));
}
