/* Writes JSON text into a buffer, value by value, without a tree: for answers that are made of many
 * small values or of records copied as they are. The caller writes brackets and commas. */
#ifndef TRAILD_BASE_JSON_TEXT_H
#define TRAILD_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

/* A quoted, escaped string; SPAN_NONE gives null. Bytes that are not UTF-8 become U+FFFD. */
void json_text_string(struct buffer *out, struct span text);

/* `,"name":` without the comma when nothing but an opening bracket stands before it. `name` needs
 * no escapes. */
void json_text_name(struct buffer *out, const char *name);

/* name and value. */
void json_text_string_member(struct buffer *out, const char *name, struct span text);
void json_text_integer_member(struct buffer *out, const char *name, int64_t value);
/* A time as utc_format gives it; `ms` below zero gives null. */
void json_text_time_member(struct buffer *out, const char *name, int64_t ms);
void json_text_flag_member(struct buffer *out, const char *name, bool value);
/* A number, null below zero: what counts may not be known. */
void json_text_count_member(struct buffer *out, const char *name, int64_t count);
/* What is JSON already; SPAN_NONE gives null. */
void json_text_raw_member(struct buffer *out, const char *name, struct span json);
/* A comma unless an opening bracket stands before: between the elements of an array. */
void json_text_next(struct buffer *out);

#endif
