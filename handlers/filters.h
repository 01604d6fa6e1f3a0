/* The filters of every endpoint that reads events, and how each becomes a condition of the query.
 *
 * The same name given several times means OR, different names mean AND, `NAME.not` negates: it
 * matches every event that none of its values matches, those without a value too. */
#ifndef TRAILD_HANDLERS_FILTERS_H
#define TRAILD_HANDLERS_FILTERS_H

#include <stddef.h>

#include "base/arena.h"
#include "handlers/parameters.h"
#include "store/query.h"

/* All filters, `from` and `to`; endpoints chain it behind their own parameters. */
extern const struct parameter_list filter_parameters;

/* Sets the query's conditions, in the arena, from those arguments that are filters. */
void filters_to_conditions(const struct arguments *arguments, struct arena *arena,
                           struct query *query);

#endif
