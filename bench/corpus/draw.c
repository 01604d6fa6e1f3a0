#include "bench/corpus/state.h"

#include <string.h>

#include "base/hash.h"

#define MS_PER_MINUTE   INT64_C(60000)
#define MS_PER_HOUR     (60 * MS_PER_MINUTE)
#define THINGS_IN_PLACE 400 /* of each sort, in one account and region */
#define USUAL_DEEDS     14  /* what one caller does most of the time */
#define TURN_EVERY      20  /* records */
#define FAILURE_ONE_IN  16
#define LATE_ONE_IN     900

/* How busy an hour of the week is, in percent: people work by day, programs all the time. */
static uint64_t busy_percent(int64_t ms) {
    int64_t hours = ms / MS_PER_HOUR;
    int64_t hour = hours % 24;
    int64_t day = (hours / 24 + 4) % 7; /* 1970-01-01 was a Thursday */

    if (day == 0 || day == 6)
        return 35;
    return hour >= 7 && hour < 18 ? 100 : 45;
}

static int64_t draw_time(struct corpus *corpus) {
    uint64_t span = (uint64_t)(corpus->options.to_ms - corpus->options.from_ms);
    int64_t ms;

    do {
        ms = corpus->options.from_ms + (int64_t)dice_below(&corpus->dice, span);
    } while (dice_below(&corpus->dice, 100) >= busy_percent(ms));
    return ms;
}

struct corpus_place corpus_draw_place(struct corpus *corpus) {
    struct corpus_place place = {
        .account = (int)dice_skewed(&corpus->dice, (uint64_t)corpus->options.accounts),
        .region = (int)dice_skewed(&corpus->dice, (uint64_t)corpus->options.regions),
        .time_ms = draw_time(corpus),
        .late = dice_one_in(&corpus->dice, LATE_ONE_IN),
    };
    uint64_t category = dice_below(&corpus->dice, 200);

    if (category < 2)
        place.category = category == 0 ? CORPUS_INSIGHT : CORPUS_NETWORK_ACTIVITY;
    return place;
}

static enum corpus_category caller_category(const struct ready_caller *caller) {
    if ((caller->row->deeds & DEED_INSIGHT) != 0)
        return CORPUS_INSIGHT;
    return (caller->row->deeds & DEED_NETWORK) != 0 ? CORPUS_NETWORK_ACTIVITY : CORPUS_EVENTS;
}

static const struct ready_caller *draw_caller(const struct script *script, struct dice *dice,
                                              enum corpus_category category) {
    const struct ready_caller *caller;

    do {
        uint64_t number = dice_below(dice, script->caller_sums[script->caller_count - 1]);
        caller = &script->callers[sums_find(script->caller_sums, script->caller_count, number)];
    } while (caller_category(caller) != category);
    return caller;
}

/* The first accounts are the large ones. */
static uint64_t population(const struct ready_caller *caller, int account) {
    return (uint64_t)(caller->row->population * 6 + 5) / (uint64_t)(6 + account) + 1;
}

static uint64_t at_least_one(unsigned count) {
    return count > 0 ? count : 1;
}

/* The number of a person or program of the account, and of the session it has at the scene's time;
 * gives the session's beginning. */
static int64_t draw_person(const struct corpus *corpus, const struct ready_caller *caller,
                           int account, struct scene *scene, enum thing person,
                           enum thing session) {
    int64_t length = (int64_t)caller->row->session_minutes * MS_PER_MINUTE;
    uint64_t home = hash_bytes(corpus_account_id(corpus, account), scene->seed ^ caller->salt);
    uint64_t whose = dice_mix(home, dice_skewed(&scene->dice, population(caller, account)));

    scene->thing[person] = whose;
    scene->thing[session] = whose;
    if (length == 0)
        return scene->time_ms;

    int64_t phase = (int64_t)(whose % (uint64_t)length);
    int64_t slot = (scene->time_ms - phase) / length;
    uint64_t parallel = dice_skewed(&scene->dice, at_least_one(caller->row->parallel));
    scene->thing[session] = dice_mix(dice_mix(whose, (uint64_t)slot), parallel ^ caller->salt);
    return slot * length + phase;
}

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

static const struct turn *take_turn(struct corpus *corpus, enum corpus_category category) {
    if (corpus->records % TURN_EVERY != 0)
        return NULL;

    const struct turn *turn = &corpus->turns[corpus->next_turn];
    corpus->next_turn = (corpus->next_turn + 1) % corpus->turn_count;
    return caller_category(turn->caller) == category ? turn : NULL;
}

/* The account that the caller is of. */
static int draw_home(const struct corpus *corpus, struct scene *scene, int own) {
    int count = corpus->options.accounts;

    if ((scene->caller->row->traits & CALLER_ABROAD) == 0 || count == 1)
        return own;
    return (own + 1 + (int)dice_skewed(&scene->dice, (uint64_t)count - 1)) % count;
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
    const struct turn *turn = take_turn(corpus, place->category);

    *scene = (struct scene){
        .dice = {dice_next(&corpus->dice)},
        .seed = corpus->options.seed,
        .account = corpus_account_id(corpus, place->account),
        .region = corpus_region_name(place->region),
        .time_ms = place->time_ms - place->time_ms % 1000,
        .late = place->late,
    };
    corpus->records++;
    scene->caller =
        turn != NULL ? turn->caller : draw_caller(&corpus->script, &scene->dice, place->category);
    int home = draw_home(corpus, scene, place->account);
    scene->caller_account = corpus_account_id(corpus, home);
    scene->started_ms =
        draw_person(corpus, scene->caller, home, scene, THING_CALLER, THING_SESSION);
    scene->action = turn != NULL && turn->action != NULL ? turn->action : draw_action(scene);
    if (scene->action->target != NULL)
        (void)draw_person(corpus, scene->action->target, place->account, scene, THING_TARGET,
                          THING_TARGET_SESSION);
    draw_things(scene);
    scene->failure = draw_failure(&corpus->script, scene);
    write_event_id(scene);
}
