#include "ingest/lookup_resources.h"

#include <assert.h>

#include "base/hash.h"
#include "base/limits.h"
#include "ingest/lexer.h"
#include "ingest/lookup_rules.h"

/* What CloudTrail writes in place of what could be a secret. */
#define HIDDEN SPAN("HIDDEN_DUE_TO_SECURITY_REASONS")

/* One walk through the members. */
struct lookup {
    struct lexer lexer;
    struct arena *arena;
    const struct lookup_rules *service; /* NULL: it has no rules of its own */
    struct span action;
    struct lookup_resource *found;
    uint64_t *hashes; /* of the names found */
    size_t count;
};

/* Where a string stands. */
struct place {
    struct span parent;
    const struct lookup_rule *rule; /* NULL: it names nothing */
};

static const struct lookup_rule *find_rule(const struct lookup *lookup, struct span parent,
                                           struct span member) {
    const struct lookup_rule *rule = NULL;

    if (lookup->service != NULL)
        rule = lookup_rule_find(lookup->service, parent, member, lookup->action);
    return rule != NULL ? rule
                        : lookup_rule_find(&lookup_common_rules, parent, member, lookup->action);
}

/* ---- names ---- */

static bool is_known(const struct lookup *lookup, uint64_t hash, struct span type,
                     struct span name) {
    for (size_t i = 0; i < lookup->count; i++) {
        if (lookup->hashes[i] == hash && span_equal(lookup->found[i].name, name) &&
            span_equal(lookup->found[i].type, type))
            return true;
    }
    return false;
}

static void add(struct lookup *lookup, struct span type, struct span name) {
    uint64_t hash = hash_bytes(name, 0);

    if (lookup->count == LIMIT_LOOKUP_RESOURCES || is_known(lookup, hash, type, name))
        return;
    lookup->found = arena_grow(lookup->arena, lookup->found, lookup->count, sizeof(*lookup->found));
    lookup->hashes =
        arena_grow(lookup->arena, lookup->hashes, lookup->count, sizeof(*lookup->hashes));
    lookup->found[lookup->count] = (struct lookup_resource){type, name};
    lookup->hashes[lookup->count++] = hash;
}

static void take_name(struct lookup *lookup, const struct lookup_rule *rule, struct span name) {
    struct span type = rule->type.data != NULL ? rule->type : lookup_type_of(name);

    if (type.data != NULL && name.length > 0 && name.length <= LIMIT_LOOKUP_NAME_BYTES &&
        !span_equal(name, HIDDEN))
        add(lookup, type, name);
}

/* ---- the walk: the text was checked before, so that nothing stops it ---- */

static const char *walk_value(struct lookup *lookup, const char *at, struct place place);

/* The text between two quotes. */
static struct span text_between(const struct lookup *lookup, const char *at, const char *behind) {
    struct span inner = {at + 1, (size_t)(behind - at) - 2};

    return lookup->lexer.escaped ? scan_unescape(inner, lookup->arena) : inner;
}

static const char *walk_string(struct lookup *lookup, const char *at, struct place place) {
    const char *behind = lex_string(&lookup->lexer, at);

    assert(behind != NULL);
    if (place.rule != NULL)
        take_name(lookup, place.rule, text_between(lookup, at, behind));
    return behind;
}

static const char *walk_object(struct lookup *lookup, const char *at, struct span parent) {
    struct lexer *lexer = &lookup->lexer;
    bool last = false;
    struct span name;

    at = lex_blank(lexer, at + 1);
    if (lex_byte(lexer, at) == '}')
        return at + 1;
    while (!last) {
        at = lex_name(lexer, at, &name);
        assert(at != NULL);
        if (lexer->escaped)
            name = scan_unescape(name, lookup->arena);
        at = walk_value(lookup, at, (struct place){name, find_rule(lookup, parent, name)});
        at = lex_next(lexer, at, '}', &last);
        assert(at != NULL);
    }
    return at;
}

static const char *walk_array(struct lookup *lookup, const char *at, struct place place) {
    struct lexer *lexer = &lookup->lexer;
    bool last = false;

    at = lex_blank(lexer, at + 1);
    if (lex_byte(lexer, at) == ']')
        return at + 1;
    while (!last) {
        at = walk_value(lookup, at, place);
        at = lex_next(lexer, at, ']', &last);
        assert(at != NULL);
    }
    return at;
}

/* Calls itself through objects and arrays, LIMIT_RECORD_DEPTH times at most. */
static const char *walk_value(struct lookup *lookup, const char *at, struct place place) {
    switch (lex_byte(&lookup->lexer, at)) {
    case '"':
        return walk_string(lookup, at, place);
    case '{':
        return walk_object(lookup, at, place.parent);
    case '[':
        return walk_array(lookup, at, place);
    default:
        at = lex_value(&lookup->lexer, at, 0);
        assert(at != NULL);
        return at;
    }
}

static void walk_member(struct lookup *lookup, struct span name, struct span object) {
    if (object.data == NULL)
        return;
    lookup->lexer = lexer_of(object, true);
    walk_object(lookup, object.data, name);
}

static bool is_looked_up(const struct event *event) {
    struct span category = event->value[ATTRIBUTE_EVENT_CATEGORY];

    return category.data == NULL || span_equal(category, SPAN("Management"));
}

void lookup_resources_pick(const struct lookup_members *members, struct arena *arena,
                           struct event *event) {
    struct lookup lookup = {.arena = arena, .action = event->value[ATTRIBUTE_ACTION]};

    bool any = members->request.data != NULL || members->response.data != NULL ||
               members->service_details.data != NULL;

    if (!any || !is_looked_up(event))
        return;
    lookup.service = lookup_rules_of(event->value[ATTRIBUTE_SERVICE]);
    walk_member(&lookup, SPAN("requestParameters"), members->request);
    walk_member(&lookup, SPAN("responseElements"), members->response);
    walk_member(&lookup, SPAN("serviceEventDetails"), members->service_details);
    event->lookup_resources = lookup.found;
    event->lookup_resource_count = lookup.count;
}
