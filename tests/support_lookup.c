#include "tests/support_lookup.h"

#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "ingest/lookup_rules.h"

/* What all of a walk need. */
struct finder {
    const struct lookup_rules *service;
    const char *action;
    json_t *found;
};

static struct span span_of_string(const json_t *string) {
    return (struct span){json_string_value(string), json_string_length(string)};
}

static bool same_name(struct span written, const char *name) {
    return strlen(name) == written.length &&
           tolower((unsigned char)name[0]) == tolower((unsigned char)written.data[0]) &&
           strncmp(name + 1, written.data + 1, written.length - 1) == 0;
}

static const struct lookup_rule *first_rule(const struct lookup_rules *rules, const char *parent,
                                            const char *member, const char *action) {
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct lookup_rule *rule = &rules->rules[i];
        if (!same_name(rule->member, member) ||
            (rule->parent.data != NULL && !same_name(rule->parent, parent)))
            continue;
        if (rule->action.data == NULL || (action != NULL && strstr(action, rule->action.data)))
            return rule;
    }
    return NULL;
}

static void add(struct finder *finder, const struct lookup_rule *rule, const json_t *value) {
    struct span name = span_of_string(value);
    struct span type = rule->type.data != NULL ? rule->type : lookup_type_of(name);
    json_t *other;
    size_t i;

    if (name.length == 0 || name.length > LIMIT_LOOKUP_NAME_BYTES || type.data == NULL ||
        strcmp(name.data, "HIDDEN_DUE_TO_SECURITY_REASONS") == 0 ||
        json_array_size(finder->found) == LIMIT_LOOKUP_RESOURCES)
        return;
    json_t *pair = json_pack("[s%, s%]", type.data, type.length, name.data, name.length);
    json_array_foreach(finder->found, i, other) {
        if (json_equal(other, pair)) {
            json_decref(pair);
            return;
        }
    }
    json_array_append_new(finder->found, pair);
}

static void visit(struct finder *finder, const char *parent, const char *member, json_t *value);

/* What an object holds stands in the member whose value it is. */
static void visit_members(struct finder *finder, const char *member, json_t *object) {
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value) visit(finder, member, name, value);
}

static void visit(struct finder *finder, const char *parent, const char *member, json_t *value) {
    size_t i;
    json_t *item;

    json_array_foreach(value, i, item) visit(finder, parent, member, item);
    visit_members(finder, member, value);
    if (!json_is_string(value))
        return;
    const struct lookup_rule *rule = first_rule(finder->service, parent, member, finder->action);
    if (rule == NULL)
        rule = first_rule(&lookup_common_rules, parent, member, finder->action);
    if (rule != NULL)
        add(finder, rule, value);
}

static bool is_management(const json_t *category) {
    return category == NULL ||
           (json_is_string(category) && strcmp(json_string_value(category), "Management") == 0);
}

json_t *expected_lookup(const json_t *record, const json_t *event) {
    static const char *const parents[] = {"requestParameters", "responseElements",
                                          "serviceEventDetails"};
    struct span source = span_of_string(json_object_get(event, "service"));
    struct finder finder = {.service = lookup_rules_of(source),
                            .action = json_string_value(json_object_get(event, "action")),
                            .found = json_array()};

    if (!is_management(json_object_get(event, "event_category")))
        return finder.found;
    for (size_t i = 0; i < ARRAY_LENGTH(parents); i++)
        visit_members(&finder, parents[i], json_object_get(record, parents[i]));
    return finder.found;
}

static bool has_twins(struct span record) {
    json_error_t error;
    json_t *tree =
        json_loadb(record.data, record.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

    json_decref(tree);
    return tree == NULL && json_error_code(&error) == json_error_duplicate_key;
}

static bool same_pair(const struct lookup_resource *resource, const json_t *pair) {
    return span_equal(resource->type, span_of_string(json_array_get(pair, 0))) &&
           span_equal(resource->name, span_of_string(json_array_get(pair, 1)));
}

bool same_lookup(const struct event *event, const json_t *expected) {
    if (has_twins(event->record))
        return true;
    if (event->lookup_resource_count != json_array_size(expected))
        return false;
    for (size_t i = 0; i < event->lookup_resource_count; i++) {
        if (!same_pair(&event->lookup_resources[i], json_array_get(expected, i)))
            return false;
    }
    return true;
}
