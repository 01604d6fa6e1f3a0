/* Sorting of many numbers, without comparing them. */
#ifndef TRAILD_BASE_RADIX_H
#define TRAILD_BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* Sorts by the bits from `from_bit` (a multiple of 8) upwards; words that are equal there keep
 * their order. `scratch` has room for as many. */
void radix_sort(uint64_t *words, uint64_t *scratch, size_t count, unsigned from_bit);

#endif
