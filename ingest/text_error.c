#include "ingest/text_error.h"

#include <inttypes.h>
#include <stdio.h>

static bool say(struct err *err, const char *what, int64_t offset, int64_t index) {
    if (index == ERR_NO_POSITION)
        err_set(err, ERR_UNREADABLE, "%s at byte %" PRId64 " of the text", what, offset);
    else
        err_set(err, ERR_UNREADABLE, "%s at byte %" PRId64 " of the text, in record %" PRId64, what,
                offset, index);
    return err_at(err, offset, index);
}

bool text_error_bad(struct err *err, const char *reason, int64_t offset, int64_t index) {
    return say(err, reason, offset, index);
}

bool text_error_cut_off(struct err *err, int64_t offset, int64_t index) {
    return say(err, "the JSON is cut off", offset, index);
}

bool text_error_too_large(struct err *err, int64_t offset, int64_t index) {
    if (index == ERR_NO_POSITION)
        err_set(err, ERR_UNREADABLE,
                "the member at byte %" PRId64 " is larger than max record size %" PRId64 " bytes",
                offset, LIMIT_RECORD_BYTES);
    else
        err_set(err, ERR_UNREADABLE,
                "record %" PRId64 " is larger than max record size %" PRId64 " bytes", index,
                LIMIT_RECORD_BYTES);
    return err_at(err, offset, index);
}

static bool is_readable(char byte) {
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

bool text_error_not_json(struct err *err, struct span text, int64_t offset, bool unwrapped) {
    char shown[4 * TEXT_SHOWN_BYTES + 1] = "";
    size_t length = 0;

    for (size_t i = 0; i < text.length && i < TEXT_SHOWN_BYTES; i++)
        length += (size_t)snprintf(shown + length, sizeof(shown) - length,
                                   is_readable(text.data[i]) ? "%c" : "\\x%02x",
                                   (unsigned char)text.data[i]);
    err_set(err, ERR_UNREADABLE, "%s begins with \"%s\"",
            unwrapped ? "not JSON: the unpacked data" : "neither gzip nor JSON: the body", shown);
    return err_at(err, offset, ERR_NO_POSITION);
}
