/* Numbers and bytes in stored form: little-endian, varints of 7 bits a byte, low bits first. */
#ifndef TRAILD_STORE_CODEC_H
#define TRAILD_STORE_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

void encode_varint(struct buffer *out, uint64_t value);
void encode_fixed(struct buffer *out, const void *values, size_t bytes);
/* length + 1 and the bytes; 0 for SPAN_NONE. */
void encode_text(struct buffer *out, struct span text);

/* Reads from the front. Once something does not fit, `damaged` is set and every further value is 0
 * or SPAN_NONE, so a reader asks once at the end. */
struct decoder {
    struct span rest;
    bool damaged;
};

uint64_t decode_long_varint(struct decoder *decoder);

/* Most numbers take a byte, and a block holds many. */
static inline uint64_t decode_varint(struct decoder *decoder) {
    if (decoder->rest.length == 0 || (uint8_t)decoder->rest.data[0] >= 0x80)
        return decode_long_varint(decoder);
    decoder->rest.length--;
    return (uint8_t)*decoder->rest.data++;
}

/* As decode_varint, but damage when over `maximum`. */
uint64_t decode_bounded(struct decoder *decoder, uint64_t maximum);
/* Copies `bytes` bytes out; zeroes them on damage. */
void decode_fixed(struct decoder *decoder, void *out, size_t bytes);
/* Borrowed from the decoder's bytes. */
struct span decode_bytes(struct decoder *decoder, size_t length);
struct span decode_text(struct decoder *decoder);

#endif
