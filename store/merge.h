/* Writes the events of some blocks anew, in blocks that lie one behind the other in time.
 *
 * The new blocks are staged one by one, as those of an import are. Then one small transaction shows
 * them and hides the old ones, which are dropped one by one afterwards. So a reader sees either the
 * ones or the others, imports wait for a block at most, and whatever a stop leaves behind, on
 * either side, is staged and goes when the store is opened next. */
#ifndef TRAILD_STORE_MERGE_H
#define TRAILD_STORE_MERGE_H

#include "store/block.h"
#include "store/state.h"

/* Only one merge of a store at a time. `*out_worth` is false when the blocks are better left alone;
 * nothing has changed then, as on failure. ERR_CANCELLED once `cancel` is true (NULL: never). */
MUST_USE bool merge_blocks(struct store *store, const struct block *const *group, size_t count,
                           const atomic_bool *cancel, bool *out_worth, struct err *err);

/* Drops what merges have replaced, if anything is left of it. */
MUST_USE bool merge_drop_replaced(struct store *store, const atomic_bool *cancel, struct err *err);

#endif
