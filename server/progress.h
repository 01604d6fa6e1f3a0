/* What `traild import` shows while it works: a bar that is drawn over on a terminal, a plain line
 * every few seconds elsewhere. Pure text: the caller says what time it is and writes it. */
#ifndef TRAILD_SERVER_PROGRESS_H
#define TRAILD_SERVER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define PROGRESS_TERMINAL_MS 100
#define PROGRESS_PLAIN_MS    5000
#define PROGRESS_WAIT_MS     10000

struct progress {
    bool terminal;
    int64_t started_ms;
    int64_t shown_ms;
    size_t drawn;       /* columns that stand on the terminal */
    int64_t waiting_ms; /* since when nothing goes on; -1: it does */
    bool told;          /* why, in full */
};

/* How far the work is. */
struct progress_state {
    int64_t files;
    int64_t files_total;
    int64_t bytes;
    int64_t bytes_total; /* 0: not known */
    int64_t records;
    bool growing; /* the totals are what was found so far */
};

void progress_init(struct progress *progress, bool terminal, int64_t now_ms);

/* Appends what is to be written now; nothing when it is too soon. `columns` of the terminal. */
void progress_show(struct progress *progress, const struct progress_state *state, int64_t now_ms,
                   size_t columns, struct buffer *out);

/* The same while nothing goes on: the reason instead of figures. A terminal, where it may not fit,
 * has all of it on lines of its own, too, once that lasts for PROGRESS_WAIT_MS. */
void progress_wait(struct progress *progress, struct span reason, int64_t now_ms, size_t columns,
                   struct buffer *out);

/* Says in a few words what is going on when there is no share to show; on a terminal only. */
void progress_say(struct progress *progress, struct span words, size_t columns, struct buffer *out);

/* Takes the bar away, before other text is written or at the end. */
void progress_hide(struct progress *progress, struct buffer *out);

/* `1.5 GiB`, `12,345`, `1 h 02 min`, `3 min 20 s`, `5 s`: as people read them. */
void append_bytes(struct buffer *out, int64_t bytes);
void append_count(struct buffer *out, int64_t count);
void append_duration(struct buffer *out, int64_t ms);

#endif
