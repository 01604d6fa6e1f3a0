#include "tests/rows.h"

#include <malloc.h>

#include "tests/packing.h"
#include "tests/shapes.h"

/* 0: the checkers have allocators of their own, which tell nothing. */
static size_t used_bytes(void) {
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* A text of one piece over and over, that watches how much memory is in use while it is read. */
struct watching_reader {
    struct reader reader;
    struct span piece;
    size_t given; /* of the piece in hand */
    int64_t left; /* bytes */
    size_t least; /* bytes in use: at the first read, and the most since */
    size_t most;
};

static bool watching_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                          struct err *err) {
    struct watching_reader *self = (struct watching_reader *)reader;
    size_t used = used_bytes();
    size_t length = 0;

    (void)err;
    self->least = self->least == 0 ? used : self->least;
    self->most = used > self->most ? used : self->most;
    for (; length < room && self->left > 0; length++, self->left--) {
        out[length] = self->piece.data[self->given++];
        self->given %= self->piece.length;
    }
    *out_length = length;
    return true;
}

#define RESOURCE  "{\"ARN\":\"arn:aws:s3:::b\",\"type\":\"t\"}"
#define RESOURCES "\"resources\":[" RESOURCE "," RESOURCE "," RESOURCE "]"
#define ESCAPE    "\"\\u0041\""

/* 8 MiB of each, where memory can be watched. The window is there before; what may be added is a
 * little working memory. */
static const struct memory_row {
    const char *name;
    const char *piece;
} pieces[] = {
    {"events", "{" TIME ",\"eventName\":" ESCAPE "," RESOURCES "}"},
    {"rejections", "{" ESCAPE ":" ESCAPE "," RESOURCES "}"},
    {"files without records", "{" ESCAPE ":" ESCAPE "," RESOURCES ",\"Records\":[]}"},
    {"control messages", "{" ESCAPE ":1," RESOURCES ",\"messageType\":\"CONTROL_MESSAGE\","
                         "\"logEvents\":[{" ESCAPE ":" ESCAPE "," RESOURCES "}]}"},
    {"control messages by their text",
     "{\"timestamp\":1,\"message\":\"CWL CONTROL MESSAGE \\u0041\"," RESOURCES "}"},
    {"envelopes", "{\"detail-type\":" ESCAPE ",\"detail\":" A "," RESOURCES "}"},
    {"strangers", "{\"Type\":" ESCAPE ",\"TopicArn\":" ESCAPE "," RESOURCES "}"},
    {"empty arrays", "[ ] "},
};

static void assert_bounded(struct span piece) {
    CLEANUP(transcript_clear) struct transcript transcript;
    struct watching_reader reader = {.reader = {watching_read}, .piece = piece};
    struct inflate_budget budget = {.limit = INT64_MAX};
    struct shape_result result = {0};
    struct err err = {0};

    int64_t pieces_of_text = (used_bytes() > 0 ? 8 * MIB : MIB / 4) / (int64_t)piece.length;
    reader.left = pieces_of_text * (int64_t)piece.length;
    transcript_init(&transcript, 0);
    transcript.counts_only = true;
    struct shape_input input = {.text = &reader.reader, .budget = &budget};
    if (!shape_walk(&input, &transcript.sink, &result, &err))
        fail_msg("%s", err.text);
    assert_in_range(reader.most - reader.least, 0, MIB / 2);
}

static void test_memory(void **state) {
    const struct memory_row *row = *state;

    assert_bounded(span_of(row->piece));
}

static void test_packed_memory(void **state) {
    CLEANUP(buffer_clear) struct buffer packed = {0};
    CLEANUP(buffer_clear) struct buffer piece = {0};

    (void)state;
    gzip_append(&packed, SPAN("[]"));
    buffer_append_text(&piece, "{" ESCAPE ":1," RESOURCES ",\"awslogs\":{\"data\":\"\\u0048");
    size_t begin = piece.length;
    base64_append(&piece, buffer_span(&packed), false);
    memmove(piece.data + begin, piece.data + begin + 1, piece.length - begin - 1);
    piece.length--;
    buffer_append_text(&piece, "\"}}");
    assert_bounded(buffer_span(&piece));
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_memory, pieces),
        TEST(test_packed_memory),
    };

    return rows_run("shape_memory", all, ARRAY_LENGTH(all));
}
