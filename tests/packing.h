/* Packs bytes for tests. */
#ifndef TRAILD_TESTS_PACKING_H
#define TRAILD_TESTS_PACKING_H

#include <assert.h>
#include <zlib.h>

#include "base/buffer.h"
#include "base/span.h"

/* One gzip member. */
static inline void gzip_append(struct buffer *out, struct span text) {
    z_stream zlib = {0};
    int status = deflateInit2(&zlib, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);

    assert(status == Z_OK);
    uLong most = deflateBound(&zlib, text.length);
    zlib.next_in = (z_const Bytef *)(uintptr_t)text.data;
    zlib.avail_in = (uInt)text.length;
    zlib.next_out = (Bytef *)buffer_reserve(out, most);
    zlib.avail_out = (uInt)most;
    status = deflate(&zlib, Z_FINISH);
    assert(status == Z_STREAM_END);
    (void)status;
    out->length += zlib.total_out;
    deflateEnd(&zlib);
}

/* RFC 4648, section 4; with the line ends that `base64` writes, when asked for. */
static inline void base64_append(struct buffer *out, struct span bytes, bool lines) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.length; i += 3) {
        unsigned bits = 0;
        for (size_t j = i; j < i + 3; j++)
            bits = bits << 8 | (j < bytes.length ? (unsigned char)bytes.data[j] : 0);
        for (size_t j = 0; j < 4; j++)
            buffer_append_byte(out,
                               i + j > bytes.length ? '=' : alphabet[bits >> (18 - 6 * j) & 63]);
        if (lines && i % 57 == 54)
            buffer_append_byte(out, '\n');
    }
}

#endif
