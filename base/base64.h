/* Base64 (RFC 4648): the URL form for cursors, the standard form for logs wrapped in it. */
#ifndef TRAILD_BASE_BASE64_H
#define TRAILD_BASE_BASE64_H

#include <nettle/base64.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/span.h"

/* Appends without padding, alphabet of section 5. */
void base64url_encode(struct span bytes, struct buffer *out);

/* Appends; false for any byte outside the alphabet or a wrong length. */
MUST_USE bool base64url_decode(struct span text, struct buffer *out);

/* The standard alphabet, in pieces; white space between is skipped. */
struct base64_stream {
    struct base64_decode_ctx context;
};

void base64_stream_begin(struct base64_stream *stream);

/* False for a byte outside the alphabet. */
MUST_USE bool base64_stream_add(struct base64_stream *stream, struct span text, struct buffer *out);

/* False when the text stopped in the middle of a group. */
MUST_USE bool base64_stream_end(struct base64_stream *stream);

#endif
