/* All imports of many objects that are not over: a few go on at a time, the others wait in the
 * order in which they were asked for. Any thread. */
#ifndef TRAILD_COLLECT_PREFIX_IMPORTS_H
#define TRAILD_COLLECT_PREFIX_IMPORTS_H

#include "collect/import_request.h"
#include "collect/state.h"

/* The others wait: more of them at once would not be done sooner. One that has brought nothing for
 * a while, such as from an S3 that hangs, does not count among them, so that it holds up no other,
 * unless there are PREFIX_IMPORTS_STUCK of those. */
#define PREFIX_IMPORTS_AT_ONCE 3
#define PREFIX_IMPORTS_STUCK   8

/* Goes on with what an earlier process left unfinished, unless the collector is a person's own
 * command. What is not allowed any more ends as failed. The collector's fetcher and agenda are
 * there. */
MUST_USE bool prefix_imports_open(struct collector *collector, struct prefix_imports **out,
                                  struct err *err);

/* Begins nothing any more, and tells what is under way to end. */
void prefix_imports_interrupt(struct prefix_imports *imports);

/* Waits, saves how far all has come, and frees it. NULL is fine. */
void prefix_imports_close(struct prefix_imports *imports);

MUST_USE bool prefix_imports_begin(struct prefix_imports *imports,
                                   const struct import_request *request, struct arena *arena,
                                   struct receipt *out, struct err *err);

/* As collector.h. */
MUST_USE bool prefix_imports_progress(struct prefix_imports *imports, int64_t id,
                                      struct arena *arena, struct import_live *out);
MUST_USE bool prefix_imports_cancel(struct prefix_imports *imports, int64_t id, bool *out_over,
                                    struct err *err);

size_t prefix_imports_count(struct prefix_imports *imports);

#endif
