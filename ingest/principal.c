#include "ingest/principal.h"

#include "base/macros.h"

/* ---- conditions ---- */

static bool always(const struct identity *identity) {
    (void)identity;
    return true;
}

static bool is_assumed_root(const struct identity *identity) {
    return identity->assumed_root;
}

static bool is_invoked_by_service(const struct identity *identity) {
    return identity->invoked_by.data != NULL;
}

/* Temporary keys begin with ASIA; a session in the console shows none at times, but attributes. */
static bool is_user_session(const struct identity *identity) {
    return identity->has_session_attributes ||
           span_starts_with(identity->access_key_id, SPAN("ASIA"));
}

/* ---- names ---- */

static struct span or_else(struct span first, struct span second) {
    return first.data != NULL ? first : second;
}

/* What stands behind the last `byte`, unless that is nothing. */
static struct span behind_last(struct span text, char byte) {
    struct span before;
    struct span behind;

    if (!span_cut_last(text, byte, &before, &behind) || behind.length == 0)
        return SPAN_NONE;
    return behind;
}

static struct span root_name(const struct identity *identity) {
    (void)identity;
    return SPAN("root");
}

static struct span service_name(const struct identity *identity) {
    return identity->invoked_by;
}

static struct span arn_name(const struct identity *identity) {
    return behind_last(identity->arn, '/');
}

/* `arn:aws:sts::A:assumed-role/ROLE/SESSION` shows no path of the role. */
static bool cut_assumed_role(struct span arn, struct span *out_role, struct span *out_session) {
    struct span before;
    struct span behind;

    return span_cut(arn, '/', &before, &behind) && span_ends_with(before, SPAN(":assumed-role")) &&
           span_cut(behind, '/', out_role, out_session) && out_role->length > 0;
}

static struct span role_name(const struct identity *identity) {
    struct span role;
    struct span session;

    if (identity->issuer_user_name.data != NULL)
        return identity->issuer_user_name;
    if (cut_assumed_role(identity->arn, &role, &session))
        return role;
    return arn_name(identity);
}

/* The ARN of a role that nobody assumed (type Role) names no session. */
static struct span role_session(const struct identity *identity) {
    struct span role;
    struct span session;

    if (cut_assumed_role(identity->arn, &role, &session) && session.length > 0)
        return or_else(behind_last(session, '/'), session);
    return behind_last(identity->principal_id, ':');
}

static struct span user_name(const struct identity *identity) {
    return or_else(identity->user_name, arn_name(identity));
}

static struct span provider_user_name(const struct identity *identity) {
    return identity->user_name;
}

static struct span on_behalf_of(const struct identity *identity) {
    return identity->on_behalf_of_user_id;
}

static struct span principal_id(const struct identity *identity) {
    return identity->principal_id;
}

static struct span any_name(const struct identity *identity) {
    return or_else(identity->user_name, identity->principal_id);
}

static struct span identity_provider(const struct identity *identity) {
    return identity->identity_provider;
}

/* ---- rules ---- */

enum account_source {
    ACCOUNT_NONE,
    ACCOUNT_CALLER,
    ACCOUNT_RECIPIENT,
};

typedef struct span identity_value(const struct identity *identity);

struct rule {
    struct span type; /* NO_WORD: userIdentity has none */
    bool (*applies)(const struct identity *identity);
    struct span kind;
    identity_value *name;
    identity_value *session; /* NULL: this kind has no session name */
    identity_value *issuer;  /* NULL: the session's */
    enum account_source account;
};

#define WORD(literal)                                                                              \
    { literal, sizeof(literal) - 1 }
#define NO_WORD                                                                                    \
    { NULL, 0 }

/* The first one that applies counts. */
static const struct rule rules[] = {
    {WORD("Root"), is_assumed_root, WORD("root_session"), root_name, .account = ACCOUNT_CALLER},
    {WORD("Root"), always, WORD("root"), root_name, .account = ACCOUNT_CALLER},
    {WORD("AWSService"), always, WORD("aws_service"), service_name, .account = ACCOUNT_NONE},
    {NO_WORD, is_invoked_by_service, WORD("aws_service"), service_name, .account = ACCOUNT_CALLER},
    {WORD("AssumedRole"), always, WORD("role_session"), role_name, role_session,
     .account = ACCOUNT_CALLER},
    {WORD("Role"), always, WORD("role_session"), role_name, role_session,
     .account = ACCOUNT_CALLER},
    {WORD("FederatedUser"), always, WORD("federated_user"), arn_name, .account = ACCOUNT_CALLER},
    {WORD("IAMUser"), is_user_session, WORD("user_session"), user_name, .account = ACCOUNT_CALLER},
    {WORD("IAMUser"), always, WORD("iam_user"), user_name, .account = ACCOUNT_CALLER},
    {WORD("SAMLUser"), always, WORD("identity_provider_user"), provider_user_name,
     .issuer = identity_provider, .account = ACCOUNT_RECIPIENT},
    {WORD("WebIdentityUser"), always, WORD("identity_provider_user"), provider_user_name,
     .issuer = identity_provider, .account = ACCOUNT_RECIPIENT},
    {WORD("IdentityCenterUser"), always, WORD("identity_center_user"), on_behalf_of,
     .account = ACCOUNT_CALLER},
    {WORD("AWSAccount"), always, WORD("other_account"), principal_id, .account = ACCOUNT_CALLER},
};

static const struct rule all_others = {NO_WORD, always, WORD("unknown"), any_name,
                                       .account = ACCOUNT_CALLER};

static const struct rule *find_rule(const struct identity *identity) {
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        if (span_equal(identity->type, rules[i].type) && rules[i].applies(identity))
            return &rules[i];
    }
    return &all_others;
}

static struct span pick_account(enum account_source source, struct span caller,
                                struct span recipient) {
    switch (source) {
    case ACCOUNT_CALLER:
        return caller;
    case ACCOUNT_RECIPIENT:
        return recipient;
    case ACCOUNT_NONE:
        break;
    }
    return SPAN_NONE;
}

void principal_pick(const struct identity *identity, struct span recipient_account,
                    struct event *event) {
    const struct rule *rule = find_rule(identity);
    bool is_service = rule->name == service_name;
    struct span *value = event->value;

    value[ATTRIBUTE_PRINCIPAL_KIND] = rule->kind;
    value[ATTRIBUTE_PRINCIPAL_NAME] = rule->name(identity);
    value[ATTRIBUTE_PRINCIPAL_ARN] = identity->arn;
    value[ATTRIBUTE_PRINCIPAL_ACCOUNT] =
        pick_account(rule->account, identity->account_id, recipient_account);
    value[ATTRIBUTE_ACCESS_KEY] = identity->access_key_id;
    value[ATTRIBUTE_SESSION] = rule->session != NULL ? rule->session(identity) : SPAN_NONE;
    value[ATTRIBUTE_ISSUER] = rule->issuer != NULL ? rule->issuer(identity) : identity->issuer_arn;
    /* A service that acts for itself forwards nobody's call. */
    value[ATTRIBUTE_VIA] = is_service ? SPAN_NONE : identity->invoked_by;
}
