#include "bench/corpus/state.h"

#include <string.h>

#include "base/hash.h"

#define THINGS_IN_PLACE 400 /* of each sort, in one account and region */
#define USUAL_DEEDS     14  /* what one caller does most of the time */
#define FAILURE_ONE_IN  16

/* Mostly one of its usual deeds, which follow from who it is. */
static const struct ready_action *draw_action(struct scene *scene) {
    bool in_global_region = span_equal(scene->region, SPAN("us-east-1"));
    const struct lot *lot = in_global_region ? &scene->caller->global : &scene->caller->regional;
    struct dice usual = {
        dice_mix(scene->thing[THING_CALLER], dice_skewed(&scene->dice, USUAL_DEEDS))};
    bool keeps = (scene->caller->row->traits & CALLER_KEEPS) != 0;
    struct dice *dice = keeps && !dice_one_in(&scene->dice, 4) ? &usual : &scene->dice;

    return lot
        ->actions[sums_find(lot->sums, lot->count, dice_below(dice, lot->sums[lot->count - 1]))];
}

static void draw_things(struct scene *scene) {
    uint64_t place = hash_bytes(scene->region, hash_bytes(scene->account, scene->seed));

    for (int i = THING_FIRST; i <= THING_THIRD; i++)
        scene->thing[i] = dice_mix(place, dice_skewed(&scene->dice, THINGS_IN_PLACE));
}

static bool fits(const struct failure *failure, const struct scene *scene) {
    if (frame_form(scene) == FORM_NETWORK)
        return failure->service != NULL && strcmp(failure->service, "network") == 0;
    return failure->service == NULL || strcmp(failure->service, scene->action->row->service) == 0;
}

static const struct ready_failure *draw_failure(const struct script *script, struct scene *scene) {
    uint64_t sum = script->failure_sums[script->failure_count - 1];
    const struct ready_failure *failure;

    if ((scene->caller->row->traits & CALLER_FAILS) == 0 ||
        !dice_one_in(&scene->dice, frame_form(scene) == FORM_NETWORK ? 2 : FAILURE_ONE_IN))
        return NULL;
    do {
        failure = &script->failures[sums_find(script->failure_sums, script->failure_count,
                                              dice_below(&scene->dice, sum))];
    } while (!fits(failure->row, scene));
    return failure;
}

static void write_event_id(struct scene *scene) {
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    uint64_t bits = 0;

    for (size_t i = 0; i < sizeof(form); i++) {
        if (i % 16 == 0)
            bits = dice_next(&scene->dice);
        uint64_t digit = form[i] == 'y' ? 8 | (bits & 3) : bits & 15;
        bool fixed = form[i] != 'x' && form[i] != 'y';
        scene->event_id[i] = fixed ? form[i] : "0123456789abcdef"[digit];
        bits >>= 4;
    }
}

void draw_scene(struct corpus *corpus, const struct corpus_place *place) {
    struct scene *scene = &corpus->scene;
    const struct turn *turn = turns_take(corpus, place->category);

    *scene = (struct scene){
        .dice = {dice_next(&corpus->dice)},
        .seed = corpus->options.seed,
        .account = corpus_account_id(corpus, place->account),
        .region = corpus_region_name(place->region),
        .time_ms = place->time_ms - place->time_ms % 1000,
        .late = place->late,
    };
    corpus->records++;
    struct actor actor = actor_draw(corpus, place, turn != NULL ? turn->caller : NULL);
    actor_enter(corpus, &actor, scene);
    scene->action = turn != NULL && turn->action != NULL ? turn->action : draw_action(scene);
    if (scene->action->target != NULL)
        actor_enter_target(corpus, scene->action->target, place->account, scene);
    draw_things(scene);
    scene->failure = draw_failure(&corpus->script, scene);
    write_event_id(scene);
}
