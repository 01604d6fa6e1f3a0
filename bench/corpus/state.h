/* Inside of a corpus: what it keeps between records. */
#ifndef TRAILD_BENCH_CORPUS_STATE_H
#define TRAILD_BENCH_CORPUS_STATE_H

#include "base/arena.h"
#include "bench/corpus/corpus.h"
#include "bench/corpus/frame.h"
#include "bench/corpus/script.h"

#define ACCOUNT_TEXT     13
#define ACCESS_KEY_BYTES 20

/* Turns taken one after the other, so that nothing rare is missing from a small corpus. */
struct turn {
    const struct ready_caller *caller;
    const struct ready_action *action; /* NULL: whatever the caller does */
};

/* Who acts: a caller of some kind, one of its people or programs, one of their sessions. */
struct actor {
    const struct ready_caller *caller;
    int account; /* that it is of */
    uint64_t whose;
    uint64_t parallel;
};

#define RECENT_ACTORS 6

struct corpus {
    struct corpus_options options;
    struct arena arena;
    struct script script;
    struct frames frames;
    char (*accounts)[ACCOUNT_TEXT];
    struct turn *turns;
    size_t turn_count;
    size_t next_turn;
    uint64_t records;          /* made so far */
    struct corpus_place place; /* of the last record */
    struct actor recent[RECENT_ACTORS];
    size_t recent_count; /* in this place */
    struct dice dice;    /* where the records begin; each has dice of its own */
    struct scene scene;
    struct buffer user_name; /* these two are what the facts point to */
    char access_key[ACCESS_KEY_BYTES];
    struct corpus_facts facts;
};

/* Every kind of caller, and every action of RAM by callers in turn (turns.c). */
void turns_plan(struct corpus *corpus);
/* Whose turn it is, if this record is one for a turn and of that category; else NULL. */
const struct turn *turns_take(struct corpus *corpus, enum corpus_category category);

/* The category of the record whose turn it is; `category` when it is no turn's. */
enum corpus_category turns_category(const struct corpus *corpus, enum corpus_category category);

/* Somebody of this kind, of any kind when NULL; mostly one who has just acted in the same place,
 * since calls come in bursts (actor.c). */
struct actor actor_draw(struct corpus *corpus, const struct corpus_place *place,
                        const struct ready_caller *caller);
/* Puts it into the scene, as it is at the scene's time: as its caller, or as the one whose session
 * the action gives out. */
void actor_enter(const struct corpus *corpus, const struct actor *actor, struct scene *scene);
void actor_enter_target(const struct corpus *corpus, const struct ready_caller *caller, int account,
                        struct scene *scene);

enum corpus_category actor_category(const struct ready_caller *caller);

/* Who does what at this place: fills the scene (draw.c). */
void draw_scene(struct corpus *corpus, const struct corpus_place *place);

#endif
