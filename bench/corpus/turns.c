#include "bench/corpus/state.h"

#include <string.h>

static const struct ready_caller *next_caller(const struct script *script, size_t *at) {
    do {
        *at = (*at + 1) % script->caller_count;
    } while ((script->callers[*at].row->deeds & DEED_CALL) == 0);
    return &script->callers[*at];
}

void turns_plan(struct corpus *corpus) {
    const struct script *script = &corpus->script;
    size_t most = script->caller_count + script->action_count;
    size_t at = 0;

    corpus->turns = arena_new(&corpus->arena, most, sizeof(*corpus->turns));
    for (size_t i = 0; i < script->caller_count; i++)
        corpus->turns[corpus->turn_count++] = (struct turn){&script->callers[i], NULL};
    for (size_t i = 0; i < script->action_count; i++) {
        if (strcmp(script->actions[i].row->service, "ram") != 0)
            continue;
        corpus->turns[corpus->turn_count++] =
            (struct turn){next_caller(script, &at), &script->actions[i]};
    }
}
