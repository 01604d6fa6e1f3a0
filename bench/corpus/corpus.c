#include "bench/corpus/corpus.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utc.h"
#include "bench/corpus/state.h"

static const char *const regions[CORPUS_MAX_REGIONS] = {
    "us-east-1",  "eu-central-1",   "us-west-2",    "eu-west-1", "ap-southeast-2", "us-east-2",
    "eu-north-1", "ap-northeast-1", "ca-central-1", "sa-east-1", "ap-southeast-1", "us-west-1",
};

struct corpus_options corpus_defaults(void) {
    return (struct corpus_options){
        .seed = 1,
        .accounts = 60,
        .regions = 6,
        .from_ms = INT64_C(1790899200000), /* 2026-10-02 */
        .to_ms = INT64_C(1793491200000),   /* 2026-11-01 */
    };
}

/* The numbers that AWS uses for accounts in its documentation first. */
static void name_accounts(struct corpus *corpus) {
    static const char *const known[] = {
        "111122223333", "444455556666", "777788889999", "123456789012", "999988887777",
    };
    struct dice dice = {dice_mix(corpus->options.seed, 11)};

    corpus->accounts = arena_new(&corpus->arena, (size_t)corpus->options.accounts, ACCOUNT_TEXT);
    for (size_t i = 0; i < (size_t)corpus->options.accounts; i++) {
        unsigned long long number = dice_below(&dice, UINT64_C(1000000000000));
        if (i < ARRAY_LENGTH(known))
            memcpy(corpus->accounts[i], known[i], ACCOUNT_TEXT);
        else
            snprintf(corpus->accounts[i], ACCOUNT_TEXT, "%012llu", number);
    }
}

struct corpus *corpus_new(const struct corpus_options *options) {
    struct corpus *corpus = memory_new(1, sizeof(*corpus));

    assert(options->accounts >= 1 && options->accounts <= CORPUS_MAX_ACCOUNTS);
    assert(options->regions >= 1 && options->regions <= CORPUS_MAX_REGIONS);
    assert(options->to_ms - options->from_ms >= MS_PER_HOUR);
    corpus->options = *options;
    corpus->script = script_compile(&corpus->arena);
    corpus->frames = frames_compile(&corpus->arena);
    corpus->dice.state = dice_mix(options->seed, 12);
    name_accounts(corpus);
    turns_plan(corpus);
    return corpus;
}

void corpus_free(struct corpus *corpus) {
    if (corpus == NULL)
        return;
    buffer_clear(&corpus->user_name);
    arena_clear(&corpus->arena);
    free(corpus);
}

struct span corpus_account_id(const struct corpus *corpus, int account) {
    return (struct span){corpus->accounts[account], ACCOUNT_TEXT - 1};
}

struct span corpus_region_name(int region) {
    return span_of(regions[region]);
}

const struct corpus_facts *corpus_last(const struct corpus *corpus) {
    return &corpus->facts;
}

const char *corpus_caller(const struct corpus *corpus, size_t number) {
    const struct script *script = &corpus->script;

    return number < script->caller_count ? script->callers[number].row->name : NULL;
}

/* The key that stands in userIdentity; SPAN_NONE when it has none or an empty one. */
static struct span find_key(struct corpus *corpus, struct span identity) {
    static const char name[] = "\"accessKeyId\":\"";
    const char *found = memmem(identity.data, identity.length, name, sizeof(name) - 1);

    if (found == NULL || found[sizeof(name) - 1] == '"')
        return SPAN_NONE;
    memcpy(corpus->access_key, found + sizeof(name) - 1, ACCESS_KEY_BYTES);
    return (struct span){corpus->access_key, ACCESS_KEY_BYTES};
}

static struct span list_name(struct corpus *corpus) {
    const struct template *name = &corpus->scene.caller->listed_name;

    if (name->count == 0)
        return SPAN_NONE;
    corpus->user_name.length = 0;
    template_write(name, &corpus->scene, &corpus->user_name);
    return buffer_span(&corpus->user_name);
}

static void note_facts(struct corpus *corpus, struct span identity) {
    const struct scene *scene = &corpus->scene;
    const struct action *action = scene->action->row;
    bool insight = frame_form(scene) == FORM_INSIGHT;

    corpus->facts = (struct corpus_facts){
        .time_ms = scene->time_ms,
        .event_id = span_of(scene->event_id),
        .account = scene->account,
        .region = scene->region,
        .service = insight ? SPAN_NONE : span_of(action->service),
        .action = insight ? SPAN_NONE : span_of(action->name),
        .event_type = span_of(frame_event_type(scene)),
        .user_name = list_name(corpus),
        .access_key = find_key(corpus, identity),
        .caller = scene->caller->row->name,
        .kind = scene->caller->row->kind,
        .read_only = action->effect == EFFECT_READ,
        .failed = scene->failure != NULL || scene->action->failure.count > 0,
    };
}

void corpus_record_at(struct corpus *corpus, const struct corpus_place *place, struct buffer *out) {
    struct scene *scene = &corpus->scene;

    draw_scene(corpus, place);
    template_write(&corpus->frames.of_form[frame_form(scene)], scene, out);
    size_t length = scene->identity_end - scene->identity_start;
    note_facts(corpus, (struct span){out->data + scene->identity_start, length});
}

void corpus_record(struct corpus *corpus, struct buffer *out) {
    struct corpus_place place = corpus_draw_place(corpus);

    place.category = turns_category(corpus, place.category);
    corpus_record_at(corpus, &place, out);
}
