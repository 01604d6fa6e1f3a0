/* Seeded random numbers (splitmix64), integer arithmetic only: the same seed gives the same numbers
 * on every machine. */
#ifndef TRAILD_BENCH_CORPUS_DICE_H
#define TRAILD_BENCH_CORPUS_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

uint64_t dice_next(struct dice *dice);

/* 0 to count - 1, each alike; count is at least 1. */
uint64_t dice_below(struct dice *dice, uint64_t count);

/* 0 to count - 1, number i about as often as 1 / (i + 1): few values are seen all the time and many
 * hardly ever, as with accounts, people and addresses. */
uint64_t dice_skewed(struct dice *dice, uint64_t count);

bool dice_one_in(struct dice *dice, uint64_t count);

/* A number that follows from two others. */
uint64_t dice_mix(uint64_t a, uint64_t b);

#endif
