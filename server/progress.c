#include "server/progress.h"

#include "base/limits.h"

/* All of the line fits into 80 columns up to a few thousand files. */
#define BAR_COLUMNS 10

void append_bytes(struct buffer *out, int64_t bytes) {
    if (bytes < 10 * KIB)
        buffer_append_format(out, "%lld B", (long long)bytes);
    else if (bytes < 10 * MIB)
        buffer_append_format(out, "%lld KiB", (long long)(bytes / KIB));
    else if (bytes < 10 * GIB)
        buffer_append_format(out, "%lld MiB", (long long)(bytes / MIB));
    else
        buffer_append_format(out, "%lld GiB", (long long)(bytes / GIB));
}

void append_count(struct buffer *out, int64_t count) {
    if (count >= 1000) {
        append_count(out, count / 1000);
        buffer_append_format(out, ",%03d", (int)(count % 1000));
    } else {
        buffer_append_format(out, "%d", (int)count);
    }
}

void append_duration(struct buffer *out, int64_t ms) {
    int64_t seconds = (ms + 500) / 1000;
    int64_t minutes = seconds / 60;

    if (minutes >= 60)
        buffer_append_format(out, "%lld h %02d min", (long long)(minutes / 60),
                             (int)(minutes % 60));
    else if (minutes > 0)
        buffer_append_format(out, "%d min %02d s", (int)minutes, (int)(seconds % 60));
    else
        buffer_append_format(out, "%d s", (int)seconds);
}

void progress_init(struct progress *progress, bool terminal, int64_t now_ms) {
    *progress = (struct progress){
        .terminal = terminal, .started_ms = now_ms, .shown_ms = now_ms, .waiting_ms = -1};
}

/* Parts of a thousand that are done. */
static int64_t share(const struct progress_state *state) {
    if (state->bytes_total <= 0)
        return 0;
    return state->bytes >= state->bytes_total ? 1000 : state->bytes * 1000 / state->bytes_total;
}

static void append_bar(struct buffer *out, int64_t share) {
    buffer_append_byte(out, '[');
    for (int64_t i = 0; i < BAR_COLUMNS; i++)
        buffer_append_byte(out, share * BAR_COLUMNS / 1000 > i ? '#' : '.');
    buffer_append_format(out, "] %3d%%  ", (int)(share / 10));
}

/* `28 of 56 MiB`, in the unit of the whole. */
static void append_share_of_bytes(struct buffer *out, const struct progress_state *state) {
    if (state->growing || state->bytes_total < 10 * MIB || state->bytes_total >= 10 * GIB) {
        append_bytes(out, state->bytes);
        if (state->bytes_total > 0 && !state->growing) {
            buffer_append_text(out, " of ");
            append_bytes(out, state->bytes_total);
        }
        return;
    }
    buffer_append_format(out, "%lld of ", (long long)(state->bytes / MIB));
    append_bytes(out, state->bytes_total);
}

static void append_figures(struct buffer *out, const struct progress_state *state,
                           int64_t elapsed_ms) {
    append_count(out, state->files);
    buffer_append_byte(out, '/');
    append_count(out, state->files_total);
    buffer_append_text(out, state->growing ? "+ files  " : " files  ");
    append_share_of_bytes(out, state);
    if (elapsed_ms <= 0)
        return;
    buffer_append_text(out, "  ");
    /* Events count once their file is stored; until then, bytes say how fast it goes. */
    if (state->records > 0) {
        append_count(out, state->records * 1000 / elapsed_ms);
        buffer_append_text(out, " events/s");
    } else {
        append_bytes(out, state->bytes * 1000 / elapsed_ms);
        buffer_append_text(out, "/s");
    }
}

static void append_rest(struct buffer *out, const struct progress_state *state,
                        int64_t elapsed_ms) {
    /* Nothing can be said from the first moments. */
    if (state->growing || state->bytes_total <= state->bytes || state->bytes <= 0 ||
        elapsed_ms < 1000)
        return;
    double left = (double)(state->bytes_total - state->bytes) / (double)state->bytes;
    buffer_append_text(out, "  ");
    append_duration(out, (int64_t)(left * (double)elapsed_ms));
    buffer_append_text(out, " left");
}

static void draw(struct progress *progress, struct span line, size_t columns, struct buffer *out) {
    /* A line that reaches the last column may wrap, and cannot be drawn over then. */
    if (columns > 0 && line.length > columns - 1)
        line.length = columns - 1;
    buffer_append_byte(out, '\r');
    buffer_append(out, line);
    for (size_t i = line.length; i < progress->drawn; i++)
        buffer_append_byte(out, ' ');
    progress->drawn = line.length;
}

/* Whether something may be shown now, which it is then. */
static bool take_turn(struct progress *progress, int64_t now_ms) {
    int64_t pause = progress->terminal ? PROGRESS_TERMINAL_MS : PROGRESS_PLAIN_MS;

    if (now_ms - progress->shown_ms < pause)
        return false;
    progress->shown_ms = now_ms;
    return true;
}

static void put(struct progress *progress, struct span line, size_t columns, struct buffer *out) {
    if (progress->terminal) {
        draw(progress, line, columns, out);
        return;
    }
    buffer_append(out, line);
    buffer_append_byte(out, '\n');
}

void progress_show(struct progress *progress, const struct progress_state *state, int64_t now_ms,
                   size_t columns, struct buffer *out) {
    struct buffer CLEANUP(buffer_clear) line = {0};

    progress->waiting_ms = -1;
    if (!take_turn(progress, now_ms))
        return;
    if (progress->terminal && state->bytes_total > 0 && !state->growing)
        append_bar(&line, share(state));
    append_figures(&line, state, now_ms - progress->started_ms);
    append_rest(&line, state, now_ms - progress->started_ms);
    put(progress, buffer_span(&line), columns, out);
}

/* Once for each wait that lasts. */
static void tell(struct progress *progress, struct span line, int64_t now_ms, struct buffer *out) {
    if (progress->told || now_ms - progress->waiting_ms < PROGRESS_WAIT_MS)
        return;
    progress->told = true;
    progress_hide(progress, out);
    buffer_append(out, line);
    buffer_append_byte(out, '\n');
}

void progress_wait(struct progress *progress, struct span reason, int64_t now_ms, size_t columns,
                   struct buffer *out) {
    struct buffer CLEANUP(buffer_clear) line = {0};

    if (progress->waiting_ms < 0) {
        progress->waiting_ms = now_ms;
        progress->told = !progress->terminal;
    }
    if (!take_turn(progress, now_ms))
        return;
    buffer_append_text(&line, "waiting: ");
    buffer_append(&line, reason);
    tell(progress, buffer_span(&line), now_ms, out);
    put(progress, buffer_span(&line), columns, out);
}

void progress_say(struct progress *progress, struct span words, size_t columns,
                  struct buffer *out) {
    if (progress->terminal)
        draw(progress, words, columns, out);
}

void progress_hide(struct progress *progress, struct buffer *out) {
    if (progress->drawn == 0)
        return;
    draw(progress, SPAN(""), 0, out);
    buffer_append_byte(out, '\r');
    progress->drawn = 0;
}
