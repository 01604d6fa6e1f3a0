#include "tests/rows.h"

#include <stdio.h>

#include "base/buffer.h"
#include "ingest/gunzip.h"
#include "tests/drip_reader.h"
#include "tests/packing.h"

/* How the source is cut: byte by byte, in the middle of every header, and as a whole. */
static const size_t drips[] = {1, 7, 1000000};

/* A source is made of up to three parts, each packed or raw. */
struct part {
    enum {
        RAW = 1,
        PACKED
    } how;
    struct span bytes;
};

#define TEXT "what was requested, from which address, by whom, when; what was requested"

static const struct good_row {
    const char *name;
    struct part parts[3];
    const char *text;
} goods[] = {
    {"nothing", {{0}}, ""},
    {"one byte passes through", {{RAW, {"x", 1}}}, "x"},
    {"half of the magic passes through", {{RAW, {"\x1f", 1}}}, "\x1f"},
    {"two bytes pass through", {{RAW, {"[]", 2}}}, "[]"},
    {"plain text passes through", {{RAW, {TEXT, sizeof(TEXT) - 1}}}, TEXT},
    {"what begins as gzip but is not", {{RAW, {"\x1f\x8c\x08", 3}}}, "\x1f\x8c\x08"},
    {"one member", {{PACKED, {TEXT, sizeof(TEXT) - 1}}}, TEXT},
    {"an empty member", {{PACKED, {"", 0}}}, ""},
    {"three members", {{PACKED, {"a", 1}}, {PACKED, {"", 0}}, {PACKED, {"bc", 2}}}, "abc"},
    {"zeros behind it", {{PACKED, {"abc", 3}}, {RAW, {"\0\0\0", 3}}}, "abc"},
};

static void make_source(const struct part parts[3], struct buffer *out) {
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].how == PACKED)
            gzip_append(out, parts[i].bytes);
        else if (parts[i].how == RAW)
            buffer_append(out, parts[i].bytes);
    }
}

static bool gunzip_all(struct span source, size_t drip, struct buffer *out, struct err *err) {
    struct drip_reader drips_of;

    drip_reader_init(&drips_of, source, drip);
    struct gunzip *gunzip = gunzip_open(&drips_of.reader, "the body");
    bool good = read_all(gunzip_reader(gunzip), out, err);
    gunzip_close(gunzip);
    return good;
}

static void test_good(void **state) {
    const struct good_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};

    make_source(row->parts, &source);
    /* However it is cut, also in the magic of a later member. */
    for (size_t drip = 1; drip <= source.length + 1; drip++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        assert_true(gunzip_all(buffer_span(&source), drip, &text, &err));
        assert_true(span_equal(buffer_span(&text), span_of(row->text)));
    }
}

/* The source is the text packed, twice, with the damage in the second member; `at` counts from
 * there, or from its end when it is below 0. */
static const struct bad_row {
    const char *name;
    enum {
        CUT,
        SET,
        APPEND
    } damage;
    int at;
    char byte;
    const char *what;
    int offset; /* like `at` */
} bads[] = {
    {"cut in the magic", CUT, 1, 0, "gzip data is cut off", 1},
    {"cut behind the magic", CUT, 2, 0, "gzip data is cut off", 2},
    {"cut in the header", CUT, 9, 0, "gzip data is cut off", 9},
    {"cut behind the header", CUT, 10, 0, "gzip data is cut off", 10},
    {"cut in the data", CUT, 30, 0, "gzip data is cut off", 30},
    {"cut in the trailer", CUT, -1, 0, "gzip data is cut off", -1},
    {"no trailer", CUT, -8, 0, "gzip data is cut off", -8},
    {"wrong checksum", SET, -8, 'x', "gzip checksum is wrong", -8},
    {"wrong length", SET, -4, 'x', "gzip length is wrong", -4},
    {"other method", SET, 2, 7, "gzip header names an unknown compression method", 2},
    {"reserved flags", SET, 3, '\xe0', "gzip header has unknown flags", 3},
    {"block of a type that is not", SET, 10, '\xff', "gzip data is damaged (invalid block type)",
     11},
    {"other second byte of the magic", SET, 1, 'x', "garbage behind the gzip data", 0},
    {"text behind", SET, 0, 'x', "garbage behind the gzip data", 0},
    {"a byte behind the zeros", SET, 0, '\0', "garbage behind the gzip data", 1},
};

static size_t place(const struct buffer *source, size_t begin, int at) {
    return at < 0 ? source->length - (size_t)-at : begin + (size_t)at;
}

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    CLEANUP(buffer_clear) struct buffer source = {0};
    char sentence[LIMIT_ERROR_TEXT];

    gzip_append(&source, SPAN("the first member is good"));
    size_t begin = source.length;
    gzip_append(&source, SPAN(TEXT));
    size_t offset = place(&source, begin, row->offset);
    if (row->damage == CUT)
        source.length = place(&source, begin, row->at);
    else
        source.data[place(&source, begin, row->at)] = row->byte;
    snprintf(sentence, sizeof(sentence), "%s at byte %zu of the body", row->what, offset);
    for (size_t i = 0; i < ARRAY_LENGTH(drips); i++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        assert_false(gunzip_all(buffer_span(&source), drips[i], &text, &err));
        assert_string_equal(err.text, sentence);
        assert_int_equal(err.kind, ERR_UNREADABLE);
        assert_int_equal(err.offset, offset);
        assert_int_equal(err.index, ERR_NO_POSITION);
    }
}

/* A flipped bit anywhere is found, or changes nothing of the text. */
static void test_every_flip(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    size_t found = 0;

    (void)state;
    gzip_append(&source, SPAN(TEXT));
    for (size_t bit = 0; bit < source.length * 8; bit++) {
        CLEANUP(buffer_clear) struct buffer text = {0};
        struct err err = {0};
        source.data[bit / 8] = (char)(source.data[bit / 8] ^ (1 << bit % 8));
        if (!gunzip_all(buffer_span(&source), 1000000, &text, &err))
            found++;
        else if (bit >= 16) /* below, it is no gzip any more and passes through */
            assert_true(span_equal(buffer_span(&text), SPAN(TEXT)));
        source.data[bit / 8] = (char)(source.data[bit / 8] ^ (1 << bit % 8));
    }
    assert_true(found > source.length * 6);
}

static void test_much(void **state) {
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer back = {0};
    struct err err = {0};

    (void)state;
    for (int i = 0; i < 300000; i++)
        buffer_append_format(&text, "%d,", i * 719);
    gzip_append(&source, buffer_span(&text));
    assert_true(source.length > 200000);
    assert_true(gunzip_all(buffer_span(&source), 1000000, &back, &err));
    assert_true(span_equal(buffer_span(&text), buffer_span(&back)));
    back.length = 0;
    assert_true(gunzip_all(buffer_span(&text), 1000000, &back, &err));
    assert_true(span_equal(buffer_span(&text), buffer_span(&back)));
}

/* Four bytes and a reference that reaches too far back, all of which zlib takes in before it has
 * given the four bytes when there is little room: the same comes out and the same is said. */
static void test_little_room(void **state) {
    static const char source[] =
        "\x1f\x8b\x08\x00\x8a\x00\x60\x22\x3a\x67\x73\x35\x30\x6e\x1f\x00\x35";

    (void)state;
    for (size_t room = 1; room < 10; room++) {
        struct span_reader bytes;
        struct err err = {0};
        char text[10];
        size_t total = 0;
        size_t length = 0;
        span_reader_init(&bytes, (struct span){source, sizeof(source) - 1});
        struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
        while (reader_read(gunzip_reader(gunzip), text, room, &length, &err) && length > 0)
            total += length;
        gunzip_close(gunzip);
        assert_int_equal(total, 4);
        assert_string_equal(
            err.text,
            "gzip data is damaged (invalid distance too far back) at byte 17 of the body");
    }
}

static void test_failing_source(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct drip_reader breaking;
    struct err err = {0};

    (void)state;
    gzip_append(&source, SPAN(TEXT));
    drip_reader_init(&breaking, (struct span){source.data, source.length - 1}, 10);
    breaking.breaks = true;
    struct gunzip *gunzip = gunzip_open(&breaking.reader, "the body");
    assert_false(read_all(gunzip_reader(gunzip), &text, &err));
    assert_string_equal(err.text, "the pipe broke");
    gunzip_close(gunzip);
}

static void test_end_again(void **state) {
    CLEANUP(buffer_clear) struct buffer source = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct span_reader bytes;
    struct err err = {0};
    char more[10];
    size_t length = 1;

    (void)state;
    gzip_append(&source, SPAN(TEXT));
    span_reader_init(&bytes, buffer_span(&source));
    struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
    assert_true(read_all(gunzip_reader(gunzip), &text, &err));
    assert_true(reader_read(gunzip_reader(gunzip), more, sizeof(more), &length, &err));
    assert_int_equal(length, 0);
    gunzip_close(gunzip);
    gunzip_close(NULL);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, goods), ROWS(test_bad, bads),      TEST(test_every_flip), TEST(test_much),
        TEST(test_little_room), TEST(test_failing_source), TEST(test_end_again),
    };

    return rows_run("gunzip", all, ARRAY_LENGTH(all));
}
