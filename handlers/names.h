/* Sentences that tell a caller which names or words would have been right. */
#ifndef TRAILD_HANDLERS_NAMES_H
#define TRAILD_HANDLERS_NAMES_H

#include "base/err.h"
#include "base/span.h"
#include "handlers/parameters.h"

/* What negates a parameter, behind its name. */
extern const struct span names_not;

/* "is no parameter here; did you mean action or account?", or with all that are known when none is
 * near. `name` is as it was given, with its `.not` if it has one.
 * Always returns false. */
bool names_unknown(struct span name, const struct parameter_list *accepted, struct err *err);

/* "must be desc, asc or arrival". Always returns false. */
bool names_choice(const char *const *words, struct err *err);

#endif
