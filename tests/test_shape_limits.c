#include "tests/rows.h"

#include "tests/shapes.h"

/* `before`, as many times `fill` as make the whole `length` bytes, `behind`. */
static void append_filled(struct buffer *out, const char *before, char fill, const char *behind,
                          size_t length) {
    size_t count = length - strlen(before) - strlen(behind);

    buffer_append_text(out, before);
    memset(buffer_reserve(out, count), fill, count);
    out->length += count;
    buffer_append_text(out, behind);
}

#define RECORD_MAX ((size_t)LIMIT_RECORD_BYTES)
#define TOO_LARGE  "record 1 is larger than max record size 1048576 bytes"
#define LONG_TEXT  "{\\\"eventTime\\\":\\\"2023-07-10\\\",\\\"eventName\\\":\\\""

/* A file of A and one large value. */
static const struct size_row {
    const char *name;
    const char *around[2]; /* what stands before and behind the large value, and A */
    const char *before;
    char fill;
    const char *behind;
    size_t length;        /* of the large value */
    const char *sentence; /* NULL: it is good */
    int64_t events;
    int64_t offset; /* in the error */
} sizes[] = {
    {"a record as large as it may be",
     {"{\"Records\":[" A ",", "]}"},
     "{" TIME ",\"eventName\":\"",
     'x',
     "\"}",
     RECORD_MAX,
     NULL,
     2,
     0},
    {"a record one byte over",
     {"{\"Records\":[" A ",", "]}"},
     "{" TIME ",\"eventName\":\"",
     'x',
     "\"}",
     RECORD_MAX + 1,
     TOO_LARGE,
     1,
     65},
    {"a line as large as it may be",
     {A "\n", "\n"},
     "{" TIME ",\"eventName\":\"",
     'x',
     "\"}",
     RECORD_MAX,
     NULL,
     2,
     0},
    {"a line one byte over",
     {A "\n", "\n"},
     "{" TIME ",\"eventName\":\"",
     'x',
     "\"}",
     RECORD_MAX + 1,
     TOO_LARGE,
     1,
     53},
    {"a value of no use, one byte over",
     {A "\n", "\n"},
     "\"",
     'x',
     "\"",
     RECORD_MAX + 1,
     TOO_LARGE,
     1,
     53},
    {"a record of blanks, one byte over",
     {"[" A ",", "]"},
     "{" TIME ",\"eventName\":\"x\"",
     ' ',
     "}",
     RECORD_MAX + 1,
     TOO_LARGE,
     1,
     54},
    {"an envelope twice as large",
     {A "\n", "\n"},
     "{\"detail-type\":\"x\",\"detail\":" A ",\"id\":\"",
     'x',
     "\"}",
     2 * RECORD_MAX,
     NULL,
     2,
     0},
    {"an envelope one byte over",
     {A "\n", "\n"},
     "{\"detail-type\":\"x\",\"detail\":" A ",\"id\":\"",
     'x',
     "\"}",
     2 * RECORD_MAX + 1,
     TOO_LARGE,
     1,
     53},
    {"an envelope in an array, twice as large",
     {"[" A ",", "]"},
     "{\"detail-type\":\"x\",\"detail\":" A ",\"id\":\"",
     'x',
     "\"}",
     2 * RECORD_MAX,
     NULL,
     2,
     0},
    {"an envelope in an array, one byte over",
     {"[" A ",", "]"},
     "{\"detail-type\":\"x\",\"detail\":" A ",\"id\":\"",
     'x',
     "\"}",
     2 * RECORD_MAX + 1,
     TOO_LARGE,
     1,
     54},
    {"a record in an envelope, as large as it may be",
     {A "{\"CloudTrailEvent\":\"", "\"}"},
     LONG_TEXT,
     'x',
     "\\\"}",
     RECORD_MAX + 8,
     NULL,
     2,
     0},
    {"a record in an envelope, one byte over",
     {A "{\"CloudTrailEvent\":\"", "\"}"},
     LONG_TEXT,
     'x',
     "\\\"}",
     RECORD_MAX + 9,
     TOO_LARGE,
     1,
     52},
    {"what is packed, one byte over",
     {"[" A ",", "]"},
     "{\"awslogs\":{\"data\":\"",
     'x',
     "\"}}",
     RECORD_MAX + 1,
     "awslogs.data: " TOO_LARGE,
     1,
     54},
    {"a member beside Records, as large as it may be",
     {"{\"Records\":[" A "],\"x\":", "}"},
     "\"",
     'x',
     "\"",
     RECORD_MAX,
     NULL,
     1,
     0},
    {"a member beside Records, one byte over",
     {"{\"Records\":[" A "],\"x\":", "}"},
     "\"",
     'x',
     "\"",
     RECORD_MAX + 1,
     "the member at byte 70 is larger than max record size 1048576 bytes",
     1,
     70},
};

static void test_size(void **state) {
    const struct size_row *row = *state;
    CLEANUP(transcript_clear) struct transcript transcript;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct shape_result result = {0};
    struct err err = {0};

    buffer_append_text(&text, row->around[0]);
    append_filled(&text, row->before, row->fill, row->behind, row->length);
    buffer_append_text(&text, row->around[1]);
    transcript_init(&transcript, 0);
    bool good = walk_drips(buffer_span(&text), 100000, &transcript, &result, &err);
    assert_string_equal(err.text, row->sentence == NULL ? "" : row->sentence);
    assert_int_equal(good, row->sentence == NULL);
    assert_int_equal(transcript.events, row->events);
    if (!good)
        assert_int_equal(err.offset, row->offset);
}

/* A text that never ends: `before`, then the same byte for as long as anybody reads. */
struct endless_reader {
    struct reader reader;
    struct span before;
    char fill;
    int64_t given;
    int64_t most; /* the end, after all */
};

static bool endless_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                         struct err *err) {
    struct endless_reader *self = (struct endless_reader *)reader;
    size_t before = self->before.length < room ? self->before.length : room;

    (void)err;
    if (self->given >= self->most)
        room = before = 0;
    memcpy(out, self->before.data, before);
    memset(out + before, self->fill, room - before);
    self->before = span_skip(self->before, before);
    self->given += (int64_t)room;
    *out_length = room;
    return true;
}

static const struct endless_row {
    const char *name;
    const char *before;
    char fill;
    const char *sentence;
    int64_t most; /* bytes that may be read to find out; 0: all */
} endless[] = {
    {"a string", "\"", 'x', "record 0 is larger than max record size 1048576 bytes", 3 * MIB},
    {"a number", "1", '1', "record 0 is larger than max record size 1048576 bytes", 3 * MIB},
    {"a record", "[{\"a\":\"", 'x', "record 0 is larger than max record size 1048576 bytes",
     3 * MIB},
    {"a name", "{\"", 'x', "the member at byte 1 is larger than max record size 1048576 bytes",
     3 * MIB},
    {"a member, perhaps before Records", "{\"a\":\"", 'x',
     "the member at byte 5 is larger than max record size 1048576 bytes", 3 * MIB},
    {"white space", "", ' ', "the body is empty", 0},
    {"white space in Records", "{\"Records\":[", '\n',
     "the JSON is cut off at byte 67108864 of the text, in record 0", 0},
    {"white space in an object", "{", ' ', "record 0 is larger than max record size 1048576 bytes",
     3 * MIB},
    {"brackets", "", '[',
     "nested deeper than max record depth 128 at byte 129 of the text, in "
     "record 0",
     MIB},
};

static void test_endless(void **state) {
    const struct endless_row *row = *state;
    CLEANUP(transcript_clear) struct transcript transcript;
    struct endless_reader reader = {{endless_read}, span_of(row->before), row->fill, 0, 64 * MIB};
    struct shape_result result = {0};
    struct err err = {0};

    transcript_init(&transcript, 0);
    assert_false(walk(&reader.reader, &transcript, &result, &err));
    assert_string_equal(err.text, row->sentence);
    if (row->most > 0)
        assert_in_range(reader.given, 1, row->most);
}

/* Members beside the records, without end in number and with names that need memory. */
static void test_many_members(void **state) {
    CLEANUP(transcript_clear) struct transcript transcript;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    buffer_append_text(&text, "{\"Records\":[" A "]");
    for (int i = 0; i < 200000; i++)
        buffer_append_text(&text, ",\"\\u0041\":null");
    buffer_append_text(&text, "}");
    transcript_init(&transcript, 0);
    assert_true(walk_drips(buffer_span(&text), 100000, &transcript, &result, &err));
    assert_int_equal(transcript.events, 1);
    assert_string_equal(result.kind, "records");
}

/* So many strangers that they are not remembered any longer. */
static void test_many_strangers(void **state) {
    CLEANUP(transcript_clear) struct transcript transcript;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct shape_result result = {0};
    struct err err = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        buffer_append_text(&text, SNS);
    transcript_init(&transcript, 0);
    assert_true(walk_drips(buffer_span(&text), 100000, &transcript, &result, &err));
    assert_true(result.stranger);
    assert_int_equal(transcript.rejections, 0);
    buffer_append_text(&text, SNS);
    assert_true(walk_drips(buffer_span(&text), 100000, &transcript, &result, &err));
    assert_false(result.stranger);
    assert_int_equal(transcript.rejections, 1001);
}

/* Records that are one event each, deep and less deep. */
static void test_depth(void **state) {
    (void)state;
    for (int depth = 127; depth <= 128; depth++) {
        CLEANUP(transcript_clear) struct transcript transcript;
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct shape_result result = {0};
        struct err err = {0};
        buffer_append_text(&text, "{\"Records\":[{" TIME ",\"eventName\":\"A\",\"x\":");
        append_filled(&text, "", '[', "", (size_t)depth);
        append_filled(&text, "", ']', "", (size_t)depth);
        buffer_append_text(&text, "}]}");
        transcript_init(&transcript, 0);
        bool good = walk_drips(buffer_span(&text), 100000, &transcript, &result, &err);
        assert_int_equal(good, depth == 127);
        assert_int_equal(transcript.events, depth == 127);
        if (!good)
            assert_non_null(strstr(err.text, "max record depth 128"));
    }
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_size, sizes),  ROWS(test_endless, endless),
        TEST(test_many_members), TEST(test_many_strangers),
        TEST(test_depth),
    };

    return rows_run("shape_limits", all, ARRAY_LENGTH(all));
}
