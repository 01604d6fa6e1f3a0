#define XXH_INLINE_ALL /* header only: no library to link */
#include "base/hash.h"

#include <xxhash.h>

uint64_t hash_bytes(struct span bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data, bytes.length, seed);
}
