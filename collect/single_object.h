/* One object for somebody who waits for it. */
#ifndef TRAILD_COLLECT_SINGLE_OBJECT_H
#define TRAILD_COLLECT_SINGLE_OBJECT_H

#include "collect/fetcher.h"

/* As collector_import_object, but for what is allowed. */
MUST_USE bool single_object_import(struct fetcher *fetcher, const struct s3_object *object,
                                   int64_t deadline_ms, const atomic_bool *cancel,
                                   struct arena *arena, struct receipt *out, struct err *err);

#endif
