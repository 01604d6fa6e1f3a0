#include "base/base64.h"

void base64url_encode(struct span bytes, struct buffer *out) {
    struct base64_encode_ctx context;
    char *room =
        buffer_reserve(out, BASE64_ENCODE_LENGTH(bytes.length) + BASE64_ENCODE_FINAL_LENGTH);

    if (room == NULL)
        return;
    base64url_encode_init(&context);
    size_t length = base64_encode_update(&context, room, bytes.length, (const uint8_t *)bytes.data);
    length += base64_encode_final(&context, room + length);
    while (length > 0 && room[length - 1] == '=')
        length--;
    out->length += length;
}

static bool decode_piece(struct base64_decode_ctx *context, struct span text, struct buffer *out) {
    size_t length = BASE64_DECODE_LENGTH(text.length);
    char *room = buffer_reserve(out, length);

    if (room == NULL || !base64_decode_update(context, &length, (uint8_t *)room, text.length,
                                              text.data == NULL ? "" : text.data))
        return false;
    out->length += length;
    return true;
}

/* nettle skips white space and takes padding. */
static bool is_base64url(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}

bool base64url_decode(struct span text, struct buffer *out) {
    struct base64_decode_ctx context;
    struct span padding = {"==", (4 - text.length % 4) % 4};

    if (padding.length == 3 || !is_base64url(text))
        return false;
    base64url_decode_init(&context);
    return decode_piece(&context, text, out) && decode_piece(&context, padding, out) &&
           base64_decode_final(&context);
}

void base64_stream_begin(struct base64_stream *stream) {
    base64_decode_init(&stream->context);
}

bool base64_stream_add(struct base64_stream *stream, struct span text, struct buffer *out) {
    return decode_piece(&stream->context, text, out);
}

bool base64_stream_end(struct base64_stream *stream) {
    return base64_decode_final(&stream->context);
}
