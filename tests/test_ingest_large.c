/* Files that are read, inflated and scanned in threads of their own: what comes of them is the same
 * as of small ones. */
#include "tests/rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "tests/drip_reader.h"
#include "tests/packing.h"
#include "tests/support_ingest.h"

#define EVENTS 13000

/* Lines with much in them that does not pack: more than 1 MiB is left of them. */
static void make_lines(struct buffer *out) {
    uint64_t state = 1;

    for (int i = 0; i < EVENTS; i++) {
        buffer_append_format(out,
                             "{\"eventTime\":\"2023-07-10T%02d:%02d:%02dZ\",\"eventID\":\"e%d\","
                             "\"userAgent\":\"",
                             i / 3600, i / 60 % 60, i % 60, i);
        for (int j = 0; j < 12; j++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            buffer_append_format(out, "%016" PRIx64, state ^ state >> 29);
        }
        buffer_append_text(out, "\"}\n");
    }
}

static const struct good_row {
    const char *name;
    int packed; /* how many times */
    struct span behind;
} goods[] = {
    {"text", 0, {"\n\n", 2}},
    {"gzip", 1, {"", 0}},
    {"gzip with zeros behind it", 1, {"\0\0\0", 3}},
    {"gzip in gzip", 2, {"", 0}},
};

static void make_body(int packed, struct buffer *out) {
    make_lines(out);
    for (int i = 0; i < packed; i++) {
        CLEANUP(buffer_clear) struct buffer inside = *out;
        *out = (struct buffer){0};
        gzip_append(out, buffer_span(&inside));
    }
}

static void test_good(void **state) {
    const struct good_row *row = *state;
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};
    struct drip_reader reader;
    uint8_t sha256[SHA256_BYTES];

    fixture_open(&fixture);
    make_body(row->packed, &body);
    buffer_append(&body, row->behind);
    assert_true(body.length > MIB);
    sha256_of(buffer_span(&body), sha256);
    drip_reader_init(&reader, buffer_span(&body), 50000);
    if (!import_reader(&fixture, &reader.reader, "upload", NULL))
        fail_msg("%s", fixture.err.text);
    assert_int_equal(fixture.receipt.inserted, EVENTS);
    assert_int_equal(fixture.receipt.rejected, 0);
    assert_int_equal(fixture.receipt.bytes, body.length);
    assert_memory_equal(fixture.receipt.sha256, sha256, SHA256_BYTES);
}

/* One byte is set, or the body is cut off there, or what reads it breaks there; `at` counts from
 * the end when it is below 0. */
static const struct bad_row {
    const char *name;
    int packed;
    enum {
        SET,
        CUT,
        BREAK
    } damage;
    int at;
    char byte;
    enum err_kind kind;
    const char *sentence; /* begins so */
} bads[] = {
    {"bad JSON at the front", 0, SET, 5, '\n', ERR_UNREADABLE,
     "control character in a string at byte 5 of the text, in record 0"},
    {"bad JSON at the end", 0, SET, -2, '?', ERR_UNREADABLE,
     "a comma or a closing brace must stand here at byte "},
    {"text cut off", 0, CUT, -3, 0, ERR_UNREADABLE, "the JSON is cut off at byte "},
    {"gzip cut off", 1, CUT, -1, 0, ERR_UNREADABLE, "gzip data is cut off at byte "},
    {"wrong checksum", 1, SET, -6, 0, ERR_UNREADABLE, "gzip checksum is wrong at byte "},
    {"gzip in gzip cut off", 2, CUT, -1, 0, ERR_UNREADABLE, "gzip data is cut off at byte "},
    {"a source that breaks", 1, BREAK, -1000, 0, ERR_INTERNAL, "the pipe broke"},
    {"a source that breaks under text", 0, BREAK, -1000, 0, ERR_INTERNAL, "the pipe broke"},
};

static void test_bad(void **state) {
    const struct bad_row *row = *state;
    CLEANUP(fixture_close) struct fixture fixture;
    CLEANUP(buffer_clear) struct buffer body = {0};
    struct drip_reader reader;

    fixture_open(&fixture);
    make_body(row->packed, &body);
    size_t place = row->at < 0 ? body.length - (size_t)-row->at : (size_t)row->at;
    if (row->damage == SET)
        body.data[place] = (char)(row->byte == 0 ? body.data[place] + 1 : row->byte);
    else
        body.length = place;
    drip_reader_init(&reader, buffer_span(&body), 50000);
    reader.breaks = row->damage == BREAK;
    assert_false(import_reader(&fixture, &reader.reader, "upload", NULL));
    if (strncmp(fixture.err.text, row->sentence, strlen(row->sentence)) != 0)
        fail_msg("%s", fixture.err.text);
    assert_int_equal(fixture.err.kind, row->kind);
    assert_nothing_stored(&fixture);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_good, goods),
        ROWS(test_bad, bads),
    };

    return rows_run("ingest_large", all, ARRAY_LENGTH(all));
}
