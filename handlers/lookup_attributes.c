#include "handlers/lookup_attributes.h"

#include "aws/json_span.h"
#include "base/limits.h"
#include "handlers/filters.h"

/* Sets the attribute's condition from its value. */
typedef bool condition_maker(struct aws_request *aws, struct lookup_attribute *attribute,
                             struct err *err);

struct lookup_key {
    const char *name;
    condition_maker *make;
    enum attribute attribute; /* for make_equal */
    bool insight;             /* Insights have it too */
};

static bool refuse(struct aws_request *aws, const char *key, const char *why, struct err *err) {
    return aws_refuse(aws, "InvalidLookupAttributesException", err, "%s %s", key, why);
}

/* ---- conditions ---- */

static struct test equals(enum attribute attribute, struct span text) {
    return (struct test){attribute, {.kind = MATCH_EQUAL, .text = text}};
}

static struct condition any_of(const struct alternative *alternatives, size_t count) {
    return (struct condition){.alternatives = alternatives, .alternative_count = count};
}

static struct condition one_test(struct test test, struct arena *arena) {
    struct alternative *alternative = arena_new(arena, 1, sizeof(*alternative));

    *alternative = (struct alternative){.tests = {test}, .test_count = 1};
    return any_of(alternative, 1);
}

static bool make_equal(struct aws_request *aws, struct lookup_attribute *attribute,
                       struct err *err) {
    (void)err;
    attribute->condition =
        one_test(equals(attribute->key->attribute, attribute->value), aws->call->arena);
    return true;
}

static bool make_flag(struct aws_request *aws, struct lookup_attribute *attribute,
                      struct err *err) {
    if (!span_equal(attribute->value, SPAN("true")) && !span_equal(attribute->value, SPAN("false")))
        return refuse(aws, attribute->key->name, "must be true or false", err);
    return make_equal(aws, attribute, err);
}

static bool make_source(struct aws_request *aws, struct lookup_attribute *attribute,
                        struct err *err) {
    struct test test = {.attribute = ATTRIBUTE_SOURCE_IP};
    struct err why;

    if (!filters_source(attribute->value, &test.matcher, &why))
        return refuse(aws, attribute->key->name, why.text, err);
    attribute->condition = one_test(test, aws->call->arena);
    return true;
}

/* ---- who ---- */

/* By the kind of who made the request, which value of the event is the user's name. Services of AWS
 * have none. */
static const struct username {
    const char *kind;
    enum attribute name;
} usernames[] = {
    {"root", ATTRIBUTE_PRINCIPAL_NAME},
    {"root_session", ATTRIBUTE_PRINCIPAL_NAME},
    {"iam_user", ATTRIBUTE_PRINCIPAL_NAME},
    {"user_session", ATTRIBUTE_PRINCIPAL_NAME},
    {"role_session", ATTRIBUTE_SESSION},
    {"federated_user", ATTRIBUTE_PRINCIPAL_NAME},
    {"identity_provider_user", ATTRIBUTE_PRINCIPAL_NAME},
    {"identity_center_user", ATTRIBUTE_PRINCIPAL_NAME},
    {"other_account", ATTRIBUTE_PRINCIPAL_NAME},
    {"unknown", ATTRIBUTE_PRINCIPAL_NAME},
};

struct span lookup_username(const struct event *event) {
    struct span kind = event->value[ATTRIBUTE_PRINCIPAL_KIND];

    for (size_t i = 0; i < ARRAY_LENGTH(usernames); i++) {
        if (span_equal(kind, span_of(usernames[i].kind)))
            return event->value[usernames[i].name];
    }
    return SPAN_NONE;
}

static bool make_username(struct aws_request *aws, struct lookup_attribute *attribute,
                          struct err *err) {
    struct alternative *alternatives =
        arena_new(aws->call->arena, ARRAY_LENGTH(usernames), sizeof(*alternatives));

    (void)err;
    for (size_t i = 0; i < ARRAY_LENGTH(usernames); i++) {
        struct alternative *alternative = &alternatives[i];
        alternative->tests[0] = equals(usernames[i].name, attribute->value);
        alternative->tests[1] = equals(ATTRIBUTE_PRINCIPAL_KIND, span_of(usernames[i].kind));
        alternative->test_count = 2;
    }
    attribute->condition = any_of(alternatives, ARRAY_LENGTH(usernames));
    return true;
}

/* ---- keys ---- */

/* The first eight are AWS's (LookupAttribute in its API Reference), the others our own. */
static const struct lookup_key keys[] = {
    {"EventId", make_equal, ATTRIBUTE_EVENT_ID, true},
    {"EventName", make_equal, ATTRIBUTE_ACTION, true},
    {"ReadOnly", make_flag, ATTRIBUTE_READ_ONLY, false},
    {"Username", make_username, 0, false},
    {"ResourceType", make_equal, ATTRIBUTE_LOOKUP_TYPE, false},
    {"ResourceName", make_equal, ATTRIBUTE_LOOKUP_NAME, false},
    {"EventSource", make_equal, ATTRIBUTE_SERVICE, true},
    {"AccessKeyId", make_equal, ATTRIBUTE_ACCESS_KEY, false},
    {"AccountId", make_equal, ATTRIBUTE_ACCOUNT, true},
    {"SourceIPAddress", make_source, 0, false},
    {"Region", make_equal, ATTRIBUTE_REGION, true},
};

const char *lookup_attribute_name(const struct lookup_attribute *attribute) {
    return attribute->key->name;
}

static const struct lookup_key *find_key(struct span name, bool insight) {
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        if (span_equal(name, span_of(keys[i].name)))
            return keys[i].insight || !insight ? &keys[i] : NULL;
    }
    return NULL;
}

static bool refuse_key(struct aws_request *aws, struct span name, bool insight, struct err *err) {
    struct buffer CLEANUP(buffer_clear) known;

    buffer_init(&known, 0);
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        if (keys[i].insight || !insight)
            buffer_append_format(&known, "%s%s", known.length > 0 ? ", " : "", keys[i].name);
    }
    return aws_refuse(aws, "InvalidLookupAttributesException", err,
                      "AttributeKey \"%.*s\" is not one of%s %.*s", SPAN_ARGS(aws_shown(name)),
                      insight ? " those of Insights:" : "", SPAN_ARGS(buffer_span(&known)));
}

/* Characters count; these twice (LookupAttribute, AttributeValue). */
static size_t count_characters(struct span text) {
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        bool begins = ((unsigned char)byte & 0xc0) != 0x80;
        bool twice = byte == '_' || byte == ' ' || byte == ',' || byte == '\n';
        count += twice ? 2 : begins ? 1 : 0;
    }
    return count;
}

static bool read_part(struct aws_request *aws, const json_t *item, const char *member,
                      struct span *out, struct err *err) {
    const json_t *value = json_object_get(item, member);

    if (value == NULL || json_is_null(value))
        return refuse(aws, "each of LookupAttributes",
                      "must have an AttributeKey and an AttributeValue", err);
    if (!json_is_string(value))
        return aws_refuse_type(aws, member, "a text", err);
    *out = json_span(value);
    return true;
}

static bool read_parts(struct aws_request *aws, const json_t *item, struct span *out_name,
                       struct span *out_value, struct err *err) {
    if (!json_is_object(item))
        return aws_refuse_type(aws, "each of LookupAttributes",
                               "an object of AttributeKey and AttributeValue", err);
    if (!read_part(aws, item, "AttributeKey", out_name, err) ||
        !read_part(aws, item, "AttributeValue", out_value, err))
        return false;
    return json_object_size(item) == 2 ||
           aws_refuse(aws, "ValidationException", err,
                      "each of LookupAttributes has an AttributeKey and an AttributeValue, and "
                      "nothing else");
}

bool lookup_attribute_read(struct aws_request *aws, const json_t *item, bool insight,
                           struct lookup_attribute *out, struct err *err) {
    struct lookup_attribute attribute;
    struct span name;

    if (!read_parts(aws, item, &name, &attribute.value, err))
        return false;
    attribute.key = find_key(name, insight);
    if (attribute.key == NULL)
        return refuse_key(aws, name, insight, err);
    size_t characters = count_characters(attribute.value);
    if (characters == 0 || characters > LIMIT_LOOKUP_VALUE)
        return aws_refuse(aws, "InvalidLookupAttributesException", err,
                          "the AttributeValue of %s must have 1 to %d characters, of which "
                          "underscores, spaces, commas and line ends count twice",
                          attribute.key->name, LIMIT_LOOKUP_VALUE);
    if (!attribute.key->make(aws, &attribute, err))
        return false;
    *out = attribute;
    return true;
}

/* ---- what they find ---- */

struct condition lookup_category_condition(bool insight, struct arena *arena) {
    struct alternative *alternatives = arena_new(arena, 2, sizeof(*alternatives));
    struct span category = insight ? SPAN("Insight") : SPAN("Management");

    alternatives[0] = (struct alternative){.tests = {equals(ATTRIBUTE_EVENT_CATEGORY, category)},
                                           .test_count = 1};
    alternatives[1] = (struct alternative){
        .tests = {{ATTRIBUTE_EVENT_CATEGORY, {.kind = MATCH_ABSENT}}}, .test_count = 1};
    return any_of(alternatives, insight ? 1 : 2);
}

bool lookup_attribute_holds(const struct lookup_attribute *attribute, const struct event *event) {
    if (attribute->key->attribute != ATTRIBUTE_LOOKUP_NAME)
        return true;
    for (size_t i = 0; i < event->lookup_resource_count; i++) {
        if (span_equal(event->lookup_resources[i].name, attribute->value))
            return true;
    }
    return false;
}
