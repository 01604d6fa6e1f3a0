/* Inside of a corpus: what it keeps between records. */
#ifndef TRAILD_BENCH_CORPUS_STATE_H
#define TRAILD_BENCH_CORPUS_STATE_H

#include "base/arena.h"
#include "bench/corpus/corpus.h"
#include "bench/corpus/frame.h"
#include "bench/corpus/script.h"

#define ACCOUNT_TEXT 13

/* Turns taken one after the other, so that nothing rare is missing from a small corpus. */
struct turn {
    const struct ready_caller *caller;
    const struct ready_action *action; /* NULL: whatever the caller does */
};

struct corpus {
    struct corpus_options options;
    struct arena arena;
    struct script script;
    struct frames frames;
    char (*accounts)[ACCOUNT_TEXT];
    struct turn *turns;
    size_t turn_count;
    size_t next_turn;
    uint64_t records; /* made so far */
    struct dice dice; /* where the records begin; each has dice of its own */
    struct scene scene;
    struct buffer user_name;
    struct corpus_facts facts;
};

/* Every kind of caller, and every action of RAM by callers in turn (turns.c). */
void turns_plan(struct corpus *corpus);

/* Who does what at this place: fills the scene (draw.c). */
void draw_scene(struct corpus *corpus, const struct corpus_place *place);

#endif
