/* Which blocks to merge: a list has to open every block whose time span covers the place where it
 * reads, so where many spans overlap, the events of some of them are sorted into blocks anew, one
 * behind the other in time. Pure: decides from the rows of the block table alone. */
#ifndef TRAILD_STORE_OVERLAP_H
#define TRAILD_STORE_OVERLAP_H

#include <stddef.h>

#include "store/block.h"

/* Blocks that are merged at once. The more, the fewer times an event is written again until it has
 * its place: about log(blocks that overlap) / log(this). */
#define OVERLAP_GROUP 16

/* Chooses up to OVERLAP_GROUP of the `count` blocks at a moment that more than `limit` of them
 * cover, and gives how many; 0 when there is no such moment or nothing would be won there. Blocks
 * that only touch do not overlap, and one that holds a single moment cannot be cut. */
size_t overlap_choose(const struct block *blocks, size_t count, size_t limit,
                      const struct block **out_group);

/* By how much the events of these blocks will lie denser in time when they are merged: the binary
 * logarithm, averaged over the events. `rows` and `span_ms` are of what comes out (the sum of its
 * spans). Since no event can be denser than a millisecond, this bounds how often it is rewritten.
 */
double overlap_gain(const struct block *const *group, size_t count, int64_t span_ms);

/* What overlap_choose expects to win at least, as if the events lay evenly. */
#define OVERLAP_GAIN 1.0

#endif
