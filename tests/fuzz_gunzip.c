/* Any bytes as gzip: what is inflated as a whole is just what the streaming reader makes of it,
 * however that is fed. The same again with a trailer that is right, to get behind the checksum:
 * libdeflate takes some of these that zlib refuses, since it leaves damage to the checksum. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "ingest/gunzip.h"
#include "ingest/inflate_whole.h"
#include "tests/drip_reader.h"

#define TEXT_MOST    ((size_t)1 << 20)
#define HEADER_BYTES 10

static void require(bool good) {
    if (!good)
        abort();
}

static bool stream(struct span packed, size_t drip, struct buffer *out, struct err *err) {
    struct drip_reader bytes;

    drip_reader_init(&bytes, packed, drip);
    buffer_init(out, 0);
    struct gunzip *gunzip = gunzip_open(&bytes.reader, "the body");
    bool good = read_all(gunzip_reader(gunzip), out, err);
    gunzip_close(gunzip);
    return good;
}

static void compare(struct span packed, bool by_chance) {
    CLEANUP(buffer_clear) struct buffer whole = {0};
    CLEANUP(buffer_clear) struct buffer once = {0};
    CLEANUP(buffer_clear) struct buffer drips = {0};
    struct err err = {0};
    struct err err_of_drips = {0};
    bool taken = inflate_whole(packed, TEXT_MOST, &whole);
    bool good = stream(packed, SIZE_MAX, &once, &err);

    require(good == stream(packed, 3, &drips, &err_of_drips));
    require(span_equal(buffer_span(&once), buffer_span(&drips)));
    require(strcmp(err.text, err_of_drips.text) == 0 && err.offset == err_of_drips.offset);
    require(!taken || good || !by_chance);
    require(!taken || !good || span_equal(buffer_span(&whole), buffer_span(&once)));
}

static void put_number(char *out, uint32_t number) {
    for (int i = 0; i < 4; i++)
        out[i] = (char)(number >> (8 * i));
}

/* The bytes as deflated data in a good header, with the trailer of what comes out of them. */
static void compare_with_trailer(struct span deflated) {
    CLEANUP(buffer_clear) struct buffer packed = {0};
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    char *text = malloc(TEXT_MOST);
    char trailer[8];
    size_t used;
    size_t length;

    require(decompressor != NULL && text != NULL);
    if (libdeflate_deflate_decompress_ex(decompressor, deflated.data, deflated.length, text,
                                         TEXT_MOST, &used, &length) == LIBDEFLATE_SUCCESS) {
        put_number(trailer, libdeflate_crc32(0, text, length));
        put_number(trailer + 4, (uint32_t)length);
        buffer_append(&packed, (struct span){"\x1f\x8b\x08\0\0\0\0\0\0\x03", HEADER_BYTES});
        buffer_append(&packed, (struct span){deflated.data, used});
        buffer_append(&packed, (struct span){trailer, sizeof(trailer)});
        compare(buffer_span(&packed), false);
    }
    free(text);
    libdeflate_free_decompressor(decompressor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span bytes = {(const char *)data, size};

    compare(bytes, true);
    if (size > HEADER_BYTES)
        compare_with_trailer(span_skip(bytes, HEADER_BYTES));
    return 0;
}
