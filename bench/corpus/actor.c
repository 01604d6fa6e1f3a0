#include "bench/corpus/state.h"

#include "base/hash.h"
#include "base/utc.h"

enum corpus_category actor_category(const struct ready_caller *caller) {
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
    } while (actor_category(caller) != category);
    return caller;
}

/* The first accounts are the large ones. */
static uint64_t population(const struct ready_caller *caller, int account) {
    return (uint64_t)(caller->row->population * 6 + 5) / (uint64_t)(6 + account) + 1;
}

static struct actor draw_one(const struct corpus *corpus, const struct ready_caller *caller,
                             int account, struct dice *dice) {
    struct span account_id = corpus_account_id(corpus, account);
    uint64_t home = hash_bytes(account_id, corpus->options.seed ^ caller->salt);
    unsigned parallel = caller->row->parallel > 0 ? caller->row->parallel : 1;

    return (struct actor){
        .caller = caller,
        .account = account,
        .whose = dice_mix(home, dice_skewed(dice, population(caller, account))),
        .parallel = dice_skewed(dice, parallel),
    };
}

/* The account that the caller is of. */
static int draw_account(const struct corpus *corpus, const struct ready_caller *caller, int own,
                        struct dice *dice) {
    int count = corpus->options.accounts;

    if ((caller->row->traits & CALLER_ABROAD) == 0 || count == 1)
        return own;
    return (own + 1 + (int)dice_skewed(dice, (uint64_t)count - 1)) % count;
}

static bool same_place(const struct corpus_place *a, const struct corpus_place *b) {
    return a->account == b->account && a->region == b->region && a->category == b->category;
}

struct actor actor_draw(struct corpus *corpus, const struct corpus_place *place,
                        const struct ready_caller *caller) {
    struct dice *dice = &corpus->scene.dice;

    if (!same_place(place, &corpus->place))
        corpus->recent_count = 0;
    corpus->place = *place;
    if (caller == NULL && corpus->recent_count > 0 && !dice_one_in(dice, 3))
        return corpus->recent[dice_below(dice, corpus->recent_count)];

    if (caller == NULL)
        caller = draw_caller(&corpus->script, dice, place->category);
    struct actor actor =
        draw_one(corpus, caller, draw_account(corpus, caller, place->account, dice), dice);
    if (corpus->recent_count < RECENT_ACTORS)
        corpus->recent[corpus->recent_count++] = actor;
    else
        corpus->recent[dice_below(dice, RECENT_ACTORS)] = actor;
    return actor;
}

/* The session that it has at that time, and the time at which that one began. */
static uint64_t session_at(const struct actor *actor, int64_t time_ms, int64_t *out_started_ms) {
    int64_t length = (int64_t)actor->caller->row->session_minutes * MS_PER_MINUTE;

    if (length == 0) {
        *out_started_ms = time_ms;
        return actor->whose;
    }
    int64_t phase = (int64_t)(actor->whose % (uint64_t)length);
    int64_t slot = (time_ms - phase) / length;
    *out_started_ms = slot * length + phase;
    return dice_mix(dice_mix(actor->whose, (uint64_t)slot), actor->parallel ^ actor->caller->salt);
}

void actor_enter(const struct corpus *corpus, const struct actor *actor, struct scene *scene) {
    scene->caller = actor->caller;
    scene->caller_account = corpus_account_id(corpus, actor->account);
    scene->thing[THING_CALLER] = actor->whose;
    scene->thing[THING_SESSION] = session_at(actor, scene->time_ms, &scene->started_ms);
}

void actor_enter_target(const struct corpus *corpus, const struct ready_caller *caller, int account,
                        struct scene *scene) {
    struct actor target = draw_one(corpus, caller, account, &scene->dice);
    int64_t started_ms;

    scene->thing[THING_TARGET] = target.whose;
    scene->thing[THING_TARGET_SESSION] = session_at(&target, scene->time_ms, &started_ms);
}
