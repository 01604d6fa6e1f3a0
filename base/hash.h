/* Fast 64-bit hashes of bytes (XXH3), for tables and indexes; stable across runs and machines,
 * because the store keeps them. Not for secrets. */
#ifndef TRAILD_BASE_HASH_H
#define TRAILD_BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

uint64_t hash_bytes(struct span bytes, uint64_t seed);

#endif
