#include "ingest/lookup_rules.h"

#include <string.h>

#define LETTER_CASE 0x20

const struct lookup_rules *lookup_rules_of(struct span event_source) {
    struct span service = event_source;
    struct span rest;
    size_t low = 0;
    size_t high = lookup_service_count;

    (void)!span_cut(event_source, '.', &service, &rest);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(lookup_service_rules[middle]->service, service);
        if (order == 0)
            return lookup_service_rules[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool same_member(struct span a, struct span b) {
    return a.length == b.length && a.length > 0 &&
           (a.data[0] | LETTER_CASE) == (b.data[0] | LETTER_CASE) &&
           memcmp(a.data + 1, b.data + 1, a.length - 1) == 0;
}

static bool holds(const struct lookup_rule *rule, struct span parent, struct span action) {
    if (rule->parent.data != NULL && !same_member(rule->parent, parent))
        return false;
    if (rule->action.data == NULL)
        return true;
    return action.data != NULL &&
           memmem(action.data, action.length, rule->action.data, rule->action.length) != NULL;
}

const struct lookup_rule *lookup_rule_find(const struct lookup_rules *rules, struct span parent,
                                           struct span member, struct span action) {
    const struct lookup_rule *end = rules->rules + rules->count;
    const struct lookup_rule *rule = rules->rules;

    while (rule < end && rule->member.length < member.length)
        rule++;
    for (; rule < end && rule->member.length == member.length; rule++) {
        if (same_member(rule->member, member) && holds(rule, parent, action))
            return rule;
    }
    return NULL;
}
