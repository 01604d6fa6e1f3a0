#include "ingest/base64_reader.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_BYTES ((size_t)16 * 1024)

static bool damaged_at(const struct base64_reader *self, int64_t offset, const char *what,
                       struct err *err) {
    err_set(err, ERR_UNREADABLE, "%s at byte %" PRId64 " of %s", what, offset, self->name);
    return err_at(err, offset, ERR_NO_POSITION);
}

/* Where in `text` decoding stops, when it is begun in the state `before`. */
static size_t find_damage(struct base64_stream before, struct span text) {
    CLEANUP(buffer_clear) struct buffer ignored = {0};

    for (size_t i = 0; i < text.length; i++) {
        if (!base64_stream_add(&before, (struct span){text.data + i, 1}, &ignored))
            return i;
    }
    return text.length;
}

static bool decode(struct base64_reader *self, struct span text, struct err *err) {
    struct base64_stream before = self->stream;

    self->decoded.length = 0;
    self->given = 0;
    if (!base64_stream_add(&self->stream, text, &self->decoded))
        return damaged_at(self, self->offset + (int64_t)find_damage(before, text),
                          "base64 text is damaged", err);
    self->offset += (int64_t)text.length;
    return true;
}

static bool decode_piece(struct base64_reader *self, struct err *err) {
    char text[TEXT_BYTES];
    size_t length = 0;

    if (!reader_read(self->source, text, sizeof(text), &length, err))
        return false;
    if (length > 0)
        return decode(self, (struct span){text, length}, err);
    self->ended = true;
    if (!base64_stream_end(&self->stream))
        return damaged_at(self, self->offset, "base64 text is cut off", err);
    return true;
}

static bool base64_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct base64_reader *self = (struct base64_reader *)reader;

    while (self->given == self->decoded.length && !self->ended) {
        if (!decode_piece(self, err))
            return false;
    }
    size_t length = self->decoded.length - self->given;
    if (length > room)
        length = room;
    if (length > 0)
        memcpy(out, self->decoded.data + self->given, length);
    self->given += length;
    *out_length = length;
    return true;
}

void base64_reader_init(struct base64_reader *reader, struct reader *source, const char *name) {
    *reader = (struct base64_reader){.reader = {base64_read}, .source = source, .name = name};
    base64_stream_begin(&reader->stream);
}

void base64_reader_clear(struct base64_reader *reader) {
    buffer_clear(&reader->decoded);
}
