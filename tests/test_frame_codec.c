/* store/frame_codec.c */
#include "tests/rows.h"

#include "store/frame_codec.h"

#define UUID_1 "0123abcd-4567-89ef-0123-456789abcdef"
#define UUID_2 "ffffffff-ffff-ffff-ffff-ffffffffffff"

static const struct frame_row {
    const char *name;
    struct span records[FRAME_RECORDS];
    size_t count;
    int form; /* 0: plain, else 1 + how many UUIDs lie apart */
} frames[] = {
    {"one record", {SPAN("{}")}, 1, 1},
    {"an empty record", {SPAN("")}, 1, 1},
    {"empty ones between", {SPAN(""), SPAN("{}"), SPAN("")}, 3, 1},
    {"UUIDs in some",
     {SPAN("{\"eventID\":\"" UUID_1 "\"}"), SPAN("{}"), SPAN(UUID_2 UUID_1), SPAN(UUID_1)},
     4,
     5},
    {"a byte that means a UUID", {SPAN("{\"eventID\":\"" UUID_1 "\"}"), SPAN("\x01")}, 2, 0},
    {"a byte that ends a record", {SPAN("a\x02" UUID_1), SPAN("b")}, 2, 0},
    {"any bytes", {SPAN("\0\xff\n"), SPAN("\0")}, 2, 1},
};

struct tools {
    struct frame_encoder encoder;
    struct compressor compressor;
    struct decompressor decompressor;
    struct arena arena;
    struct buffer stored;
};

static void tools_open(struct tools *tools) {
    *tools = (struct tools){0};
    compressor_open(&tools->compressor, COMPRESS_TO_KEEP);
    decompressor_open(&tools->decompressor);
}

static void tools_close(struct tools *tools) {
    frame_encoder_clear(&tools->encoder);
    compressor_close(&tools->compressor);
    decompressor_close(&tools->decompressor);
    arena_clear(&tools->arena);
    buffer_clear(&tools->stored);
}

static void encode_frame(struct tools *tools, const struct frame_row *row) {
    tools->stored.length = 0;
    frame_encode(&tools->encoder, &tools->compressor, NULL, row->records, row->count,
                 &tools->stored);
}

static bool decode_frame(struct tools *tools, size_t length, size_t count, struct span *out) {
    struct err err = {0};
    bool good = frame_decode((struct span){tools->stored.data, length}, count, &tools->decompressor,
                             NULL, &tools->arena, out, &err);

    assert_true(good || err.kind == ERR_INTERNAL);
    return good;
}

static void test_frame(void **state) {
    const struct frame_row *row = *state;
    struct tools tools;
    struct span records[FRAME_RECORDS];

    tools_open(&tools);
    for (int again = 0; again < 2; again++) {
        encode_frame(&tools, row);
        assert_int_equal(tools.stored.data[0], row->form);
        assert_true(decode_frame(&tools, tools.stored.length, row->count, records));
        for (size_t i = 0; i < row->count; i++)
            assert_true(span_equal(records[i], row->records[i]));
    }
    tools_close(&tools);
}

/* Cut off anywhere, or with another number of records, a frame is damaged. With any bit changed it
 * is damaged or holds other records, and nothing is read beyond it. */
static void test_damage(void **state) {
    const struct frame_row *row = *state;
    struct tools tools;
    struct span records[FRAME_RECORDS];

    tools_open(&tools);
    encode_frame(&tools, row);
    size_t length = tools.stored.length;
    for (size_t cut = 0; cut < length; cut++)
        assert_false(decode_frame(&tools, cut, row->count, records));
    assert_false(decode_frame(&tools, length, row->count + 1, records));
    for (size_t i = 0; i < length * 8; i++) {
        tools.stored.data[i / 8] ^= (char)(1 << (i % 8));
        if (decode_frame(&tools, length, row->count, records)) {
            for (size_t n = 0; n < row->count; n++)
                assert_true(span_equal(records[n], arena_copy(&tools.arena, records[n])));
        }
        tools.stored.data[i / 8] ^= (char)(1 << (i % 8));
    }
    tools_close(&tools);
}

int main(void) {
    const struct rows all[] = {ROWS(test_frame, frames), ROWS(test_damage, frames)};

    return rows_run("frame_codec", all, ARRAY_LENGTH(all));
}
