#include "tests/rows.h"

#include "tests/shapes.h"

/* Files that are too large to be looked at as a whole: blanks behind the first byte, so that the
 * first piece of the window ends at each of the bytes behind them in turn. */
static const struct file_row {
    const char *name;
    const char *text;
    const char *kind;
    const char *transcript;
} files[] = {
    {"Records", "{\"Records\" : [ " A " , " NO " , " B " ] }", "records",
     "+" A "\n-1@70 eventTime is missing: " NO "\n+" B "\n"},
    {"members before and behind", "{\"a\\u0041\" : \"b\" , \"Records\":[" A "] , \"c\" :[ 1.5 ] } ",
     "records", "+" A "\n"},
    {"an array", "[ " A ",1, {} ]", "array",
     "+" A "\n-1@55 not an object: 1\n-2@58 eventTime is missing: {}\n"},
    {"LookupEvents", "{\"Events\":[" LOOKUP_EVENT(A_TEXT) " ]}", "lookup_events", "+" A "\n"},
    {"CloudWatch Logs",
     "{ \"messageType\" : \"DATA_MESSAGE\" , \"owner\" : \"333333333333\" , \"logEvents\" : "
     "[ " LOG_EVENT(A_TEXT) " ] }",
     "cloudwatch_logs", "+" A " of 333333333333\n"},
    {"a control message",
     "{ \"messageType\" : \"CONTROL_MESSAGE\" , \"logEvents\" : [ {} , 1 ] } [" A "]", "ndjson",
     "+" A "\n"},
    {"EventBridge, and more behind",
     "{\"detail-type\" : \"x\" , \"account\" : \"111111111111\" , \"detail\" : " A "} " B
     " [ ] 12 ",
     "ndjson", "+" A " of 111111111111\n+" B "\n-2@176 not an object: 12\n"},
};

/* The first byte of the text, blanks, and the rest, of which `cut` bytes are in the first piece. */
static struct span pad(struct buffer *padded, const char *text, size_t cut) {
    padded->length = 0;
    append_blanks(padded, TEXT_PIECE_BYTES);
    buffer_append_text(padded, text + 1);
    padded->data[cut] = text[0];
    return span_skip(buffer_span(padded), cut);
}

static void test_file(void **state) {
    const struct file_row *row = *state;
    CLEANUP(buffer_clear) struct buffer padded = {0};

    for (size_t cut = 0; cut < strlen(row->text); cut++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct span_reader reader;
        struct shape_result result = {0};
        struct err err = {0};
        span_reader_init(&reader, pad(&padded, row->text, cut));
        transcript_init(&transcript, (int64_t)(TEXT_PIECE_BYTES - cut) - 1);
        if (!walk(&reader.reader, &transcript, &result, &err))
            fail_msg("%s", err.text);
        assert_string_equal(transcript_text(&transcript), row->transcript);
        assert_string_equal(result.kind, row->kind);
    }
}

/* The reader breaks where the first piece ends. */
static void test_broken(void **state) {
    const struct file_row *row = *state;
    CLEANUP(buffer_clear) struct buffer padded = {0};

    for (size_t cut = 0; cut < strlen(row->text); cut++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct drip_reader reader;
        struct shape_result result = {0};
        struct err err = {0};
        struct span begin = {pad(&padded, row->text, cut).data, TEXT_PIECE_BYTES};
        drip_reader_init(&reader, begin, 1000000);
        reader.breaks = true;
        transcript_init(&transcript, 0);
        assert_false(walk(&reader.reader, &transcript, &result, &err));
        assert_string_equal(err.text, "the pipe broke");
    }
}

/* Whether a string or a bracket is open behind the first `length` bytes of good JSON. */
static bool is_open(const char *text, size_t length) {
    int depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < length; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && strchr("[{", text[i]) != NULL)
            depth++;
        else if (!quoted && strchr("]}", text[i]) != NULL)
            depth--;
    }
    return quoted || depth > 0;
}

/* The text ends there. */
static void test_cut_off(void **state) {
    const struct file_row *row = *state;
    CLEANUP(buffer_clear) struct buffer padded = {0};

    for (size_t cut = 0; cut < strlen(row->text) - 1; cut++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        struct shape_result result = {0};
        struct err err = {0};
        struct span begin = {pad(&padded, row->text, cut).data, TEXT_PIECE_BYTES};
        transcript_init(&transcript, 0);
        bool good = walk_drips(begin, 1000000, &transcript, &result, &err);
        assert_int_equal(good, !is_open(row->text, cut + 1));
        if (!good)
            assert_int_equal(err.offset, TEXT_PIECE_BYTES);
    }
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_file, files),
        ROWS(test_broken, files),
        ROWS(test_cut_off, files),
    };

    return rows_run("shape_edges", all, ARRAY_LENGTH(all));
}
