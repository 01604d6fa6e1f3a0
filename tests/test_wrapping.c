#include "tests/rows.h"

#include "base/limits.h"
#include "ingest/wrapping.h"
#include "tests/drip_reader.h"
#include "tests/packing.h"

static const size_t drips[] = {1, 7, 1000000};

/* Wraps what is in the buffer once more. */
static void wrap(struct buffer *buffer, char how) {
    CLEANUP(buffer_clear) struct buffer inside = *buffer;

    *buffer = (struct buffer){0};
    if (how == 'z')
        gzip_append(buffer, buffer_span(&inside));
    else
        base64_append(buffer, buffer_span(&inside), true);
}

static bool unwrap(struct span source, size_t drip, int64_t limit, bool *out_present,
                   struct buffer *out, struct err *err) {
    struct inflate_budget budget = {.limit = limit};
    struct drip_reader reader;
    struct wrapping *wrapping;

    drip_reader_init(&reader, source, drip);
    if (!wrapping_open(&reader.reader, "the body", &budget, &wrapping, err))
        return false;
    *out_present = wrapping_present(wrapping);
    bool good = read_all(wrapping_text(wrapping), out, err);
    wrapping_close(wrapping);
    return good;
}

static const struct good_row {
    const char *name;
    const char *text;
    const char *wraps; /* from the inside: z gzip, b base64 */
    const char *left;  /* of these, what is not taken off, from the outside */
} goods[] = {
    {"nothing", "", "", ""},
    {"text", "{\"Records\":[]}", "", ""},
    {"short text", "[]", "", ""},
    {"text that begins like base64 of gzip", "H4s", "", ""},
    {"gzip", "{\"Records\":[]}", "z", ""},
    {"gzip of nothing", "", "z", ""},
    {"gzip in gzip", "{\"Records\":[]}", "zz", ""},
    {"base64 of gzip", "{\"Records\":[]}, and more than fits on one line of base64", "zb", ""},
    {"base64 of gzip in gzip", "{\"Records\":[]}", "zbz", ""},
    {"all that anybody wraps", "{\"Records\":[]}", "zbzz", ""},
    {"more than anybody wraps", "{\"Records\":[]}", "zzzzz", "z"},
    {"base64 of anything else", "{\"Records\":[]}", "b", "b"},
};

static void test_good(void **state) {
    const struct good_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer expected = {0};

    buffer_append_text(&source, row->text);
    buffer_append_text(&expected, row->text);
    for (const char *how = row->wraps; *how != '\0'; how++)
        wrap(&source, *how);
    for (const char *how = row->left; *how != '\0'; how++)
        wrap(&expected, *how);
    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        bool present = false;
        if (!unwrap(buffer_span(&source), drips[i], MIB, &present, &text, &err))
            fail_msg("%s", err.text);
        assert_true(span_equal(buffer_span(&text), buffer_span(&expected)));
        assert_int_equal(present, strlen(row->wraps) > strlen(row->left));
    }
}

/* 100 bytes of text, wrapped; then one byte is set, or the end is cut off. */
static const struct bad_row {
    const char *name;
    const char *wraps;
    int64_t limit;
    int set;   /* offset, from the end when below 0 */
    char byte; /* to set; 0: cuts off there */
    const char *sentence;
} bads[] = {
    {"at the limit", "z", 100, 0, '\x1f', ""},
    {"over the limit", "z", 99, 0, '\x1f', "inflates to more than max-inflated (99 bytes)"},
    {"over the limit without gzip", "", 99, 0, 'x',
     "inflates to more than max-inflated (99 bytes)"},
    {"the inner gzip over the limit", "zz", 20, 0, '\x1f',
     "inflates to more than max-inflated (20 bytes)"},
    {"gzip cut off", "z", MIB, -1, '\0', "gzip data is cut off at byte 23 of the body"},
    {"the inner gzip cut off", "zb", MIB, 8, '\0',
     "gzip data is cut off at byte 6 of the unpacked data"},
    {"base64 cut off in a group", "zb", MIB, 10, '\0',
     "base64 text is cut off at byte 10 of the body"},
    {"a byte that is not base64", "zb", MIB, 7, '!',
     "base64 text is damaged at byte 7 of the body"},
    {"a byte that is not base64 at the start", "zb", MIB, 4, '!',
     "base64 text is damaged at byte 4 of the body"},
};

static void damage(struct buffer *source, int at, char byte) {
    size_t place = at < 0 ? source->length - (size_t)-at : (size_t)at;

    if (byte == '\0')
        source->length = place;
    else
        source->data[place] = byte;
}

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};

    memset(buffer_reserve(&source, 100), 'x', 100);
    source.length = 100;
    for (const char *how = row->wraps; *how != '\0'; how++)
        wrap(&source, *how);
    damage(&source, row->set, row->byte);
    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        bool present = false;
        assert_int_equal(unwrap(buffer_span(&source), drips[i], row->limit, &present, &text, &err),
                         row->sentence[0] == '\0');
        assert_string_equal(err.text, row->sentence);
        assert_true(text.length <= 100);
    }
}

/* Of two damages the first one is said, in whatever pieces the body comes. */
static void test_two_damages(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};

    (void)state;
    memset(buffer_reserve(&source, 100), 'x', 100);
    source.length = 100;
    wrap(&source, 'z');
    source.data[10] = '\xff';
    wrap(&source, 'b');
    source.data[24] = '!';
    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        bool present = false;
        assert_false(unwrap(buffer_span(&source), drips[i], MIB, &present, &text, &err));
        assert_string_equal(
            err.text, "gzip data is damaged (invalid block type) at byte 11 of the unpacked data");
    }
}

/* 100 bytes of text, of which the budget leaves some. */
static const struct whole_row {
    const char *name;
    const char *wraps;
    int64_t limit;
    int64_t used;
    bool whole; /* at hand at once; else there is the reader as ever */
    bool good;
} wholes[] = {
    {"gzip", "z", 100, 0, true, true},
    {"gzip in gzip", "zz", 100, 0, true, true},
    {"base64 of gzip", "zb", 100, 0, true, true},
    {"text that came as it is", "", 100, 0, false, true},
    {"just what is left", "z", 101, 1, true, true},
    {"more than what is left", "z", 100, 1, false, false},
    {"more than the limit", "z", 99, 0, false, false},
};

static void test_whole(void **state) {
    const struct whole_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct inflate_budget budget = {row->limit, row->used};
    struct span whole = SPAN_NONE;
    struct span_reader bytes;
    struct wrapping *wrapping;
    struct err err = {0};

    memset(buffer_reserve(&source, 100), 'x', 100);
    source.length = 100;
    for (const char *how = row->wraps; *how != '\0'; how++)
        wrap(&source, *how);
    span_reader_init(&bytes, buffer_span(&source));
    assert_true(wrapping_open(&bytes.reader, "the body", &budget, &wrapping, &err));
    assert_int_equal(wrapping_whole(wrapping, &whole), row->whole);
    assert_int_equal(whole.length, row->whole ? 100 : 0);
    assert_int_equal(budget.used, row->used + (row->whole ? 100 : 0));
    assert_int_equal(read_all(wrapping_text(wrapping), &text, &err), row->good);
    assert_true(row->whole ? text.length == 0 : !row->good || text.length == 100);
    wrapping_close(wrapping);
}

/* What is too large to be taken at once comes out of the reader; its layers work in threads then.
 */
static const struct large_row {
    const char *name;
    const char *wraps;
    int64_t bytes; /* of text that packs badly, then of blanks */
    int64_t blanks;
    int64_t limit;
    size_t cut; /* this many bytes of the packed end are missing */
    const char *sentence;
} larges[] = {
    {"little gzip of much text", "z", 0, 17 * MIB, GIB, 0, ""},
    {"much gzip", "z", 3 * MIB, 0, GIB, 0, ""},
    {"much gzip in gzip", "zz", 3 * MIB, 0, GIB, 0, ""},
    {"much base64", "zb", 3 * MIB, 0, GIB, 0, ""},
    {"over the limit", "z", 4 * MIB, 0, 4 * MIB - 1, 0,
     "inflates to more than max-inflated (4194303 bytes)"},
    {"the inner gzip over the limit", "zz", 4 * MIB, 0, 2 * MIB, 0,
     "inflates to more than max-inflated (2097152 bytes)"},
    {"cut off", "z", 4 * MIB, 0, GIB, 1, "gzip data is cut off at byte "},
    {"cut off on the outside", "zz", 4 * MIB, 0, GIB, 1, "gzip data is cut off at byte "},
};

static void make_text(const struct large_row *row, struct buffer *out) {
    uint64_t state = 1;
    size_t length = (size_t)(row->bytes + row->blanks);

    char *room = buffer_reserve(out, length);
    memset(room, ' ', length);
    for (int64_t i = 0; i < row->bytes; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        room[i] = (char)(state >> 56);
    }
    out->length = length;
}

static void test_large(void **state) {
    const struct large_row *row = *state;
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer back = {0};
    struct err err = {0};
    bool present;

    make_text(row, &text);
    buffer_append(&source, buffer_span(&text));
    for (const char *how = row->wraps; *how != '\0'; how++)
        wrap(&source, *how);
    source.length -= row->cut;
    bool good = unwrap(buffer_span(&source), 100000, row->limit, &present, &back, &err);
    assert_int_equal(good, row->sentence[0] == '\0');
    assert_int_equal(strncmp(err.text, row->sentence, strlen(row->sentence)), 0);
    assert_in_range(back.length, 0, text.length);
    assert_true(!good || back.length == text.length);
    assert_memory_equal(back.data, text.data, back.length);
}

/* The walk ends early: the threads, too. */
static void test_large_left_unread(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    struct inflate_budget budget = {.limit = GIB};
    struct span_reader bytes;
    struct wrapping *wrapping;
    struct err err = {0};
    char *piece = memory_new(2 * MIB, 1);
    size_t length;

    (void)state;
    make_text(&(struct large_row){.bytes = 8 * MIB}, &source);
    wrap(&source, 'z');
    wrap(&source, 'z');
    span_reader_init(&bytes, buffer_span(&source));
    assert_true(wrapping_open(&bytes.reader, "the body", &budget, &wrapping, &err));
    for (int i = 0; i < 20; i++)
        assert_true(reader_read(wrapping_text(wrapping), piece, 2 * MIB, &length, &err));
    wrapping_close(wrapping);
    free(piece);
}

/* Texts that share a budget are counted together. */
static void test_shared_budget(void **state) {
    struct inflate_budget budget = {.limit = 15};

    (void)state;
    for (int i = 0; i < 2; i++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct span_reader bytes;
        struct wrapping *wrapping;
        struct err err = {0};
        span_reader_init(&bytes, SPAN("ten bytes."));
        assert_true(wrapping_open(&bytes.reader, "the body", &budget, &wrapping, &err));
        assert_int_equal(read_all(wrapping_text(wrapping), &text, &err), i == 0);
        assert_int_equal(text.length, i == 0 ? 10 : 5);
        wrapping_close(wrapping);
    }
    wrapping_close(NULL);
}

static void test_failing_source(void **state) {
    struct inflate_budget budget = {.limit = MIB};
    struct drip_reader reader;
    struct wrapping *wrapping;
    struct err err = {0};

    (void)state;
    drip_reader_init(&reader, SPAN("ab"), 1);
    reader.breaks = true;
    assert_false(wrapping_open(&reader.reader, "the body", &budget, &wrapping, &err));
    assert_string_equal(err.text, "the pipe broke");
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_whole, wholes), ROWS(test_large, larges),  TEST(test_large_left_unread),
        ROWS(test_good, goods),   ROWS(test_bad, bads),      TEST(test_two_damages),
        TEST(test_shared_budget), TEST(test_failing_source),
    };

    return rows_run("wrapping", all, ARRAY_LENGTH(all));
}
