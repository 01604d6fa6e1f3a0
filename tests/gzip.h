/* Makes gzip for tests: one member a call. */
#ifndef TRAILD_TESTS_GZIP_H
#define TRAILD_TESTS_GZIP_H

#include <assert.h>
#include <zlib.h>

#include "base/buffer.h"
#include "base/span.h"

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

#endif
