#include "tests/rows.h"

#include "handlers/http.h"

static const struct method_row {
    const char *name;
    enum method expected;
} methods[] = {
    {"GET", METHOD_GET},         {"HEAD", METHOD_HEAD},   {"POST", METHOD_POST},
    {"PUT", METHOD_PUT},         {"PATCH", METHOD_PATCH}, {"DELETE", METHOD_DELETE},
    {"OPTIONS", METHOD_OPTIONS}, {"get", METHOD_OTHER},   {"GETS", METHOD_OTHER},
    {"TRACE", METHOD_OTHER},     {"", METHOD_OTHER},
};

static void test_method(void **state) {
    const struct method_row *row = *state;

    assert_int_equal(method_of(span_of(row->name)), row->expected);
}

static void test_response_clear(void **state) {
    struct response response = {.status = 200};

    (void)state;
    response_clear(&response);
    response_header(&response, "A", SPAN("1"));
    response_header(&response, "B", arena_copy(&response.arena, SPAN("2")));
    buffer_append_text(&response.body, "text");
    assert_int_equal(response.header_count, 2);
    assert_string_equal(response.headers[1].name, "B");
    response_clear(&response);
    assert_int_equal(response.status, 0);
    assert_int_equal(response.header_count, 0);
    assert_int_equal(response.body.length, 0);
    assert_null(response.arena.pieces);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_method, methods),
        TEST(test_response_clear),
    };

    return rows_run("http", all, ARRAY_LENGTH(all));
}
