/* What the store knows of single attributes: how a value is hashed for the presence index. */
#ifndef TRAILD_STORE_ATTRIBUTE_H
#define TRAILD_STORE_ATTRIBUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/span.h"
#include "store/query.h"

/* Of a value as a cell has it (cell_value_of). Equal values hash alike, and so do two spellings of
 * one address. 32 bits: a clash only opens a block in vain. */
uint32_t attribute_hash(unsigned attribute, struct span value);

/* The hash that a block must hold for the test to match in it; false when the presence index cannot
 * tell (patterns, networks, absence). */
MUST_USE bool attribute_test_hash(const struct test *test, uint32_t *out);

#endif
