/* What fetcher.c (queues and threads) and fetch_object.c (one object) share. */
#ifndef TRAILD_COLLECT_FETCHER_STATE_H
#define TRAILD_COLLECT_FETCHER_STATE_H

#include "collect/fetcher.h"

struct aws_channel;

/* What came of one object. Spans are in the arena that it was fetched with. */
struct fetched {
    enum fetch_outcome outcome;
    struct receipt receipt; /* id 0: there is none */
    int64_t bytes;          /* downloaded */
    struct err err;
};

/* Fetches, imports, and leaves a receipt of a failure where the fetch wants one. */
void fetch_object(const struct fetcher_config *config, struct aws_channel *channel,
                  const struct fetch *fetch, const atomic_bool *cancel, struct arena *arena,
                  struct fetched *out);

#endif
