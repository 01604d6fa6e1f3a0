/* Realistic records of every kind, and ways to spoil them: seeded, so that a run can be repeated.
 */
#ifndef TRAILD_TESTS_SUPPORT_MUTATE_H
#define TRAILD_TESTS_SUPPORT_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

#define REALISTIC_RECORDS 14

extern const char *const realistic_records[REALISTIC_RECORDS];

struct random {
    uint64_t state; /* not 0 */
};

/* 0 to below - 1 */
size_t random_below(struct random *random, size_t below);

/* Replaces `out` by one of the records after a few changes: bytes flipped, cut out, doubled, moved
 * in from another record, or words of JSON and CloudTrail put between. */
void mutate_record(struct random *random, struct buffer *out);

#endif
