#include "bench/corpus/state.h"

#include <string.h>

#define TURN_EVERY 20 /* records */

static const struct ready_caller *next_caller(const struct script *script, size_t *at) {
    do {
        *at = (*at + 1) % script->caller_count;
    } while ((script->callers[*at].row->deeds & DEED_CALL) == 0);
    return &script->callers[*at];
}

static const struct ready_action *next_of_ram(const struct script *script, size_t *at) {
    do {
        *at = (*at + 1) % script->action_count;
    } while (strcmp(script->actions[*at].row->service, "ram") != 0);
    return &script->actions[*at];
}

static size_t count_of_ram(const struct script *script) {
    size_t count = 0;

    for (size_t i = 0; i < script->action_count; i++)
        count += strcmp(script->actions[i].row->service, "ram") == 0;
    return count;
}

void turns_plan(struct corpus *corpus) {
    const struct script *script = &corpus->script;
    size_t of_ram = count_of_ram(script);
    size_t most = of_ram > script->caller_count ? of_ram : script->caller_count;
    size_t caller = script->caller_count - 1;
    size_t action = script->action_count - 1;

    corpus->turns = arena_new(&corpus->arena, 2 * most, sizeof(*corpus->turns));
    for (size_t i = 0; i < most; i++) {
        corpus->turns[corpus->turn_count++] =
            (struct turn){&script->callers[i % script->caller_count], NULL};
        corpus->turns[corpus->turn_count++] =
            (struct turn){next_caller(script, &caller), next_of_ram(script, &action)};
    }
}

static const struct turn *turn_at_hand(const struct corpus *corpus) {
    return corpus->records % TURN_EVERY == 0 ? &corpus->turns[corpus->next_turn] : NULL;
}

enum corpus_category turns_category(const struct corpus *corpus, enum corpus_category category) {
    const struct turn *turn = turn_at_hand(corpus);

    return turn != NULL ? actor_category(turn->caller) : category;
}

const struct turn *turns_take(struct corpus *corpus, enum corpus_category category) {
    const struct turn *turn = turn_at_hand(corpus);

    if (turn == NULL)
        return NULL;
    corpus->next_turn = (corpus->next_turn + 1) % corpus->turn_count;
    return actor_category(turn->caller) == category ? turn : NULL;
}
