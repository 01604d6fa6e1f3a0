#include "tests/rows.h"

#include "ingest/gunzip.h"
#include "ingest/inflate_whole.h"
#include "tests/drip_reader.h"
#include "tests/packing.h"

#define TEXT "what was requested, from which address, by whom, when; what was requested"
#define MOST ((size_t)1000)

/* TEXT packed; then one byte is set, or bytes are cut off or put in. `at` counts from the end when
 * it is below 0. */
static const struct row {
    const char *name;
    enum {
        KEEP,
        SET,
        CUT,
        INSERT
    } change;
    int at;
    struct span bytes; /* SET: the first one */
    size_t most;
    bool taken;
} rows[] = {
    {"one member", KEEP, 0, {0}, MOST, true},
    {"just the most", KEEP, 0, {0}, sizeof(TEXT) - 1, true},
    {"more than the most", KEEP, 0, {0}, sizeof(TEXT) - 2, false},
    {"flag: text", SET, 3, {"\x01", 1}, MOST, true},
    {"flag: sum of the header", SET, 3, {"\x02", 1}, MOST, false},
    {"flag: reserved", SET, 3, {"\x20", 1}, MOST, false},
    {"other method", SET, 2, {"\x07", 1}, MOST, false},
    {"other magic", SET, 1, {"\x8c", 1}, MOST, false},
    {"damaged block", SET, 10, {"\xff", 1}, MOST, false},
    {"wrong checksum", SET, -8, {"x", 1}, MOST, false},
    {"wrong length", SET, -4, {"x", 1}, MOST, false},
    {"length beyond the most", SET, -1, {"\x7f", 1}, MOST, false},
    {"a byte behind", INSERT, 0, {"x", 1}, MOST, false},
    {"zeros behind", INSERT, 0, {"\0\0\0\0", 4}, MOST, false},
    {"cut off", CUT, -1, {0}, MOST, false},
    {"no trailer", CUT, -8, {0}, MOST, false},
    {"hardly a header", CUT, 10, {0}, MOST, false},
    {"nothing", CUT, 0, {0}, MOST, false},
};

static void change(struct buffer *source, const struct row *row) {
    size_t place = row->at < 0 ? source->length - (size_t)-row->at : (size_t)row->at;

    if (row->change == SET)
        source->data[place] = row->bytes.data[0];
    else if (row->change == CUT)
        source->length = place;
    else if (row->change == INSERT)
        buffer_append(source, row->bytes);
}

static void test_rows(void **state) {
    const struct row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};

    gzip_append(&source, SPAN(TEXT));
    change(&source, row);
    buffer_append_text(&text, "before ");
    assert_int_equal(inflate_whole(buffer_span(&source), row->most, &text), row->taken);
    assert_true(
        span_equal(buffer_span(&text), row->taken ? SPAN("before " TEXT) : SPAN("before ")));
}

static void test_name_in_the_header(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer packed = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};

    (void)state;
    gzip_append(&packed, SPAN(TEXT));
    packed.data[3] = 8; /* FNAME */
    buffer_append(&source, (struct span){packed.data, 10});
    buffer_append(&source, SPAN("a.json\0"));
    buffer_append(&source, span_skip(buffer_span(&packed), 10));
    assert_true(inflate_whole(buffer_span(&source), MOST, &text));
    assert_true(span_equal(buffer_span(&text), SPAN(TEXT)));
}

static void test_two_members(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};

    (void)state;
    gzip_append(&source, SPAN("same length"));
    gzip_append(&source, SPAN("same number"));
    assert_false(inflate_whole(buffer_span(&source), MOST, &text));
    assert_int_equal(text.length, 0);
}

static void test_nothing_packed(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};

    (void)state;
    gzip_append(&source, SPAN(""));
    assert_true(inflate_whole(buffer_span(&source), 0, &text));
    assert_int_equal(text.length, 0);
}

static bool stream(struct span packed, struct buffer *out) {
    struct span_reader bytes;
    struct err err;

    span_reader_init(&bytes, packed);
    struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
    bool good = read_all(gunzip_reader(gunzip), out, &err);
    gunzip_close(gunzip);
    return good;
}

/* Whatever bit is flipped: what is taken is what gunzip.c takes. */
static void test_every_flip(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    size_t taken = 0;

    (void)state;
    gzip_append(&source, SPAN(TEXT));
    for (size_t bit = 0; bit < source.length * 8; bit++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        CLEANUP(buffer_clear) struct buffer streamed = {0};
        source.data[bit / 8] = (char)(source.data[bit / 8] ^ (1 << bit % 8));
        if (inflate_whole(buffer_span(&source), MOST, &text)) {
            taken++;
            assert_true(stream(buffer_span(&source), &streamed));
            assert_true(span_equal(buffer_span(&text), buffer_span(&streamed)));
        }
        source.data[bit / 8] = (char)(source.data[bit / 8] ^ (1 << bit % 8));
    }
    assert_in_range(taken, 1, source.length); /* times and the system that packed it */
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_rows, rows),     TEST(test_name_in_the_header), TEST(test_two_members),
        TEST(test_nothing_packed), TEST(test_every_flip),
    };

    return rows_run("inflate_whole", all, ARRAY_LENGTH(all));
}
