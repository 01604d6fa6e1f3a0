/* The filters of every endpoint that reads events, and how each becomes a condition of the query.
 *
 * The same name given several times means OR, different names mean AND, `NAME.not` negates: it
 * matches every event that none of its values matches, those without a value too. */
#ifndef TRAILD_HANDLERS_FILTERS_H
#define TRAILD_HANDLERS_FILTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "handlers/parameters.h"
#include "store/query.h"

/* All filters, `from` and `to`; endpoints chain it behind their own parameters. */
extern const struct parameter_list filter_parameters;

/* An address in any spelling, a network, or a name as sources have it, with * for any text. Fails
 * with ERR_INVALID and a reason that goes on after the parameter's name. */
MUST_USE bool filters_source(struct span text, struct matcher *out, struct err *err);

/* Sets the query's conditions, in the arena, from those arguments that are filters. */
void filters_to_conditions(const struct arguments *arguments, struct arena *arena,
                           struct query *query);

#endif
