/* Texts of jansson's trees as spans. */
#ifndef TRAILD_AWS_JSON_SPAN_H
#define TRAILD_AWS_JSON_SPAN_H

#include <jansson.h>

#include "base/span.h"

/* The bytes of a string, borrowed from the value; SPAN_NONE of anything else, and of NULL. */
static inline struct span json_span(const json_t *value) {
    if (!json_is_string(value))
        return SPAN_NONE;
    return (struct span){json_string_value(value), json_string_length(value)};
}

/* That of a member. */
static inline struct span json_member_span(const json_t *object, const char *name) {
    return json_span(json_object_get(object, name));
}

#endif
