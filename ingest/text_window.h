/* A window that slides over the text of a reader: what is at hand behind a cursor, and more of it
 * on demand. Text in front of the cursor is forgotten, but for what is held. */
#ifndef TRAILD_INGEST_TEXT_WINDOW_H
#define TRAILD_INGEST_TEXT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

/* What one demand brings: reading ends there, so the window is never longer than what its user
 * leaves unused and one piece. */
#define TEXT_PIECE_BYTES ((size_t)256 * 1024)

struct text_window {
    struct reader *source; /* borrowed */
    const char *data;      /* the text at hand */
    char *memory;          /* where that is, owned; NULL when it is borrowed */
    size_t capacity;       /* of the memory */
    size_t end;            /* of the text in `data` */
    size_t cursor;         /* in `data` */
    size_t hold;           /* in `data`: where the held text begins */
    bool held;             /* whether any is */
    bool ended;            /* the source has no more */
    int64_t offset;        /* in the text, of data[0] */
};

void text_window_init(struct text_window *window, struct reader *source);
/* Over text that is all at hand, and stays where it is. */
void text_window_over(struct text_window *window, struct span text);
void text_window_clear(struct text_window *window);

/* The text behind the cursor that is at hand; good until the next call that takes the window. */
struct span text_window_rest(const struct text_window *window);

/* Reads another piece behind it, or the rest of the source when that is shorter; sets `ended` at
 * the end. */
MUST_USE bool text_window_more(struct text_window *window, struct err *err);

/* Moves the cursor over text that is at hand. */
void text_window_skip(struct text_window *window, size_t count);

/* The cursor's offset in the text, from 0. */
int64_t text_window_offset(const struct text_window *window);

/* From here on the text stays at hand, until it is let go. One hold at a time. */
void text_window_hold(struct text_window *window);
void text_window_let_go(struct text_window *window);

/* From the hold to the cursor; empty when nothing is held. */
struct span text_window_held(const struct text_window *window);

#endif
