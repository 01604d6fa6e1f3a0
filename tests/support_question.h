/* A random question to the service: filters and times, as the oracle understands them and as they
 * stand in a query string. */
#ifndef TRAILD_TESTS_SUPPORT_QUESTION_H
#define TRAILD_TESTS_SUPPORT_QUESTION_H

#include "tests/support_world.h"

#define QUESTION_FILTERS    6
#define QUESTION_PARAMETERS (QUESTION_FILTERS + 6)

struct question {
    struct oracle_filter filters[QUESTION_FILTERS];
    size_t filter_count;
    int64_t from_ms;                             /* inclusive */
    int64_t to_ms;                               /* exclusive */
    struct span parameters[QUESTION_PARAMETERS]; /* `name=value`, encoded */
    size_t parameter_count;
    struct arena arena;
};

/* Asks for values that the world's events have, for patterns and networks of them, and for odd
 * ones; only what the service does not refuse, unless `from_ms` is not below `to_ms`. */
void question_draw(const struct world *world, struct dice *dice, const char *order,
                   struct question *question);
void question_clear(struct question *question);

/* Whether the event is among the answers. */
bool question_matches(const struct question *question, const struct oracle_event *event);

#endif
