#include "store/frame_codec.h"

#include <string.h>

#include "base/limits.h"
#include "store/codec.h"
#include "store/uuids.h"

#define RECORD_END '\x02'

/* What a frame begins with when its records hold the bytes that have a meaning here: then they are
 * behind their lengths. Else it is the number of UUIDs and 1. */
#define PLAIN 0

void frame_encoder_clear(struct frame_encoder *encoder) {
    buffer_clear(&encoder->text);
    buffer_clear(&encoder->uuids);
}

/* ---- writing ---- */

static bool holds(struct span record, char byte) {
    return record.length > 0 && memchr(record.data, byte, record.length) != NULL;
}

static bool must_be_plain(const struct span *records, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (holds(records[i], UUID_MARK) || holds(records[i], RECORD_END))
            return true;
    }
    return false;
}

static void encode_plain(struct frame_encoder *encoder, const struct span *records, size_t count,
                         struct buffer *out) {
    for (size_t i = 0; i < count; i++)
        encode_varint(&encoder->text, records[i].length);
    for (size_t i = 0; i < count; i++)
        buffer_append(&encoder->text, records[i]);
    encode_varint(out, PLAIN);
}

static void encode_packed(struct frame_encoder *encoder, const struct span *records, size_t count,
                          struct buffer *out) {
    for (size_t i = 0; i < count; i++) {
        uuids_take(records[i], &encoder->text, &encoder->uuids);
        buffer_append_byte(&encoder->text, RECORD_END);
    }
    encode_varint(out, encoder->uuids.length / UUID_BYTES + 1);
    buffer_append(out, buffer_span(&encoder->uuids));
}

void frame_encode(struct frame_encoder *encoder, struct compressor *compressor,
                  const struct dictionary *dictionary, const struct span *records, size_t count,
                  struct buffer *out) {
    encoder->text.length = 0;
    encoder->uuids.length = 0;
    if (must_be_plain(records, count))
        encode_plain(encoder, records, count, out);
    else
        encode_packed(encoder, records, count, out);
    compress(compressor, dictionary, buffer_span(&encoder->text), out);
}

/* ---- reading ---- */

static void decode_plain(struct decoder *text, size_t count, struct span *out) {
    size_t lengths[FRAME_RECORDS];

    for (size_t i = 0; i < count; i++)
        lengths[i] = decode_bounded(text, LIMIT_RECORD_BYTES);
    for (size_t i = 0; i < count; i++)
        out[i] = decode_bytes(text, lengths[i]);
}

/* The bytes up to the next end of a record. */
static struct span decode_text_of_record(struct decoder *text) {
    const char *end =
        text->rest.length == 0 ? NULL : memchr(text->rest.data, RECORD_END, text->rest.length);

    if (end == NULL) {
        text->damaged = true;
        return SPAN_NONE;
    }
    struct span record = {text->rest.data, (size_t)(end - text->rest.data)};
    text->rest = span_skip(text->rest, record.length + 1);
    return record;
}

static struct span put_uuids(struct span text, size_t count, const char *uuids,
                             struct arena *arena) {
    size_t length = text.length + count * (UUID_TEXT - 1);
    char *record = arena_allocate(arena, length);

    uuids_put(text, uuids, record);
    return (struct span){record, length};
}

static void decode_packed(struct decoder *text, struct decoder *uuids, size_t count,
                          struct arena *arena, struct span *out) {
    for (size_t i = 0; i < count && !text->damaged && !uuids->damaged; i++) {
        struct span record = decode_text_of_record(text);
        size_t marks = uuids_count(record);
        struct span own = decode_bytes(uuids, marks * UUID_BYTES);
        out[i] = marks == 0 || uuids->damaged ? record : put_uuids(record, marks, own.data, arena);
    }
}

bool frame_decode(struct span frame, size_t count, struct decompressor *decompressor,
                  const struct dictionary *dictionary, struct arena *arena, struct span *out,
                  struct err *err) {
    struct decoder head = {frame, false};
    uint64_t kind = decode_bounded(&head, frame.length);
    size_t uuid_bytes = kind == PLAIN ? 0 : (size_t)(kind - 1) * UUID_BYTES;
    struct decoder uuids = {decode_bytes(&head, uuid_bytes), false};
    struct decoder text = {0};

    if (!head.damaged && !decompress(decompressor, dictionary, head.rest, arena, &text.rest, err))
        return false;
    if (kind == PLAIN)
        decode_plain(&text, count, out);
    else
        decode_packed(&text, &uuids, count, arena, out);
    if (head.damaged || text.damaged || text.rest.length > 0 || uuids.damaged ||
        uuids.rest.length > 0)
        return err_set(err, ERR_INTERNAL, "a frame of records is damaged");
    return true;
}
