#include "tests/rows.h"

#include "collect/trail_notes.h"

static void check_text(const struct trail_notes *notes, const char *expected) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = trail_notes_to_text(notes, &arena);

    assert_true(span_equal(text, span_of(expected)));
}

static void test_empty(void **state) {
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};

    (void)state;
    check_text(&notes, "{}");
}

static void test_counts(void **state) {
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};

    (void)state;
    trail_notes_add_folder(&notes, SPAN("digest"), SPAN("a/CloudTrail-Digest/"));
    trail_notes_add_folder(&notes, SPAN("digest"), SPAN("b/CloudTrail-Digest/"));
    trail_notes_add_object(&notes, SPAN("foreign"), SPAN("a \"b\".txt"));
    trail_notes_add_object(&notes, SPAN("archived"), SPAN("x"));
    assert_true(notes.changed);
    check_text(&notes,
               "{\"digest\":{\"folders\":2,\"objects\":0,\"example\":"
               "\"b/CloudTrail-Digest/\"},"
               "\"foreign\":{\"folders\":0,\"objects\":1,\"example\":\"a \\\"b\\\".txt\"},"
               "\"archived\":{\"folders\":0,\"objects\":1,\"example\":\"x\"}}");
}

static void test_counted_anew(void **state) {
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};
    struct trail_notes CLEANUP(trail_notes_clear) counted = {0};
    struct trail_notes CLEANUP(trail_notes_clear) nothing = {0};

    (void)state;
    trail_notes_add_folder(&notes, SPAN("digest"), SPAN("a"));
    trail_notes_add_object(&notes, SPAN("foreign"), SPAN("f"));
    trail_notes_add_folder(&counted, SPAN("digest"), SPAN("a"));
    notes.changed = false;
    trail_notes_set_folders(&notes, &counted);
    assert_false(notes.changed);
    trail_notes_add_folder(&counted, SPAN("digest"), SPAN("b"));
    trail_notes_add_folder(&counted, SPAN("lake"), SPAN("c"));
    trail_notes_set_folders(&notes, &counted);
    assert_true(notes.changed);
    check_text(&notes,
               "{\"digest\":{\"folders\":2,\"objects\":0,\"example\":\"b\"},"
               "\"foreign\":{\"folders\":0,\"objects\":1,\"example\":\"f\"},"
               "\"lake\":{\"folders\":1,\"objects\":0,\"example\":\"c\"}}");
    trail_notes_set_folders(&notes, &nothing);
    check_text(&notes, "{\"foreign\":{\"folders\":0,\"objects\":1,\"example\":\"f\"}}");
}

static void test_more_objects(void **state) {
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};
    struct trail_notes CLEANUP(trail_notes_clear) more = {0};

    (void)state;
    trail_notes_add_objects(&notes, &more);
    assert_false(notes.changed);
    trail_notes_add_folder(&notes, SPAN("digest"), SPAN("a/"));
    trail_notes_add_object(&more, SPAN("digest"), SPAN("a/1"));
    trail_notes_add_object(&more, SPAN("digest"), SPAN("a/2"));
    trail_notes_add_object(&more, SPAN("sns_message"), SPAN("b"));
    trail_notes_add_objects(&notes, &more);
    assert_true(notes.changed);
    check_text(&notes,
               "{\"digest\":{\"folders\":1,\"objects\":2,\"example\":\"a/2\"},"
               "\"sns_message\":{\"folders\":0,\"objects\":1,\"example\":\"b\"}}");
}

/* As it was written, and whatever else it may be. */
static void test_read_again(void **state) {
    static const char text[] =
        "{\"insight\":{\"folders\":1,\"objects\":7,\"example\":\"\\u0000x\"}}";
    static const char *const strange[] = {"",
                                          "[]",
                                          "{\"digest\":5}",
                                          "{\"digest\":{\"example\":3}}",
                                          "{\"digest\":{\"folders\":\"3\"}}",
                                          "{"};
    struct trail_notes notes;

    (void)state;
    trail_notes_from_text(span_of(text), &notes);
    check_text(&notes, text);
    assert_false(notes.changed);
    trail_notes_clear(&notes);
    for (size_t i = 0; i < ARRAY_LENGTH(strange); i++) {
        trail_notes_from_text(span_of(strange[i]), &notes);
        check_text(&notes, "{}");
        trail_notes_clear(&notes);
    }
    trail_notes_from_text(SPAN_NONE, &notes);
    check_text(&notes, "{}");
}

static void test_long_example(void **state) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trail_notes CLEANUP(trail_notes_clear) notes = {0};
    char *key = arena_new(&arena, LIMIT_KEY_BYTES + 1, 1);

    (void)state;
    memset(key, 'k', LIMIT_KEY_BYTES + 1);
    trail_notes_add_object(&notes, SPAN("foreign"), (struct span){key, LIMIT_KEY_BYTES + 1});
    assert_int_equal(notes.kinds[0].length, LIMIT_KEY_BYTES);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_empty),        TEST(test_counts),     TEST(test_counted_anew),
        TEST(test_more_objects), TEST(test_read_again), TEST(test_long_example),
    };

    return rows_run("trail_notes", all, ARRAY_LENGTH(all));
}
