#include "ingest/inflate_whole.h"

#include <libdeflate.h>

/* RFC 1952, section 2.3: ID1 ID2 CM FLG and six bytes more; CRC32 and ISIZE at the end. */
#define HEADER_BYTES  10
#define TRAILER_BYTES 8
#define METHOD_AT     2
#define FLAGS_AT      3
#define DEFLATE       8
#define ISIZE_BYTES   4

/* FTEXT, FEXTRA, FNAME and FCOMMENT. libdeflate does not check FHCRC's sum. */
#define USUAL_FLAGS 0x1d

static unsigned byte_at(struct span bytes, size_t at) {
    return (unsigned char)bytes.data[at];
}

static bool is_usual(struct span packed) {
    return packed.length >= HEADER_BYTES + TRAILER_BYTES && byte_at(packed, METHOD_AT) == DEFLATE &&
           (byte_at(packed, FLAGS_AT) & ~(unsigned)USUAL_FLAGS) == 0;
}

/* How long the text is, if there is but one member. */
static size_t size_said(struct span packed) {
    struct span said = span_skip(packed, packed.length - ISIZE_BYTES);
    size_t size = 0;

    for (size_t i = ISIZE_BYTES; i > 0; i--)
        size = size << 8 | byte_at(said, i - 1);
    return size;
}

/* All of `packed` into just `size` bytes. */
static bool inflate_to(struct span packed, char *out, size_t size) {
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    size_t used = 0;

    if (decompressor == NULL)
        return false;
    enum libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor, packed.data, packed.length, out, size, &used, NULL);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS && used == packed.length;
}

bool inflate_whole(struct span packed, size_t most, struct buffer *out) {
    if (!is_usual(packed))
        return false;
    size_t size = size_said(packed);
    char *room = size <= most ? buffer_reserve(out, size) : NULL;
    if (room == NULL || !inflate_to(packed, room, size))
        return false;
    out->length += size;
    return true;
}
