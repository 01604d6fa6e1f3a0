#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool err_set(struct err *err, enum err_kind kind, const char *format, ...) {
    va_list arguments;

    err->kind = kind;
    err->offset = ERR_NO_POSITION;
    err->index = ERR_NO_POSITION;
    va_start(arguments, format);
    vsnprintf(err->text, sizeof(err->text), format, arguments);
    va_end(arguments);
    return false;
}

bool err_errno(struct err *err, const char *format, ...) {
    int cause = errno;
    char what[LIMIT_ERROR_TEXT];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    return err_set(err, ERR_INTERNAL, "%.380s: %.100s", what, strerror(cause));
}

/* What was done is cut at 200 bytes, so that most of what was wrong can still be read. */
bool err_add(struct err *err, const char *format, ...) {
    char text[LIMIT_ERROR_TEXT];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, 201, format, arguments);
    va_end(arguments);
    size_t before = length > 200 ? 200 : (size_t)length;
    snprintf(text + before, sizeof(text) - before, ": %.*s", (int)(sizeof(text) - before - 3),
             err->text);
    memcpy(err->text, text, sizeof(text));
    return false;
}

bool err_at(struct err *err, int64_t offset, int64_t index) {
    err->offset = offset;
    err->index = index;
    return false;
}
