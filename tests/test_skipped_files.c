#include "tests/rows.h"

#include "collect/skipped_files.h"

static void check_text(const struct skipped_files *files, const char *expected) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = skipped_files_to_text(files, &arena);

    if (!span_equal(text, span_of(expected)))
        fail_msg("%.*s", SPAN_ARGS(text));
}

static void test_none(void **state) {
    struct skipped_files files = {0};

    (void)state;
    check_text(&files, "{}");
    skipped_files_clear(&files);
}

/* In the order in which kinds are met, with the first key of each. What is given may be gone. */
static void test_counts(void **state) {
    struct skipped_files files = {0};
    char kind[] = "sns_message";
    char key[] = "a \"b\"";

    (void)state;
    struct span kept = skipped_files_add(&files, span_of(kind), span_of(key));
    kind[0] = key[0] = '-';
    skipped_files_add(&files, SPAN("digest"), SPAN("d/1"));
    skipped_files_add(&files, SPAN("digest"), SPAN("d/2"));
    assert_ptr_equal(skipped_files_add(&files, SPAN("sns_message"), SPAN("c")).data, kept.data);
    assert_true(span_equal(kept, SPAN("sns_message")));
    check_text(&files,
               "{\"sns_message\":{\"objects\":2,\"example\":\"a \\\"b\\\"\"},"
               "\"digest\":{\"objects\":2,\"example\":\"d/1\"}}");
    skipped_files_clear(&files);
    check_text(&files, "{}");
}

#define SAVED                                                                                      \
    "{\"insight\":{\"objects\":7,\"example\":\"\\u0000x\"},"                                       \
    "\"digest\":{\"objects\":1,\"example\":\"\"}}"

/* As it was written, and counted on from there. */
static void test_goes_on(void **state) {
    struct skipped_files files;

    (void)state;
    skipped_files_from_text(SPAN(SAVED), &files);
    check_text(&files, SAVED);
    skipped_files_add(&files, SPAN("digest"), SPAN("d"));
    skipped_files_add(&files, SPAN("foreign"), SPAN("f"));
    check_text(&files,
               "{\"insight\":{\"objects\":7,\"example\":\"\\u0000x\"},"
               "\"digest\":{\"objects\":2,\"example\":\"\"},"
               "\"foreign\":{\"objects\":1,\"example\":\"f\"}}");
    skipped_files_clear(&files);
}

static const struct strange_row {
    const char *name;
    struct span text;
} strange[] = {
    {"nothing was saved", {NULL, 0}},
    {"empty", {"", 0}},
    {"cut off", {"{", 1}},
    {"an array", {"[]", 2}},
    {"a kind without members", {"{\"digest\":5}", 12}},
    {"without objects", {"{\"digest\":{\"example\":\"x\"}}", 26}},
    {"no example", {"{\"digest\":{\"objects\":1}}", 24}},
};

static void test_strange(void **state) {
    const struct strange_row *row = *state;
    struct skipped_files files;

    skipped_files_from_text(row->text, &files);
    check_text(&files, "{}");
    skipped_files_clear(&files);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_none),
        TEST(test_counts),
        TEST(test_goes_on),
        ROWS(test_strange, strange),
    };

    return rows_run("skipped_files", all, ARRAY_LENGTH(all));
}
