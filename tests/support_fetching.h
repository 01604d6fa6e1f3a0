/* A fetcher of its own, without the rest of a collector, and one who asks it for an object. */
#ifndef TRAILD_TESTS_SUPPORT_FETCHING_H
#define TRAILD_TESTS_SUPPORT_FETCHING_H

#include "aws/client.h"
#include "base/limits.h"
#include "collect/fetcher.h"
#include "tests/support_collect.h"

/* One who asks for one object, and what it was told. */
struct asked {
    struct fetch fetch; /* first */
    struct gate *told;  /* passed by each that is told */
    enum fetch_outcome outcome;
    int64_t receipt; /* id, 0: none */
    int64_t duplicate_of;
    enum err_kind kind;
    char text[LIMIT_ERROR_TEXT];
};

struct fetching {
    struct collecting collecting; /* whose collector is not started */
    struct aws_client *client;
    struct fetcher *fetcher;
    struct gate told; /* open */
};

/* Of downloads at once, of objects of up to 10,000 bytes. */
void fetching_open(struct fetching *fetching, size_t downloads);
/* Once more with other limits; no queue is there. */
void fetching_allow(struct fetching *fetching, size_t downloads, int64_t max_object_bytes);
void fetching_close(struct fetching *fetching);

/* Who asks for the key of "bucket"; etag NULL: it is not known. The texts are borrowed. */
struct asked ask_for(struct fetching *fetching, const char *key, const char *etag);

/* Adds it to a queue of its own and waits. */
void fetch_one(struct fetching *fetching, struct asked *asked);

#endif
