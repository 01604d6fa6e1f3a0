/* What is said of a text that cannot be read: a sentence with its place, which `err` carries as
 * numbers, too. `index` is the record's, or ERR_NO_POSITION outside of any. All return false. */
#ifndef TRAILD_INGEST_TEXT_ERROR_H
#define TRAILD_INGEST_TEXT_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* "trailing comma at byte 512 of the text, in record 3". */
bool text_error_bad(struct err *err, const char *reason, int64_t offset, int64_t index);

/* `offset` is the text's length. */
bool text_error_cut_off(struct err *err, int64_t offset, int64_t index);

/* Over LIMIT_RECORD_BYTES; `offset` is where it begins. */
bool text_error_too_large(struct err *err, int64_t offset, int64_t index);

/* How much is shown of what is no JSON. */
#define TEXT_SHOWN_BYTES ((size_t)16)

/* What begins with `text` is no JSON, and the file perhaps no log at all. `unwrapped` when it came
 * out of gzip or base64. */
bool text_error_not_json(struct err *err, struct span text, int64_t offset, bool unwrapped);

#endif
