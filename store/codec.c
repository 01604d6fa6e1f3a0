#include "store/codec.h"

#include <string.h>

#define VARINT_BYTES_MAX 10

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "arrays are stored as they lie in memory");

void encode_varint(struct buffer *out, uint64_t value) {
    char bytes[VARINT_BYTES_MAX];
    size_t length = 0;

    while (value >= 0x80) {
        bytes[length++] = (char)(value | 0x80);
        value >>= 7;
    }
    bytes[length++] = (char)value;
    buffer_append(out, (struct span){bytes, length});
}

void encode_fixed(struct buffer *out, const void *values, size_t bytes) {
    buffer_append(out, (struct span){values, bytes});
}

void encode_text(struct buffer *out, struct span text) {
    encode_varint(out, text.data == NULL ? 0 : text.length + 1);
    buffer_append(out, text);
}

static void damage(struct decoder *decoder) {
    decoder->damaged = true;
    decoder->rest = SPAN_NONE;
}

uint64_t decode_long_varint(struct decoder *decoder) {
    uint64_t value = 0;

    for (size_t i = 0; i < VARINT_BYTES_MAX && i < decoder->rest.length; i++) {
        uint8_t byte = (uint8_t)decoder->rest.data[i];
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            decoder->rest = span_skip(decoder->rest, i + 1);
            return value;
        }
    }
    damage(decoder);
    return 0;
}

uint64_t decode_bounded(struct decoder *decoder, uint64_t maximum) {
    uint64_t value = decode_varint(decoder);

    if (value <= maximum)
        return value;
    damage(decoder);
    return 0;
}

struct span decode_bytes(struct decoder *decoder, size_t length) {
    if (length > decoder->rest.length) {
        damage(decoder);
        return SPAN_NONE;
    }
    struct span bytes = {decoder->rest.data, length};
    decoder->rest = span_skip(decoder->rest, length);
    return bytes;
}

void decode_fixed(struct decoder *decoder, void *out, size_t bytes) {
    struct span from = decode_bytes(decoder, bytes);

    if (bytes == 0)
        return;
    if (from.data == NULL)
        memset(out, 0, bytes);
    else
        memcpy(out, from.data, bytes);
}

struct span decode_text(struct decoder *decoder) {
    uint64_t length = decode_varint(decoder);

    return length == 0 ? SPAN_NONE : decode_bytes(decoder, length - 1);
}
