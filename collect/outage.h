/* Whether an object fails by itself, or because nothing comes just now. */
#ifndef TRAILD_COLLECT_OUTAGE_H
#define TRAILD_COLLECT_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Times are monotonic. */
struct outage_question {
    int64_t brought_ms; /* when any object last came; 0: none yet */
    int64_t tried_ms;   /* when this one failed last */
    size_t failed;      /* tries of any, since then */
    size_t many;        /* so many are more than those of a few that fail for themselves */
};

/* True while objects came, then many failed and none came since this one failed last. */
bool is_outage(const struct outage_question *question);

/* For how long nothing has come, as it was seen: while a process stands still nothing can come. */
struct outage_watch {
    int64_t looked_ms; /* monotonic; 0: not yet */
    int64_t lasts_ms;
};

/* Looked at once a second or so. */
void outage_look(struct outage_watch *watch, int64_t now_ms, bool outage);

#endif
