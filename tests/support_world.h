/* A store full of made-up events, next to what the oracle knows of each. */
#ifndef TRAILD_TESTS_SUPPORT_WORLD_H
#define TRAILD_TESTS_SUPPORT_WORLD_H

#include "base/arena.h"
#include "bench/corpus/dice.h"
#include "tests/support_call.h"
#include "tests/support_oracle.h"

struct world {
    struct caller caller;
    struct oracle_event *events; /* each once, with the import that brought it first */
    struct span *texts;          /* their records, as they stood in the files */
    size_t count;
    struct arena arena;
};

/* Four imports: one that fills a block and more, one of lines that repeats some of the first, one
 * of records with something odd about them, and the first again. */
void world_open(struct world *world, uint64_t seed);
void world_close(struct world *world);

/* A text that is likely to break something; not empty. */
struct span odd_text(struct dice *dice);

#endif
