#include "ingest/base64_reader.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_BYTES ((size_t)16 * 1024)

static bool damaged_at(const struct base64_reader *self, int64_t offset, const char *what,
                       struct err *err) {
    err_set(err, ERR_UNREADABLE, "%s at byte %" PRId64 " of %s", what, offset, self->name);
    return err_at(err, offset, ERR_NO_POSITION);
}

/* The good part of `text`, from the state `before` on. */
static void decode_up_to_damage(struct base64_reader *self, const struct base64_stream *before,
                                struct span text) {
    self->stream = *before;
    self->damaged = true;
    while (text.length > 0 &&
           base64_stream_add(&self->stream, (struct span){text.data, 1}, &self->decoded)) {
        text = span_skip(text, 1);
        self->offset++;
    }
}

static void decode(struct base64_reader *self, struct span text) {
    struct base64_stream before = self->stream;

    self->decoded.length = 0;
    self->given = 0;
    if (base64_stream_add(&self->stream, text, &self->decoded))
        self->offset += (int64_t)text.length;
    else
        decode_up_to_damage(self, &before, text);
}

static bool decode_piece(struct base64_reader *self, struct err *err) {
    char text[TEXT_BYTES];
    size_t length = 0;

    if (!reader_read(self->source, text, sizeof(text), &length, err))
        return false;
    if (length > 0) {
        decode(self, (struct span){text, length});
        return true;
    }
    self->ended = true;
    if (!base64_stream_end(&self->stream))
        return damaged_at(self, self->offset, "base64 text is cut off", err);
    return true;
}

static bool base64_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct base64_reader *self = (struct base64_reader *)reader;

    while (self->given == self->decoded.length && !self->ended) {
        if (self->damaged)
            return damaged_at(self, self->offset, "base64 text is damaged", err);
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
