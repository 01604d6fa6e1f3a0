/* Made-up records as trees. */
#ifndef TRAILD_TESTS_SUPPORT_CORPUS_H
#define TRAILD_TESTS_SUPPORT_CORPUS_H

#include <jansson.h>

#include "bench/corpus/corpus.h"

#define ENOUGH 2000 /* records that hold everything, says corpus.h */

/* With the default options but for the seed. */
struct corpus *corpus_of_seed(uint64_t seed);

/* The next record; fails the test when it is no JSON or has a name twice. */
json_t *next_record(struct corpus *corpus);

/* NULL when `object` has no such member, or one that is no string. */
const char *member_text(const json_t *object, const char *name);

#endif
