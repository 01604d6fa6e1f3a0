#include "handlers/filters.h"

#include <assert.h>
#include <string.h>

static struct test *add_test(struct alternative *alternative, enum attribute attribute,
                             struct matcher matcher) {
    struct test *test = &alternative->tests[alternative->test_count++];

    assert(alternative->test_count <= TESTS_PER_ALTERNATIVE);
    *test = (struct test){attribute, matcher};
    return test;
}

static void add_alternative(struct argument *argument, enum attribute attribute,
                            struct matcher matcher) {
    assert(argument->alternative_count < ALTERNATIVES_PER_FILTER);
    add_test(&argument->alternatives[argument->alternative_count++], attribute, matcher);
}

static bool has_star(struct span text) {
    return text.length > 0 && memchr(text.data, '*', text.length) != NULL;
}

static struct matcher text_matcher(struct span text) {
    return (struct matcher){.kind = has_star(text) ? MATCH_GLOB : MATCH_EQUAL, .text = text};
}

static bool read_text(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)reading;
    (void)err;
    add_alternative(argument, argument->parameter->attribute, text_matcher(argument->text));
    return true;
}

/* For identifiers in which a star is a star. */
static bool read_exact(struct argument *argument, const struct reading *reading, struct err *err) {
    (void)reading;
    (void)err;
    add_alternative(argument, argument->parameter->attribute,
                    (struct matcher){.kind = MATCH_EQUAL, .text = argument->text});
    return true;
}

static bool read_known_word(struct argument *argument, const struct reading *reading,
                            struct err *err) {
    return read_word(argument, reading, err) && read_exact(argument, reading, err);
}

static struct span lower_case(struct span text, struct arena *arena) {
    char *lower = arena_allocate(arena, text.length);

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct span){lower, text.length};
}

/* `ram` is what AWS calls the service in policies, `ram.amazonaws.com` in events. */
static struct matcher service_matcher(struct span name, struct arena *arena) {
    bool is_short = !has_star(name) && memchr(name.data, '.', name.length) == NULL;
    struct span text = lower_case(name, arena);

    if (is_short) {
        char *whole = arena_allocate(arena, text.length + sizeof(".amazonaws.com"));
        memcpy(whole, text.data, text.length);
        memcpy(whole + text.length, ".amazonaws.com", sizeof(".amazonaws.com"));
        text = (struct span){whole, text.length + sizeof(".amazonaws.com") - 1};
    }
    return text_matcher(text);
}

static bool read_service(struct argument *argument, const struct reading *reading,
                         struct err *err) {
    (void)err;
    add_alternative(argument, ATTRIBUTE_SERVICE, service_matcher(argument->text, reading->arena));
    return true;
}

/* `Name`, or `service:Name` as in policies. */
static bool read_action(struct argument *argument, const struct reading *reading, struct err *err) {
    struct span service;
    struct span name;

    if (!span_cut(argument->text, ':', &service, &name))
        return read_text(argument, reading, err);
    if (service.length == 0 || name.length == 0)
        return err_set(err, ERR_INVALID, "must be an action, or a service, a colon and an action");
    add_alternative(argument, ATTRIBUTE_ACTION, text_matcher(name));
    add_test(&argument->alternatives[0], ATTRIBUTE_SERVICE,
             service_matcher(service, reading->arena));
    return true;
}

static bool read_principal(struct argument *argument, const struct reading *reading,
                           struct err *err) {
    static const enum attribute names_somebody[] = {
        ATTRIBUTE_PRINCIPAL_NAME,
        ATTRIBUTE_PRINCIPAL_ARN,
        ATTRIBUTE_SESSION,
        ATTRIBUTE_ISSUER,
    };

    (void)reading;
    (void)err;
    for (size_t i = 0; i < ARRAY_LENGTH(names_somebody); i++)
        add_alternative(argument, names_somebody[i], text_matcher(argument->text));
    return true;
}

static bool is_made_of(struct span text, const char *bytes) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\0' || strchr(bytes, text.data[i]) == NULL)
            return false;
    }
    return true;
}

/* What nobody means as a name, but logs do not hold as an address either. */
static bool looks_like_address(struct span text) {
    return is_made_of(text, "0123456789.") || (memchr(text.data, ':', text.length) != NULL &&
                                               is_made_of(text, "0123456789abcdefABCDEF.:[]"));
}

bool filters_source(struct span text, struct matcher *out, struct err *err) {
    struct matcher matcher = text_matcher(text);

    if (memchr(text.data, '/', text.length) != NULL) {
        if (!network_parse(text, &matcher.network))
            return err_set(err, ERR_INVALID,
                           "is no network: write 10.0.0.0/8 or 2001:db8::/32, or an address");
        matcher.kind = MATCH_NETWORK;
    } else if (address_parse(text, &matcher.address)) {
        matcher.kind = MATCH_ADDRESS;
    } else if (looks_like_address(text)) {
        return err_set(err, ERR_INVALID, "is no address: write 192.0.2.7 or 2001:db8::7");
    }
    *out = matcher;
    return true;
}

static bool read_source(struct argument *argument, const struct reading *reading, struct err *err) {
    struct matcher matcher;

    (void)reading;
    if (!filters_source(argument->text, &matcher, err))
        return false;
    add_alternative(argument, ATTRIBUTE_SOURCE_IP, matcher);
    return true;
}

static bool read_error_code(struct argument *argument, const struct reading *reading,
                            struct err *err) {
    struct matcher matcher = text_matcher(argument->text);

    (void)reading;
    (void)err;
    if (span_equal(argument->text, SPAN("*")))
        matcher.kind = MATCH_PRESENT;
    else if (span_equal(argument->text, SPAN("none")))
        matcher.kind = MATCH_ABSENT;
    add_alternative(argument, ATTRIBUTE_ERROR_CODE, matcher);
    return true;
}

static bool read_import(struct argument *argument, const struct reading *reading, struct err *err) {
    struct matcher matcher = {.kind = MATCH_NUMBER};

    (void)reading;
    if (!span_to_integer(argument->text, &matcher.number) || matcher.number == 0)
        return err_set(err, ERR_INVALID, "must be the number of an import: 1 or more");
    add_alternative(argument, ATTRIBUTE_IMPORT, matcher);
    return true;
}

static const char *const kinds[] = {
    "root",
    "root_session",
    "iam_user",
    "user_session",
    "role_session",
    "federated_user",
    "aws_service",
    "other_account",
    "identity_provider_user",
    "identity_center_user",
    "unknown",
    NULL,
};

static const char *const truth[] = {"true", "false", NULL};

#define FILTER (PARAMETER_REPEATS | PARAMETER_NEGATES | PARAMETER_BINDS)

static const struct parameter filters[] = {
    {"account", FILTER, read_text, NULL, ATTRIBUTE_ACCOUNT},
    {"region", FILTER, read_text, NULL, ATTRIBUTE_REGION},
    {"service", FILTER, read_service, NULL, ATTRIBUTE_SERVICE},
    {"action", FILTER, read_action, NULL, ATTRIBUTE_ACTION},
    {"principal", FILTER, read_principal, NULL, ATTRIBUTE_PRINCIPAL_NAME},
    {"principal_kind", FILTER, read_known_word, kinds, ATTRIBUTE_PRINCIPAL_KIND},
    {"principal_account", FILTER, read_text, NULL, ATTRIBUTE_PRINCIPAL_ACCOUNT},
    {"access_key", FILTER, read_text, NULL, ATTRIBUTE_ACCESS_KEY},
    {"source_ip", FILTER, read_source, NULL, ATTRIBUTE_SOURCE_IP},
    {"user_agent", FILTER, read_text, NULL, ATTRIBUTE_USER_AGENT},
    {"error_code", FILTER, read_error_code, NULL, ATTRIBUTE_ERROR_CODE},
    {"resource", FILTER, read_text, NULL, ATTRIBUTE_RESOURCE},
    {"read_only", FILTER, read_known_word, truth, ATTRIBUTE_READ_ONLY},
    {"event_type", FILTER, read_text, NULL, ATTRIBUTE_EVENT_TYPE},
    {"event_category", FILTER, read_text, NULL, ATTRIBUTE_EVENT_CATEGORY},
    {"event_id", FILTER, read_exact, NULL, ATTRIBUTE_EVENT_ID},
    {"import", FILTER, read_import, NULL, ATTRIBUTE_IMPORT},
    {"from", PARAMETER_BINDS, read_time, NULL, 0},
    {"to", PARAMETER_BINDS, read_time, NULL, 0},
};

const struct parameter_list filter_parameters = {filters, ARRAY_LENGTH(filters), NULL};

static bool same_condition(const struct argument *a, const struct argument *b) {
    return a->parameter == b->parameter && a->negated == b->negated;
}

static bool opens_condition(const struct arguments *arguments, size_t place) {
    const struct argument *argument = &arguments->items[place];

    if (argument->alternative_count == 0)
        return false;
    for (size_t i = 0; i < place; i++) {
        if (same_condition(argument, &arguments->items[i]))
            return false;
    }
    return true;
}

static size_t count_alternatives(const struct arguments *arguments, const struct argument *like) {
    size_t count = 0;

    for (size_t i = 0; i < arguments->count; i++) {
        if (same_condition(&arguments->items[i], like))
            count += arguments->items[i].alternative_count;
    }
    return count;
}

/* All values of one name, negated or not. */
static struct condition gather(const struct arguments *arguments, const struct argument *like,
                               struct arena *arena) {
    struct condition condition = {.negated = like->negated};
    struct alternative *all = arena_new(arena, count_alternatives(arguments, like), sizeof(*all));

    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->items[i];
        if (!same_condition(argument, like))
            continue;
        memcpy(&all[condition.alternative_count], argument->alternatives,
               argument->alternative_count * sizeof(*all));
        condition.alternative_count += argument->alternative_count;
    }
    condition.alternatives = all;
    return condition;
}

void filters_to_conditions(const struct arguments *arguments, struct arena *arena,
                           struct query *query) {
    struct condition *conditions = arena_new(arena, arguments->count, sizeof(*conditions));

    query->condition_count = 0;
    for (size_t i = 0; i < arguments->count; i++) {
        if (opens_condition(arguments, i))
            conditions[query->condition_count++] = gather(arguments, &arguments->items[i], arena);
    }
    query->conditions = conditions;
}
