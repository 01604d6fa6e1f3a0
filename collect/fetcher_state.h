/* What fetcher.c (queues and threads) and fetch_object.c (one object) share. */
#ifndef TRAILD_COLLECT_FETCHER_STATE_H
#define TRAILD_COLLECT_FETCHER_STATE_H

#include "collect/fetcher.h"

struct aws_channel;

struct gathering;

/* What one thread fetches with. */
struct fetch_means {
    const struct fetcher_config *config;
    struct gathering *gathering;
    struct aws_channel *channel;
    struct arena *arena;
};

/* What came of one object. Spans are in the arena that it was fetched with. */
struct fetched {
    bool gathered; /* the rest is told by the gathering, or was; the fetch may be gone */
    enum fetch_outcome outcome;
    struct receipt receipt; /* id 0: there is none */
    int64_t bytes;          /* downloaded */
    struct err err;
};

/* Fetches, imports, and leaves a receipt of a failure where the fetch wants one. */
void fetch_object(const struct fetch_means *means, struct fetch *fetch, const atomic_bool *cancel,
                  struct fetched *out);

/* What came of one that was gathered and is committed with this receipt. */
void fetch_gathered(const struct fetcher_config *config, const struct fetch *fetch,
                    const struct receipt *receipt, struct arena *arena, struct fetched *out);

#endif
