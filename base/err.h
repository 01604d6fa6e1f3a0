/* A failure: its kind and a sentence for the person who has to act on it.
 *
 * Functions that can fail return bool and take `struct err *` last; they fill it only on failure.
 * The caller adds what it was doing: err_add(err, "reading %s", path). */
#ifndef TRAILD_BASE_ERR_H
#define TRAILD_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"

enum err_kind {
    ERR_NONE,
    ERR_INVALID,    /* the caller asked for something that makes no sense */
    ERR_UNREADABLE, /* a log file is cut off, damaged or over a limit */
    ERR_TOO_LARGE,  /* more bytes than we take */
    ERR_NOT_FOUND,
    ERR_FORBIDDEN, /* we do not do this: S3 is off, a bucket that is not allowed */
    ERR_ABSENT,    /* what the request names does not exist over there: no such key or bucket */
    ERR_REMOTE,    /* the other side refused for good or made no sense: asking again is no use */
    ERR_BUSY,      /* would work later: queue full, store locked, stopping, S3 slow or gone */
    ERR_TIMEOUT,   /* the work took longer than it may */
    ERR_BUDGET,    /* the work needs more than the budget given: hand it to a worker */
    ERR_CANCELLED, /* the one who asked has gone */
    ERR_NO_SPACE,  /* the disk is full: somebody must make room */
    ERR_INTERNAL,  /* our disk, our memory, our mistake */
};

#define ERR_NO_POSITION INT64_C(-1)

struct err {
    enum err_kind kind;
    int64_t offset; /* byte offset in the input, or ERR_NO_POSITION */
    int64_t index;  /* record number from 0 in the input, or ERR_NO_POSITION */
    char text[LIMIT_ERROR_TEXT];
};

/* Sets kind and text, clears the position; always returns false, so that failing takes one line. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* As err_set, with strerror(errno) appended; kind ERR_INTERNAL. */
bool err_errno(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "WHAT: " before the text; always returns false. */
bool err_add(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Records where in the input it went wrong; always returns false. */
bool err_at(struct err *err, int64_t offset, int64_t index);

#endif
