#include "ingest/text_window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Room for two, so that a little left over next time does not move it all again. */
#define FIRST_CAPACITY (2 * TEXT_PIECE_BYTES)

static void resize(struct text_window *window, size_t capacity) {
    window->memory = memory_resize(window->memory, capacity, 1);
    window->data = window->memory;
    window->capacity = capacity;
}

void text_window_init(struct text_window *window, struct reader *source) {
    *window = (struct text_window){.source = source};
    resize(window, FIRST_CAPACITY);
}

void text_window_over(struct text_window *window, struct span text) {
    *window = (struct text_window){.data = text.data, .end = text.length, .ended = true};
}

void text_window_clear(struct text_window *window) {
    free(window->memory);
    *window = (struct text_window){0};
}

struct span text_window_rest(const struct text_window *window) {
    return (struct span){window->data + window->cursor, window->end - window->cursor};
}

static size_t first_needed(const struct text_window *window) {
    return window->held ? window->hold : window->cursor;
}

static void forget(struct text_window *window) {
    size_t gone = first_needed(window);

    if (gone == 0)
        return;
    memmove(window->memory, window->memory + gone, window->end - gone);
    window->offset += (int64_t)gone;
    window->end -= gone;
    window->cursor -= gone;
    window->hold = 0;
}

static void make_room(struct text_window *window) {
    forget(window);
    if (window->capacity - window->end >= TEXT_PIECE_BYTES)
        return;
    resize(window, window->end + TEXT_PIECE_BYTES);
}

bool text_window_more(struct text_window *window, struct err *err) {
    size_t room = TEXT_PIECE_BYTES;
    size_t length = 0;

    if (window->ended)
        return true;
    make_room(window);
    while (room > 0 && !window->ended) {
        if (!reader_read(window->source, window->memory + window->end, room, &length, err))
            return false;
        window->end += length;
        room -= length;
        window->ended = length == 0;
    }
    return true;
}

void text_window_skip(struct text_window *window, size_t count) {
    assert(count <= window->end - window->cursor);
    window->cursor += count;
}

int64_t text_window_offset(const struct text_window *window) {
    return window->offset + (int64_t)window->cursor;
}

void text_window_hold(struct text_window *window) {
    window->hold = window->cursor;
    window->held = true;
}

void text_window_let_go(struct text_window *window) {
    window->held = false;
}

struct span text_window_held(const struct text_window *window) {
    size_t from = first_needed(window);

    return (struct span){window->data + from, window->cursor - from};
}
