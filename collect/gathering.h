/* Files that were downloaded and for which nobody waits one by one: they gather, and many are
 * committed together, which spares the disk a write for each and the store the open block.
 *
 * There are a few lanes, each with an import group of its own. Whoever has a file takes a lane that
 * is free, the fullest first, so that few fill and a block holds what lies side by side, or waits
 * for one: so the speed of the store holds downloads back. A lane is committed when it holds
 * enough, when it is told to, and in any case a second after its first file came.
 * Any thread may call any function. */
#ifndef TRAILD_COLLECT_GATHERING_H
#define TRAILD_COLLECT_GATHERING_H

#include "base/arena.h"
#include "base/err.h"
#include "ingest/ingest.h"
#include "store/store.h"

struct gathering;

/* Lanes at most; a processor each. */
#define GATHERING_LANES 4

/* Files of one lane, after which it is committed although it may have room. */
#define GATHERING_FILES 1024

/* A file waits no longer for its commit, but for one that is being read. */
#define GATHERING_MS 1000

/* What has become of a file that was gathered, or why it could not be committed: then nothing of it
 * is stored, and it may be the fault of another. Called by any thread, without a lock held; the
 * receipt lives until it returns. */
typedef void gathering_told(void *context, void *ticket, const struct receipt *receipt,
                            const struct err *err);

/* `lanes` from 1 to GATHERING_LANES; `told` gets `context`. Starts a thread. */
MUST_USE bool gathering_open(struct store *store, size_t lanes, gathering_told *told, void *context,
                             struct gathering **out, struct err *err);

/* As ingest_into: of what is gathered (out->id is 0) the ticket is told, maybe before this returns;
 * of what fails, or is known by its sum, it is not. It may also fail because those that were in the
 * lane before could not be committed. */
MUST_USE bool gathering_add(struct gathering *gathering, const struct ingest_input *input,
                            void *ticket, struct arena *arena, struct receipt *out,
                            struct err *err);

/* Commits what was gathered. What is in a lane that is being used is committed as soon as it is
 * not, perhaps after this returns. */
void gathering_flush(struct gathering *gathering);

/* All that was gathered has been told of. NULL is fine. */
void gathering_close(struct gathering *gathering);

#endif
