#include "bench/corpus/script.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"

/* Chosen so that no busy service writes the oldest versions. */
#define VERSION_SEED 22

/* Each service writes a version of its own; the proportions are about those of real logs. */
static int minor_version(const struct action *action) {
    static const int versions[] = {8,  8,  8,  8,  8,  8,  9,  9,  9, 9,
                                   10, 10, 10, 11, 11, 11, 11, 11, 5, 7};
    uint64_t hash = hash_bytes(span_of(action->service), VERSION_SEED);

    if ((action->deeds & (DEED_NETWORK | DEED_INSIGHT)) != 0)
        return 9;
    return versions[hash % ARRAY_LENGTH(versions)];
}

static struct ready_action ready_action(struct arena *arena, const struct action *action) {
    return (struct ready_action){
        .row = action,
        .request = template_compile(arena, action->request, THING_FIRST),
        .response = template_compile(arena, action->response, THING_FIRST),
        .additional = template_compile(arena, action->additional, THING_FIRST),
        .resources = template_compile(arena, action->resources, THING_FIRST),
        .failure = template_compile(arena, action->failure, THING_FIRST),
        .minor_version = minor_version(action),
    };
}

static struct ready_name ready_name(struct arena *arena, const char *text, enum thing caller,
                                    enum thing target) {
    return (struct ready_name){
        .as_caller = template_compile(arena, text, caller),
        .as_target = template_compile(arena, text, target),
    };
}

static struct ready_caller ready_caller(struct arena *arena, const struct caller *caller) {
    const char *people = caller->own_name != NULL ? caller->own_name : caller->name;

    return (struct ready_caller){
        .row = caller,
        .identity = template_compile(arena, caller->identity, THING_CALLER),
        .own_name = ready_name(arena, caller->own_name, THING_CALLER, THING_TARGET),
        .session_name =
            ready_name(arena, caller->session_name, THING_SESSION, THING_TARGET_SESSION),
        .listed_name = template_compile(arena, caller->listed_name, THING_CALLER),
        .address = template_compile(arena, caller->address, THING_CALLER),
        .agent = template_compile(arena, caller->agent, THING_CALLER),
        .salt = hash_bytes(span_of(people), 2),
    };
}

static struct lot make_lot(struct arena *arena, const struct script *script, unsigned deeds,
                           bool with_global) {
    struct lot lot = {
        .actions = arena_new(arena, script->action_count, sizeof(const struct ready_action *)),
        .sums = arena_new(arena, script->action_count, sizeof(uint64_t)),
    };
    uint64_t sum = 0;

    for (size_t i = 0; i < script->action_count; i++) {
        const struct action *row = script->actions[i].row;
        if ((row->deeds & deeds) == 0 || (!with_global && (row->traits & TRAIT_GLOBAL) != 0))
            continue;
        sum += row->weight;
        lot.sums[lot.count] = sum;
        lot.actions[lot.count++] = &script->actions[i];
    }
    assert(lot.count > 0);
    return lot;
}

static void compile_actions(struct arena *arena, struct script *script) {
    const struct action_table tables[] = {
        actions_ram(),     actions_storage(),    actions_data(),
        actions_compute(), actions_network(),    actions_identity(),
        actions_sign_in(), actions_operations(), actions_service(),
    };

    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
        script->action_count += tables[i].count;
    script->actions = arena_new(arena, script->action_count, sizeof(*script->actions));
    struct ready_action *next = script->actions;
    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
        for (size_t k = 0; k < tables[i].count; k++)
            *next++ = ready_action(arena, &tables[i].actions[k]);
    }
}

static const struct ready_caller *find_caller(const struct script *script, const char *name) {
    const struct ready_caller *found = NULL;

    for (size_t i = 0; i < script->caller_count; i++) {
        if (strcmp(script->callers[i].row->name, name) == 0)
            found = &script->callers[i];
    }
    assert(found != NULL);
    return found;
}

static void compile_callers(struct arena *arena, struct script *script) {
    const struct caller_table tables[] = {callers_people(), callers_roles(), callers_others()};
    uint64_t sum = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
        script->caller_count += tables[i].count;
    script->callers = arena_new(arena, script->caller_count, sizeof(*script->callers));
    script->caller_sums = arena_new(arena, script->caller_count, sizeof(*script->caller_sums));
    size_t filled = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
        for (size_t k = 0; k < tables[i].count; k++) {
            sum += tables[i].callers[k].weight;
            script->caller_sums[filled] = sum;
            script->callers[filled++] = ready_caller(arena, &tables[i].callers[k]);
        }
    }
}

/* What each caller does, and whose sessions each action gives out. */
static void connect(struct arena *arena, struct script *script) {
    for (size_t i = 0; i < script->caller_count; i++) {
        struct ready_caller *caller = &script->callers[i];

        caller->global = make_lot(arena, script, caller->row->deeds, true);
        caller->regional = make_lot(arena, script, caller->row->deeds, false);
    }
    for (size_t i = 0; i < script->action_count; i++) {
        if (script->actions[i].row->target != NULL)
            script->actions[i].target = find_caller(script, script->actions[i].row->target);
    }
}

static void compile_failures(struct arena *arena, struct script *script) {
    uint64_t sum = 0;

    script->failure_count = failure_count;
    script->failures = arena_new(arena, failure_count, sizeof(*script->failures));
    script->failure_sums = arena_new(arena, failure_count, sizeof(*script->failure_sums));
    for (size_t i = 0; i < failure_count; i++) {
        sum += failures[i].weight;
        script->failure_sums[i] = sum;
        script->failures[i] = (struct ready_failure){
            &failures[i], template_compile(arena, failures[i].message, THING_FIRST)};
    }
}

struct script script_compile(struct arena *arena) {
    struct script script = {0};

    compile_actions(arena, &script);
    compile_callers(arena, &script);
    compile_failures(arena, &script);
    connect(arena, &script);
    return script;
}

size_t sums_find(const uint64_t *sums, size_t count, uint64_t number) {
    size_t low = 0;
    size_t high = count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sums[middle] > number)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
