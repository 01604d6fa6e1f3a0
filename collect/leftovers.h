/* Imports of many objects that an earlier process left unfinished. */
#ifndef TRAILD_COLLECT_LEFTOVERS_H
#define TRAILD_COLLECT_LEFTOVERS_H

#include "collect/import_run.h"

/* A run for each, in the order of their ids, linked by `next` and not begun. What is not allowed
 * any more, or cannot be read, ends as failed instead; where that cannot be saved, such as on a
 * full disk, the next start does it. The caller frees the runs, also after a failure, which is the
 * store's. */
MUST_USE bool leftovers_resume(struct collector *collector, void (*over)(struct import_run *run),
                               struct import_run **out, struct err *err);

/* Of a collector that may read nothing: they end as failed. */
MUST_USE bool leftovers_give_up(const struct collector *collector, struct err *err);

#endif
