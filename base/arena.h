/* Memory that dies together: one arena per request, one per batch of records. Nobody frees inside.
 * A zeroed struct is an empty arena. One thread at a time. */
#ifndef TRAILD_BASE_ARENA_H
#define TRAILD_BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena_piece;

struct arena {
    struct arena_piece *pieces; /* newest first */
    size_t bytes;               /* taken from the system so far */
};

/* Aligned for any type, not zeroed. */
void *arena_allocate(struct arena *arena, size_t size);

/* An array of zeroed elements. */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* The array of `count` elements, or a longer copy of it, with room for one more behind them, which
 * is not zeroed: for arrays whose length is known only at their end. NULL for a count of 0. Always
 * to be given what the last call gave. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/* A copy that lives as long as the arena; SPAN_NONE stays SPAN_NONE. */
struct span arena_copy(struct arena *arena, struct span bytes);

/* Both, one behind the other: for bytes of any kind, where arena_format is for texts. */
struct span arena_join(struct arena *arena, struct span first, struct span second);

/* A copy with A to Z in small letters, whatever the locale. */
struct span arena_copy_lower(struct arena *arena, struct span bytes);

/* printf into the arena. */
struct span arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

void arena_clear(struct arena *arena);

/* As arena_clear, and leaves zeros behind: for secrets. */
void arena_wipe(struct arena *arena);

/* Empties it but keeps as much memory as it had, in one piece, for work that comes again and again:
 * fresh memory from the system has to be zeroed each time. More than 4 MiB is given back. */
void arena_reset(struct arena *arena);

#endif
