#include "tests/rows.h"

#include "ingest/gather_reader.h"
#include "tests/drip_reader.h"

/* The source's bytes tell their offset. */
static void make_source(struct buffer *out, size_t length) {
    char *room = buffer_reserve(out, length);

    for (size_t i = 0; i < length; i++)
        room[i] = (char)('a' + i % 23);
    out->length = length;
}

static const struct gather_row {
    const char *name;
    size_t length; /* of the source, which gives `drip` bytes at once */
    size_t drip;
    size_t least;
    size_t most; /* 0: no more than the first look */
    size_t gathered;
    bool whole;
} gathers[] = {
    {"nothing", 0, 10, 4, 0, 0, true},
    {"less than the least", 3, 1, 4, 0, 3, true},
    {"just the least", 4, 1, 4, 0, 4, false},
    {"no more than a look", 100, 10, 4, 0, 10, false},
    {"all of it", 100, 10, 4, 1000, 100, true},
    {"more than the most", 100, 10, 4, 50, 50, false},
    {"just the most", 50, 10, 4, 50, 50, false},
    {"many pieces", 300000, 1000000, 4, 1000000, 300000, true},
    {"of many pieces the first", 300000, 1000000, 4, 100000, 131072, false},
};

static void test_gather(void **state) {
    const struct gather_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(gather_reader_clear) struct gather_reader gather;
    struct drip_reader drips;
    struct err err = {0};

    make_source(&source, row->length);
    drip_reader_init(&drips, buffer_span(&source), row->drip);
    assert_true(gather_reader_open(&gather, &drips.reader, row->least, &err));
    gather_reader_more(&gather, row->most);
    assert_int_equal(gather.rest.length, row->gathered);
    assert_int_equal(gather.whole, row->whole);
    assert_true(read_all(&gather.reader, &text, &err));
    assert_true(span_equal(buffer_span(&text), buffer_span(&source)));
}

static void test_over(void **state) {
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(gather_reader_clear) struct gather_reader gather;
    struct err err = {0};

    (void)state;
    gather_reader_over(&gather, SPAN("at hand"));
    gather_reader_more(&gather, 1000);
    assert_true(gather.whole);
    assert_true(span_equal(gather.rest, SPAN("at hand")));
    assert_true(read_all(&gather.reader, &text, &err));
    assert_true(span_equal(buffer_span(&text), SPAN("at hand")));
}

/* What stands before the failure is given first. */
static void test_failure_behind(void **state) {
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(gather_reader_clear) struct gather_reader gather;
    struct drip_reader drips;
    struct err err = {0};

    (void)state;
    drip_reader_init(&drips, SPAN("abcdef"), 2);
    drips.breaks = true;
    assert_true(gather_reader_open(&gather, &drips.reader, 4, &err));
    gather_reader_more(&gather, 1000);
    assert_false(gather.whole);
    assert_int_equal(err.kind, ERR_NONE);
    assert_false(read_all(&gather.reader, &text, &err));
    assert_string_equal(err.text, "the pipe broke");
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_true(span_equal(buffer_span(&text), SPAN("abcdef")));
}

static void test_failure_at_once(void **state) {
    CLEANUP(gather_reader_clear) struct gather_reader gather;
    struct drip_reader drips;
    struct err err = {0};

    (void)state;
    drip_reader_init(&drips, SPAN("abc"), 2);
    drips.breaks = true;
    assert_false(gather_reader_open(&gather, &drips.reader, 4, &err));
    assert_string_equal(err.text, "the pipe broke");
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_gather, gathers),
        TEST(test_over),
        TEST(test_failure_behind),
        TEST(test_failure_at_once),
    };

    return rows_run("gather_reader", all, ARRAY_LENGTH(all));
}
