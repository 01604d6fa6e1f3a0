#include "tests/rows.h"

#include "tests/shapes.h"

/* Text that cannot be read. */
static const struct bad_row {
    const char *name;
    const char *text;
    const char *sentence;
    int64_t offset;
    int64_t index;
} bads[] = {
    {"nothing", "", "the body is empty", -1, -1},
    {"white space", " \r\n\t", "the body is empty", -1, -1},
    {"markup", "<html><body>some text",
     "neither gzip nor JSON: the body begins with "
     "\"<html><body>some\"",
     0, -1},
    {"bytes", " \x01\xff\"\\",
     "neither gzip nor JSON: the body begins with "
     "\"\\x01\\xff\\x22\\x5c\"",
     1, -1},
    {"a comma", ",", "neither gzip nor JSON: the body begins with \",\"", 0, -1},
    {"a word", "nope", "neither gzip nor JSON: the body begins with \"nope\"", 0, -1},
    {"columns", "eventTime,eventName",
     "neither gzip nor JSON: the body begins with "
     "\"eventTime,eventN\"",
     0, -1},
    {"cut off in a record", "{\"Records\":[" A ",{\"eventTime\":\"20",
     "the JSON is cut off at byte 81 of the text, in record 1", 81, 1},
    {"cut off between records", "{\"Records\":[" A,
     "the JSON is cut off at byte 64 of the text, in record 1", 64, 1},
    {"cut off behind a comma", "{\"Records\":[" A ",",
     "the JSON is cut off at byte 65 of the text, in record 1", 65, 1},
    {"cut off behind the records", "{\"Records\":[" A "]",
     "the JSON is cut off at byte 65 of the text", 65, -1},
    {"cut off in a member", "{\"Records\":[],\"a\":{", "the JSON is cut off at byte 19 of the text",
     19, -1},
    {"cut off in the first name", "{\"Rec",
     "the JSON is cut off at byte 5 of the text, in record 0", 5, 0},
    {"cut off behind a name", "{\"a\"", "the JSON is cut off at byte 4 of the text, in record 0", 4,
     0},
    {"cut off behind a colon", "{\"a\":", "the JSON is cut off at byte 5 of the text, in record 0",
     5, 0},
    {"cut off behind a brace", "{", "the JSON is cut off at byte 1 of the text, in record 0", 1, 0},
    {"cut off behind a bracket", "[", "the JSON is cut off at byte 1 of the text, in record 0", 1,
     0},
    {"a comma behind the last record", "[" A ",]",
     "trailing comma at byte 54 of the text, in record 1", 54, 1},
    {"a comma behind the last member", "{\"Records\":[],}", "trailing comma at byte 14 of the text",
     14, -1},
    {"no comma between records", "[" A " " B "]",
     "a comma or a closing bracket must stand here at byte 54 of the text, in record 1", 54, 1},
    {"no comma between members", "{\"Records\":[] \"a\":1}",
     "a comma or a closing brace must stand here at byte 14 of the text", 14, -1},
    {"the wrong bracket", "{\"Records\":[" A "}}",
     "a comma or a closing bracket must stand here at byte 64 of the text, in record 1", 64, 1},
    {"no colon", "{\"Records\" []}",
     "a colon must follow a member's name at byte 11 of the text, in record 0", 11, 0},
    {"no quotes", "{Records:[]}",
     "a member's name in quotes must stand here at byte 1 of the text, in record 0", 1, 0},
    {"something behind the end", "{\"Records\":[]} x",
     "there is something behind the end of the file's value at byte 15 of the text", 15, -1},
    {"a word behind the end", "{\"Records\":[" A "]} trailing",
     "there is something behind the end of the file's value at byte 67 of the text", 67, -1},
    {"a brace behind the end", "{\"Records\":[" A "]}}",
     "there is something behind the end of the file's value at byte 66 of the text", 66, -1},
    {"a brace behind a record", A "}",
     "there is something behind the end of the file's value at byte 52 of the text", 52, -1},
    {"a bracket behind lines", A "\n" A "\n]",
     "there is something behind the end of the file's value at byte 106 of the text", 106, -1},
    {"a line that is no JSON", A "\n" A "\nx",
     "a value must stand here at byte 106 of the text, in record 2", 106, 2},
    {"a bad string behind the end", "[] \"\n\"",
     "control character in a string at byte 4 of the text, in record 0", 4, 0},
    {"a comma behind the end", A ",",
     "a comma between values that are in no array (CSV is not read) at byte 52 of the text, in "
     "record 1",
     52, 1},
    {"a control character in a string", "[" A ",{\"a\":\"\n\"}]",
     "control character in a string at byte 60 of the text, in record 1", 60, 1},
    {"a line that is cut off",
     A "\n{\"eventTime\":", "the JSON is cut off at byte 66 of the text, in record 1", 66, 1},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        transcript_init(&transcript, 0);
        assert_false(walk_drips(span_of(row->text), drips[i], &transcript, &result, &err));
        assert_string_equal(err.text, row->sentence);
        assert_int_equal(err.kind, ERR_UNREADABLE);
        assert_int_equal(err.offset, row->offset);
        assert_int_equal(err.index, row->index);
    }
}

static void test_bad_at_edge(void **state) {
    const struct bad_row *row = *state;
    CLEANUP(buffer_clear) struct buffer padded = {0};

    append_blanks(&padded, TEXT_PIECE_BYTES);
    buffer_append_text(&padded, row->text);
    for (size_t cut = 0; cut <= strlen(row->text); cut++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        assert_false(walk_behind_blanks(buffer_span(&padded), cut, &transcript, &result, &err));
        assert_int_equal(err.offset, row->offset < 0 ? -1 : row->offset + transcript.begin);
        assert_int_equal(err.index, row->index);
    }
}

/* ---- failures that are not the text's ---- */

static void test_failing_sink(void **state) {
    static const char text[] = DIGEST A "1" NO;

    (void)state;
    for (int64_t call = 1; call <= 4; call++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        transcript_init(&transcript, 0);
        transcript.fail_at = call;
        assert_false(walk_drips(span_of(text), 100, &transcript, &result, &err));
        assert_string_equal(err.text, "the disk is full");
        assert_int_equal(transcript.events + transcript.rejections, call);
    }
}

static void test_failing_reader(void **state) {
    static const char text[] = "{\"Records\":[" A ",";
    CLEANUP(transcript_clear) struct transcript transcript;
    struct drip_reader reader;
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    drip_reader_init(&reader, span_of(text), 20);
    reader.breaks = true;
    transcript_init(&transcript, 0);
    assert_false(walk(&reader.reader, &transcript, &result, &err));
    assert_string_equal(err.text, "the pipe broke");
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_bad, bads),
        ROWS(test_bad_at_edge, bads),
        TEST(test_failing_sink),
        TEST(test_failing_reader),
    };

    return rows_run("shape_bad", all, ARRAY_LENGTH(all));
}
