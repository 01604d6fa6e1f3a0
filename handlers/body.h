/* A JSON object in the body of a request -> arguments, by the same declarations as those of a query
 * string: strict, with all faults collected. */
#ifndef TRAILD_HANDLERS_BODY_H
#define TRAILD_HANDLERS_BODY_H

#include <stdbool.h>

#include <jansson.h>

#include "base/err.h"
#include "handlers/parameters.h"

/* ERR_INVALID when the text is no JSON object, or one with a member that stands twice. The caller
 * owns the value. */
MUST_USE bool body_parse(struct span text, json_t **out, struct err *err);

/* A member whose parameter repeats is a list of texts; every other is a text. Whole numbers are
 * taken for the text they would be, null for a member that is not there. Everything lives as long
 * as the reading's arena and is copied into it. */
void body_read(const json_t *object, const struct parameter_list *accepted,
               const struct reading *reading, struct arguments *out, struct faults *faults);

#endif
