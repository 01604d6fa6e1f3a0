#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define PIECE_BYTES ((size_t)16 * 1024)
#define PIECE_MAX   ((size_t)1024 * 1024)
#define KEPT_MAX    ((size_t)4 * 1024 * 1024)

struct arena_piece {
    struct arena_piece *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

static size_t piece_size(const struct arena *arena, size_t needed) {
    /* Grows with the arena, so that a large one takes few pieces and a small one little memory. */
    size_t size = arena->bytes < PIECE_BYTES ? PIECE_BYTES : arena->bytes;

    if (size > PIECE_MAX)
        size = PIECE_MAX;
    return needed > size ? needed : size;
}

static struct arena_piece *add_piece(struct arena *arena, size_t needed) {
    size_t size = piece_size(arena, needed);
    struct arena_piece *piece = memory_resize(NULL, 1, sizeof(*piece) + size);

    *piece = (struct arena_piece){.next = arena->pieces, .size = size};
    arena->pieces = piece;
    arena->bytes += size;
    return piece;
}

void *arena_allocate(struct arena *arena, size_t size) {
    struct arena_piece *piece = arena->pieces;
    size_t aligned = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);

    if (piece == NULL || piece->size - piece->used < aligned)
        piece = add_piece(arena, aligned);
    void *memory = piece->bytes + piece->used;
    piece->used += aligned;
    return memory;
}

void *arena_new(struct arena *arena, size_t count, size_t size) {
    void *memory = arena_allocate(arena, count * size);

    memset(memory, 0, count * size);
    return memory;
}

/* It is full at each power of two. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size) {
    if ((count & (count - 1)) != 0)
        return array;
    void *grown = arena_allocate(arena, (count == 0 ? 1 : count * 2) * size);
    if (count > 0)
        memcpy(grown, array, count * size);
    return grown;
}

struct span arena_copy(struct arena *arena, struct span bytes) {
    if (bytes.data == NULL)
        return SPAN_NONE;
    char *copy = arena_allocate(arena, bytes.length);
    if (bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    return (struct span){copy, bytes.length};
}

struct span arena_join(struct arena *arena, struct span first, struct span second) {
    char *text = arena_allocate(arena, first.length + second.length);

    if (first.length > 0)
        memcpy(text, first.data, first.length);
    if (second.length > 0)
        memcpy(text + first.length, second.data, second.length);
    return (struct span){text, first.length + second.length};
}

struct span arena_copy_lower(struct arena *arena, struct span bytes) {
    char *copy = arena_allocate(arena, bytes.length + 1);

    for (size_t i = 0; i < bytes.length; i++) {
        char c = bytes.data[i];
        copy[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return (struct span){copy, bytes.length};
}

struct span arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    size_t length = (size_t)vsnprintf(NULL, 0, format, arguments);
    char *text = arena_allocate(arena, length + 1);
    vsnprintf(text, length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return (struct span){text, length};
}

void arena_clear(struct arena *arena) {
    struct arena_piece *piece = arena->pieces;

    while (piece != NULL) {
        struct arena_piece *next = piece->next;
        free(piece);
        piece = next;
    }
    *arena = (struct arena){0};
}

void arena_wipe(struct arena *arena) {
    for (struct arena_piece *piece = arena->pieces; piece != NULL; piece = piece->next)
        explicit_bzero(piece->bytes, piece->used);
    arena_clear(arena);
}

void arena_reset(struct arena *arena) {
    size_t bytes = arena->bytes;

    if (arena->pieces != NULL && arena->pieces->next == NULL && bytes <= KEPT_MAX) {
        arena->pieces->used = 0;
        return;
    }
    arena_clear(arena);
    if (bytes > 0 && bytes <= KEPT_MAX)
        (void)add_piece(arena, bytes);
}
