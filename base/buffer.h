/* A growing piece of text, born with its maximum.
 *
 * Appending beyond the maximum sets `overflowed` and appends nothing from then on, so a writer
 * appends freely and asks once at the end. */
#ifndef TRAILD_BASE_BUFFER_H
#define TRAILD_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"
#include "base/span.h"

struct buffer {
    char *data; /* owned; NULL while empty */
    size_t length;
    size_t capacity;
    size_t maximum; /* bytes; 0: no maximum, for sizes that are ours */
    bool overflowed;
};

void buffer_init(struct buffer *buffer, size_t maximum);
void buffer_clear(struct buffer *buffer);

void buffer_append_slowly(struct buffer *buffer, const char *bytes, size_t count);

static inline void buffer_append(struct buffer *buffer, struct span bytes) {
    if (buffer->maximum != 0 || bytes.length > buffer->capacity - buffer->length) {
        buffer_append_slowly(buffer, bytes.data, bytes.length);
    } else if (bytes.length > 0) {
        memcpy(buffer->data + buffer->length, bytes.data, bytes.length);
        buffer->length += bytes.length;
    }
}

static inline void buffer_append_byte(struct buffer *buffer, char byte) {
    buffer_append(buffer, (struct span){&byte, 1});
}

static inline void buffer_append_text(struct buffer *buffer, const char *text) {
    buffer_append(buffer, (struct span){text, strlen(text)});
}

/* In decimal. */
void buffer_append_number(struct buffer *buffer, uint64_t number);
void buffer_append_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for `count` more bytes behind the text, to be filled by the caller, who then adds to
 * `length`; NULL when that is over the maximum. */
char *buffer_reserve(struct buffer *buffer, size_t count);

struct span buffer_span(const struct buffer *buffer);

/* Hands the bytes over (freed with free()) and leaves the buffer empty. */
char *buffer_detach(struct buffer *buffer, size_t *out_length);

#endif
