/* When credentials are sought: kept while they are good, renewed before they expire, by one thread
 * at a time. Knows nothing of where they come from; times are handed in. Any thread. */
#ifndef TRAILD_AWS_CREDENTIAL_CACHE_H
#define TRAILD_AWS_CREDENTIAL_CACHE_H

#include "aws/credentials.h"

struct credential_cache;

/* Finds credentials, into the arena, which is wiped afterwards. Called without any lock. */
struct credential_source {
    bool (*search)(struct credential_source *source, struct arena *arena, struct credentials *out,
                   struct err *err);
};

struct credential_cache *credential_cache_open(void);
void credential_cache_close(struct credential_cache *cache); /* wipes */

/* As credential_chain_get. Of a lifetime L the last quarter, at most 15 minutes, is for renewing,
 * and in its last sixth, at most 10 minutes, those who ask wait for that. What is expired already
 * when it is found is used for a minute: the clock that is wrong may be ours, and the metadata
 * service of EC2 does so on purpose when it cannot renew. For ten seconds after a search failed
 * with ERR_REMOTE its failure is that of all. Where some were found before, and are not good any
 * more, ERR_REMOTE becomes ERR_BUSY, and the next one seeks anew. */
MUST_USE bool credential_cache_get(struct credential_cache *cache, int64_t now_ms,
                                   struct credential_source *source, const atomic_bool *cancel,
                                   struct arena *arena, struct credentials *out, struct err *err);

/* As credential_chain_refuse. */
void credential_cache_refuse(struct credential_cache *cache, int64_t now_ms,
                             struct span access_key);

#endif
