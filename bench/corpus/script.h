/* The tables of callers, actions and failures with their templates compiled, ready to be drawn
 * from. */
#ifndef TRAILD_BENCH_CORPUS_SCRIPT_H
#define TRAILD_BENCH_CORPUS_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bench/corpus/action.h"
#include "bench/corpus/caller.h"
#include "bench/corpus/dice.h"
#include "bench/corpus/failure.h"
#include "bench/corpus/template.h"

struct ready_failure {
    const struct failure *row;
    struct template message;
};

/* A name as others call it: the caller itself and the one whose role is being assumed. */
struct ready_name {
    struct template as_caller;
    struct template as_target;
};

struct ready_action {
    const struct action *row;
    struct template request;
    struct template response;
    struct template additional;
    struct template resources;
    struct template failure;
    const struct ready_caller *target;
    int minor_version; /* of eventVersion 1.x */
};

/* Actions with the sum of the weights up to and including each. */
struct lot {
    const struct ready_action **actions;
    uint64_t *sums;
    size_t count;
};

struct ready_caller {
    const struct caller *row;
    struct template identity;
    struct ready_name own_name;
    struct ready_name session_name;
    struct template listed_name;
    struct template address;
    struct template agent;
    uint64_t salt;       /* same for callers of the same people */
    struct lot global;   /* what it does in us-east-1 */
    struct lot regional; /* and elsewhere */
};

struct script {
    struct ready_action *actions;
    size_t action_count;
    struct ready_caller *callers;
    size_t caller_count;
    struct ready_failure *failures;
    size_t failure_count;
    uint64_t *failure_sums;
    uint64_t *caller_sums;
};

/* Everything is in the arena. */
struct script script_compile(struct arena *arena);

/* The index that a number below the last sum falls on. */
size_t sums_find(const uint64_t *sums, size_t count, uint64_t number);

#endif
