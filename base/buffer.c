#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

void buffer_init(struct buffer *buffer, size_t maximum) {
    *buffer = (struct buffer){.maximum = maximum};
}

void buffer_clear(struct buffer *buffer) {
    free(buffer->data);
    buffer_init(buffer, buffer->maximum);
}

static void grow(struct buffer *buffer, size_t needed) {
    size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity;

    while (capacity < needed)
        capacity *= 2;
    buffer->data = memory_resize(buffer->data, capacity, 1);
    buffer->capacity = capacity;
}

/* `spare` is room that the text does not count. */
static char *reserve(struct buffer *buffer, size_t count, size_t spare) {
    size_t needed = buffer->length + count;

    if (buffer->overflowed || (buffer->maximum != 0 && needed > buffer->maximum)) {
        buffer->overflowed = true;
        return NULL;
    }
    if (buffer->data == NULL || needed + spare > buffer->capacity)
        grow(buffer, needed + spare);
    return buffer->data + buffer->length;
}

char *buffer_reserve(struct buffer *buffer, size_t count) {
    return reserve(buffer, count, 0);
}

void buffer_append_slowly(struct buffer *buffer, const char *bytes, size_t count) {
    char *room = count > 0 ? buffer_reserve(buffer, count) : NULL;

    if (room == NULL)
        return;
    memcpy(room, bytes, count);
    buffer->length += count;
}

void buffer_append_number(struct buffer *buffer, uint64_t number) {
    char digits[20];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_append(buffer, (struct span){digits + first, sizeof(digits) - first});
}

void buffer_append_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    size_t length = (size_t)vsnprintf(NULL, 0, format, arguments);
    char *room = reserve(buffer, length, 1); /* vsnprintf writes a NUL */
    if (room != NULL) {
        vsnprintf(room, length + 1, format, again);
        buffer->length += length;
    }
    va_end(again);
    va_end(arguments);
}

struct span buffer_span(const struct buffer *buffer) {
    return (struct span){buffer->data, buffer->length};
}

char *buffer_detach(struct buffer *buffer, size_t *out_length) {
    char *data = buffer->data;

    *out_length = buffer->length;
    buffer_init(buffer, buffer->maximum);
    return data;
}
