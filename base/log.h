/* The log: one JSON object a line on stderr, written with one write(2), from any thread.
 *
 * Only server/, ingest/ingest.c and what works in the background in collect/, where nobody waits
 * for a failure, log; other code returns failures. error: somebody must act; warn: we went on, and
 * the line says how; info: start, stop, a request, an import. */
#ifndef TRAILD_BASE_LOG_H
#define TRAILD_BASE_LOG_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

enum log_level {
    LOG_INFO,
    LOG_WARN,
    LOG_ERROR,
};

struct log_line {
    struct buffer text;
};

/* Begins with time, level and message; `message` is a constant sentence to search for. */
void log_begin(struct log_line *line, enum log_level level, const char *message);
void log_text(struct log_line *line, const char *name, struct span value);
void log_number(struct log_line *line, const char *name, int64_t value);
void log_end(struct log_line *line);

/* Drops all lines from now on: for commands that tell a person themselves what happens. */
void log_silence(void);

/* A line that holds a message and at most one text. */
void log_say(enum log_level level, const char *message, const char *name, struct span value);

#endif
