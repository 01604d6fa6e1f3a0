/* The record in the making: who acts on what, where and when. Words of a template look here. */
#ifndef TRAILD_BENCH_CORPUS_SCENE_H
#define TRAILD_BENCH_CORPUS_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "bench/corpus/dice.h"

/* What a record speaks of. Each is a number; whatever is told of it (its name, its id) follows from
 * that number, so that a bucket has the same name in the request, in the resources and in another
 * record. */
enum thing {
    THING_FIRST,
    THING_SECOND,
    THING_THIRD,
    THING_CALLER,  /* the user or role that acts */
    THING_SESSION, /* its session */
    THING_TARGET,  /* the role that is being assumed */
    THING_TARGET_SESSION,
    THING_COUNT,
};

#define SCENE_TEXT 64

struct ready_action;
struct ready_caller;
struct ready_failure;

struct scene {
    struct dice dice;
    uint64_t seed;
    uint64_t thing[THING_COUNT];
    const struct ready_action *action;
    const struct ready_caller *caller;
    const struct ready_failure *failure; /* NULL when the call succeeds */
    struct span account;                 /* where the event is recorded */
    struct span caller_account;
    struct span region;
    int64_t time_ms;
    int64_t started_ms; /* of the caller's session */
    bool late;
    char event_id[SCENE_TEXT];
    size_t identity_start; /* where userIdentity stands in the buffer written to */
    size_t identity_end;
};

#endif
