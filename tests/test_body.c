#include "handlers/body.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "tests/rows.h"

static const struct parameter items[] = {
    {"uri", 0, read_anything, NULL, 0},
    {"from", 0, read_time, NULL, 0},
    {"accounts", PARAMETER_REPEATS, read_anything, NULL, 0},
};
static const struct parameter_list list = {items, ARRAY_LENGTH(items), NULL};

static const struct parse_row {
    const char *name;
    struct span text;
    const char *complaint; /* NULL: it is an object */
} parses[] = {
    {"an object", SPAN("{\"uri\": \"x\"}"), NULL},
    {"an empty object", SPAN(" {} "), NULL},
    {"nothing", SPAN(""), "the body must be a JSON object: "},
    {"a list", SPAN("[]"), "the body must be a JSON object"},
    {"a text", SPAN("\"uri\""), "the body must be a JSON object"},
    {"half an object", SPAN("{\n\"uri\":"), "the body must be a JSON object: "},
    {"a member twice", SPAN("{\"uri\":\"a\",\"uri\":\"b\"}"),
     "the body must be a JSON object: dup"},
    {"a NUL", SPAN("{\"uri\":\"\\u0000\"}"), "the body must be a JSON object: \\u0000"},
    {"more behind it", SPAN("{} {}"), "the body must be a JSON object: "},
};

static void test_parse(void **state) {
    const struct parse_row *row = *state;
    json_t *json = NULL;
    struct err err = {0};

    assert_int_equal(body_parse(row->text, &json, &err), row->complaint == NULL);
    if (row->complaint == NULL) {
        assert_true(json_is_object(json));
        json_decref(json);
        return;
    }
    assert_null(json);
    assert_int_equal(err.kind, ERR_INVALID);
    assert_memory_equal(err.text, row->complaint, strlen(row->complaint));
}

static const struct read_row {
    const char *name;
    const char *body;
    const char *expected; /* arguments, "/", faults */
} reads[] = {
    {"a text", "{\"uri\":\"s3://b\"}", "uri=s3://b /"},
    {"in the order given", "{\"from\":\"1970-01-02\",\"uri\":\"u\"}", "from=1970-01-02 uri=u /"},
    {"nothing", "{}", "/"},
    {"null is nothing", "{\"uri\":null,\"accounts\":null}", "/"},
    {"a number for a text", "{\"from\":86400}", "from=86400 /"},
    {"a list", "{\"accounts\":[\"a\",\"b\"]}", "accounts=a accounts=b /"},
    {"numbers in a list", "{\"accounts\":[111122223333]}", "accounts=111122223333 /"},
    {"a list for a text", "{\"uri\":[\"a\"]}", "/ uri=[\"a\"] must be a text"},
    {"a text for a list", "{\"accounts\":\"a\"}", "/ accounts=\"a\" must be a list of texts"},
    {"an empty list", "{\"accounts\":[]}", "/ accounts=[] must be a list of texts, at least one"},
    {"a list in a list", "{\"accounts\":[[]]}", "/ accounts=[] must be a text"},
    {"an object", "{\"uri\":{\"a\":1}}", "/ uri={\"a\":1} must be a text"},
    {"a truth", "{\"uri\":true}", "/ uri=true must be a text"},
    {"a fraction", "{\"from\":1.5}", "/ from=1.5 must be a text"},
    {"an empty text", "{\"uri\":\"\"}", "/ uri= must not be empty"},
    {"a reader's complaint", "{\"from\":\"x\"}", "/ from=x is no time"},
    {"an unknown member", "{\"url\":\"x\"}", "/ url=x is no parameter here; did you mean uri?"},
    {"an unknown member that is a list", "{\"account\":[\"a\",1]}",
     "/ account=[\"a\",1] is no parameter here; did you mean accounts?"},
    {"an unknown member that is an object", "{\"url\":{}}",
     "/ url={} is no parameter here; did you mean uri?"},
    {"all that is wrong", "{\"url\":\"x\",\"from\":\"y\",\"uri\":\"z\"}",
     "uri=z / url=x is no parameter here; did you mean uri? from=y is no time"},
};

static void show(const struct arguments *arguments, const struct faults *faults,
                 struct buffer *out) {
    for (size_t i = 0; i < arguments->count; i++)
        buffer_append_format(out, "%s=%.*s ", arguments->items[i].parameter->name,
                             SPAN_ARGS(arguments->items[i].text));
    buffer_append_byte(out, '/');
    for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
        struct span reason = fault->reason;
        struct span ignored;
        if (span_starts_with(reason, SPAN("is no time")))
            (void)!span_cut(reason, ':', &reason, &ignored);
        buffer_append_format(out, " %.*s=%.*s %.*s", SPAN_ARGS(fault->parameter),
                             SPAN_ARGS(fault->value), SPAN_ARGS(reason));
    }
}

static void test_read(void **state) {
    const struct read_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct reading reading = {&arena, 0};
    struct buffer CLEANUP(buffer_clear) shown = {0};
    struct arguments arguments;
    struct faults faults = {0};
    json_t *json;
    struct err err;

    assert_true(body_parse(span_of(row->body), &json, &err));
    body_read(json, &list, &reading, &arguments, &faults);
    json_decref(json); /* what was read lives on */
    show(&arguments, &faults, &shown);
    buffer_append_byte(&shown, '\0');
    if (strncmp(shown.data, row->expected, strlen(row->expected)) != 0)
        fail_msg("\"%s\" instead of \"%s\"", shown.data, row->expected);
}

/* Lists in members that nobody knows count, too. */
static void test_too_many_values(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    const struct reading reading = {&arena, 0};
    json_t *json = json_object();
    json_t *values = json_array();
    struct arguments arguments;
    struct faults faults = {0};

    (void)state;
    for (int i = 0; i <= LIMIT_BODY_VALUES; i++)
        json_array_append_new(values, json_integer(i));
    json_object_set_new(json, "unknown", values);
    body_read(json, &list, &reading, &arguments, &faults);
    assert_int_equal(arguments.count, 0);
    assert_int_equal(faults.count, 1);
    assert_true(span_equal(faults.first->reason, SPAN("more than 2500 values were given")));
    json_decref(json);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_parse, parses),
        ROWS(test_read, reads),
        TEST(test_too_many_values),
    };

    return rows_run("body", all, ARRAY_LENGTH(all));
}
