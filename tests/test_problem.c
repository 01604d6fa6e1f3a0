#include "tests/rows.h"

#include <jansson.h>

#include "handlers/problem.h"

static json_t *body_of(const struct response *response) {
    json_t *body = json_loadb(response->body.data, response->body.length, JSON_ALLOW_NUL, NULL);

    assert_non_null(body);
    assert_int_equal(response->body.data[response->body.length - 1], '\n');
    return body;
}

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));

    assert_non_null(text);
    return text;
}

static struct span header_of(const struct response *response, const char *name) {
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    }
    return SPAN_NONE;
}

static const struct kind_row {
    const char *name;
    enum err_kind kind;
    int status;
    const char *title;
} kinds[] = {
    {"nonsense", ERR_INVALID, 400, "Bad Request"},
    {"an unreadable file", ERR_UNREADABLE, 422, "Unprocessable Content"},
    {"too many bytes", ERR_TOO_LARGE, 413, "Content Too Large"},
    {"not there", ERR_NOT_FOUND, 404, "Not Found"},
    {"not allowed", ERR_FORBIDDEN, 403, "Forbidden"},
    {"not there on the other side", ERR_ABSENT, 422, "Unprocessable Content"},
    {"the other side refused", ERR_REMOTE, 502, "Bad Gateway"},
    {"busy", ERR_BUSY, 503, "Service Unavailable"},
    {"too slow", ERR_TIMEOUT, 503, "Service Unavailable"},
    {"a full disk", ERR_NO_SPACE, 507, "Insufficient Storage"},
    {"nobody waits", ERR_CANCELLED, 503, "Service Unavailable"},
};

static void test_kind(void **state) {
    const struct kind_row *row = *state;
    struct response CLEANUP(response_clear) response = {0};
    struct faults faults = {0};
    struct err err;

    err_set(&err, row->kind, "a \"sentence\"");
    problem_of_failure(&response, &err, &faults);
    json_t *body = body_of(&response);
    assert_int_equal(response.status, row->status);
    assert_int_equal(json_integer_value(json_object_get(body, "status")), row->status);
    assert_string_equal(text_of(body, "type"), "about:blank");
    assert_string_equal(text_of(body, "title"), row->title);
    assert_string_equal(text_of(body, "detail"), "a \"sentence\"");
    assert_int_equal(json_object_size(body), 4);
    assert_true(span_equal(header_of(&response, "Content-Type"), SPAN("application/problem+json")));
    assert_int_equal(header_of(&response, "Retry-After").data != NULL, row->status == 503);
    assert_int_equal(response.error.data != NULL, row->kind == ERR_NO_SPACE);
    json_decref(body);
}

static void test_internal_failure_is_hidden(void **state) {
    struct response CLEANUP(response_clear) response = {0};
    struct faults faults = {0};
    struct err err;

    (void)state;
    err_set(&err, ERR_INTERNAL, "secret path");
    problem_of_failure(&response, &err, &faults);
    json_t *body = body_of(&response);
    const char *detail = text_of(body, "detail");
    assert_int_equal(response.status, 500);
    assert_true(span_starts_with(span_of(detail), SPAN("internal failure, id ")));
    assert_null(strstr(detail, "secret"));
    assert_true(span_starts_with(response.error, span_of(detail)));
    assert_true(span_ends_with(response.error, SPAN(": secret path")));
    json_decref(body);
}

static void test_ids_differ(void **state) {
    struct response CLEANUP(response_clear) first = {0};
    struct response CLEANUP(response_clear) second = {0};
    struct faults faults = {0};
    struct err err;

    (void)state;
    err_set(&err, ERR_INTERNAL, "x");
    problem_of_failure(&first, &err, &faults);
    problem_of_failure(&second, &err, &faults);
    assert_false(span_equal(first.error, second.error));
}

static void test_position_of_damage(void **state) {
    struct response CLEANUP(response_clear) response = {0};
    struct faults faults = {0};
    struct err err;

    (void)state;
    err_set(&err, ERR_UNREADABLE, "cut off");
    err_at(&err, INT64_C(5000000000), 7);
    problem_of_failure(&response, &err, &faults);
    json_t *body = body_of(&response);
    assert_true(json_integer_value(json_object_get(body, "offset")) == INT64_C(5000000000));
    assert_int_equal(json_integer_value(json_object_get(body, "index")), 7);
    json_decref(body);
}

static json_t *body_with_fault(struct response *response, struct span parameter,
                               struct span value) {
    struct faults faults = {0};
    struct err err;

    faults_add(&faults, &response->arena, parameter, value, "is wrong");
    err_set(&err, ERR_INVALID, "unused");
    problem_of_failure(response, &err, &faults);
    return body_of(response);
}

static const struct fault_row {
    const char *name;
    struct span value;
    struct span expected;
} values[] = {
    {"plain", SPAN("a"), SPAN("a")},
    {"quotes", SPAN("\"\\"), SPAN("\"\\")},
    {"NUL", SPAN("a\0b"), SPAN("a\0b")},
    {"not UTF-8", SPAN("\xff"), SPAN("\xef\xbf\xbd")},
};

static void test_value(void **state) {
    const struct fault_row *row = *state;
    struct response CLEANUP(response_clear) response = {0};
    json_t *body = body_with_fault(&response, SPAN("account"), row->value);
    json_t *error = json_array_get(json_object_get(body, "errors"), 0);
    json_t *value = json_object_get(error, "value");

    (void)state;
    assert_string_equal(text_of(error, "parameter"), "account");
    assert_string_equal(text_of(error, "reason"), "is wrong");
    assert_string_equal(text_of(body, "detail"), "account: is wrong");
    assert_true(span_equal((struct span){json_string_value(value), json_string_length(value)},
                           row->expected));
    json_decref(body);
}

/* Cut between characters: the two bytes of e with acute accent stay together. */
static void test_long_values_are_cut(void **state) {
    struct response CLEANUP(response_clear) response = {0};
    char value[1000];

    (void)state;
    value[0] = 'x';
    for (size_t i = 1; i + 1 < sizeof(value); i += 2)
        memcpy(&value[i], "\xc3\xa9", 2);
    json_t *body = body_with_fault(&response, SPAN("account"), (struct span){value, 999});
    struct span shown =
        span_of(text_of(json_array_get(json_object_get(body, "errors"), 0), "value"));
    assert_int_equal(shown.length, 1 + 99 * 2 + 3);
    assert_memory_equal(shown.data, value, shown.length - 3);
    assert_true(span_ends_with(shown, SPAN("\xa9...")));
    json_decref(body);
}

static void test_all_faults_are_listed(void **state) {
    struct response CLEANUP(response_clear) response = {0};
    struct faults faults = {0};
    struct err err;

    (void)state;
    faults_add(&faults, &response.arena, SPAN("a"), SPAN("1"), "must be 2");
    faults_add(&faults, &response.arena, SPAN("b"), SPAN("3"), "must be 4");
    err_set(&err, ERR_INVALID, "unused");
    problem_of_failure(&response, &err, &faults);
    json_t *body = body_of(&response);
    assert_int_equal(json_array_size(json_object_get(body, "errors")), 2);
    assert_string_equal(text_of(json_array_get(json_object_get(body, "errors"), 1), "parameter"),
                        "b");
    assert_string_equal(text_of(body, "detail"),
                        "2 parameters are wrong, see errors; the first is a: must be 2");
    json_decref(body);
}

static void test_replaces_what_was_begun(void **state) {
    struct response CLEANUP(response_clear) response = {.status = 200};

    (void)state;
    buffer_append_text(&response.body, "{\"events\":[");
    response_header(&response, "Link", SPAN("x"));
    problem_write(&response, 413, "Too Big", SPAN("smaller, please"));
    json_t *body = body_of(&response);
    assert_int_equal(response.status, 413);
    assert_string_equal(text_of(body, "title"), "Too Big");
    assert_null(header_of(&response, "Link").data);
    json_decref(body);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_kind, kinds),
        ROWS(test_value, values),
        TEST(test_internal_failure_is_hidden),
        TEST(test_ids_differ),
        TEST(test_position_of_damage),
        TEST(test_long_values_are_cut),
        TEST(test_all_faults_are_listed),
        TEST(test_replaces_what_was_begun),
    };

    return rows_run("problem", all, ARRAY_LENGTH(all));
}
