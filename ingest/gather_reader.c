#include "ingest/gather_reader.h"

#include <string.h>

/* What is asked for at once: most log files are smaller. */
#define PIECE_BYTES ((size_t)64 * 1024)

static bool gather_read(struct reader *reader, char *out, size_t room, size_t *out_length,
                        struct err *err) {
    struct gather_reader *self = (struct gather_reader *)reader;
    size_t length = self->rest.length < room ? self->rest.length : room;

    if (length == 0 && self->failed) {
        *err = self->failure;
        return false;
    }
    if (length == 0 && !self->whole) {
        gather_reader_clear(self); /* no need for it any more */
        return reader_read(self->source, out, room, out_length, err);
    }
    if (length > 0)
        memcpy(out, self->rest.data, length);
    self->rest = span_skip(self->rest, length);
    *out_length = length;
    return true;
}

static void gather_piece(struct gather_reader *self) {
    /* Up to a whole number of pieces: to find the end takes no more memory. */
    size_t count = PIECE_BYTES - self->bytes.length % PIECE_BYTES;
    char *room = buffer_reserve(&self->bytes, count);
    size_t length = 0;

    self->failed = !reader_read(self->source, room, count, &length, &self->failure);
    self->whole = !self->failed && length == 0;
    self->bytes.length += length;
    self->rest = buffer_span(&self->bytes);
}

void gather_reader_more(struct gather_reader *reader, size_t most) {
    while (!reader->whole && !reader->failed && reader->rest.length < most)
        gather_piece(reader);
}

bool gather_reader_open(struct gather_reader *reader, struct reader *source, size_t least,
                        struct err *err) {
    *reader = (struct gather_reader){.reader = {gather_read}, .source = source};
    gather_reader_more(reader, least);
    if (reader->rest.length >= least || !reader->failed)
        return true;
    *err = reader->failure;
    return false;
}

void gather_reader_over(struct gather_reader *reader, struct span bytes) {
    *reader = (struct gather_reader){.reader = {gather_read}, .rest = bytes, .whole = true};
}

void gather_reader_clear(struct gather_reader *reader) {
    buffer_clear(&reader->bytes);
    reader->rest = SPAN_NONE;
}
