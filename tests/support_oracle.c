#include "tests/support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct span text_of(const json_t *value) {
    if (!json_is_string(value) || json_string_length(value) == 0)
        return SPAN_NONE;
    return (struct span){json_string_value(value), json_string_length(value)};
}

static struct span member(const json_t *object, const char *name) {
    return text_of(json_object_get(object, name));
}

static bool is(struct span text, const char *word) {
    return text.data != NULL && span_equal(text, span_of(word));
}

/* The times in the records are written as CloudTrail writes them, at most with milliseconds. */
int64_t oracle_time(struct span text) {
    struct tm parts = {0};
    char copy[40] = "";
    int ms = 0;

    assert_true(text.length < sizeof(copy));
    memcpy(copy, text.data, text.length);
    const char *rest = strptime(copy, "%Y-%m-%dT%H:%M:%S", &parts);
    assert_non_null(rest);
    if (sscanf(rest, ".%3dZ", &ms) != 1)
        assert_string_equal(rest, "Z");
    return (int64_t)timegm(&parts) * 1000 + ms;
}

static struct span behind_last(struct span text, char mark) {
    const char *place = text.data == NULL ? NULL : memrchr(text.data, mark, text.length);
    size_t left = place == NULL ? 0 : text.length - (size_t)(place + 1 - text.data);

    return left == 0 ? SPAN_NONE : (struct span){place + 1, left};
}

static struct span first_of(struct span first, struct span second) {
    return first.data != NULL ? first : second;
}

/* ---- who ---- */

static const char *kind_of(const json_t *identity, struct span key) {
    static const struct {
        const char *type;
        const char *kind;
    } plain[] = {
        {"AWSService", "aws_service"},
        {"AssumedRole", "role_session"},
        {"Role", "role_session"},
        {"FederatedUser", "federated_user"},
        {"SAMLUser", "identity_provider_user"},
        {"WebIdentityUser", "identity_provider_user"},
        {"IdentityCenterUser", "identity_center_user"},
        {"AWSAccount", "other_account"},
    };
    const json_t *context = json_object_get(identity, "sessionContext");
    const json_t *assumed = json_object_get(context, "assumedRoot");
    struct span type = member(identity, "type");

    if (is(type, "Root"))
        return json_is_true(assumed) || is(text_of(assumed), "true") ? "root_session" : "root";
    if (is(type, "IAMUser"))
        return (key.length >= 4 && memcmp(key.data, "ASIA", 4) == 0) ||
                       json_object_size(json_object_get(context, "attributes")) > 0
                   ? "user_session"
                   : "iam_user";
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        if (is(type, plain[i].type))
            return plain[i].kind;
    }
    return type.data == NULL && member(identity, "invokedBy").data != NULL ? "aws_service"
                                                                           : "unknown";
}

/* `arn:aws:sts::A:assumed-role/ROLE/SESSION`; other ARNs, of a role that nobody assumed, tell of no
 * session. */
static void name_role(struct oracle_event *event, const json_t *identity, struct span issuer_name) {
    struct span before = SPAN("");
    struct span behind = SPAN("");
    struct span role = SPAN("");
    struct span session = SPAN("");

    if (event->arn.data != NULL && span_cut(event->arn, '/', &before, &behind) &&
        span_ends_with(before, SPAN(":assumed-role")))
        (void)!span_cut(behind, '/', &role, &session);
    event->name = issuer_name.data != NULL ? issuer_name
                  : role.length > 0        ? role
                                           : behind_last(event->arn, '/');
    event->session = role.length > 0 && session.length > 0
                         ? first_of(behind_last(session, '/'), session)
                         : behind_last(member(identity, "principalId"), ':');
}

static struct span name_user(const json_t *identity, struct span kind, struct span arn) {
    struct span user_name = member(identity, "userName");

    if (is(kind, "root") || is(kind, "root_session"))
        return SPAN("root");
    if (is(kind, "aws_service"))
        return member(identity, "invokedBy");
    if (is(kind, "federated_user"))
        return behind_last(arn, '/');
    if (is(kind, "identity_center_user"))
        return member(json_object_get(identity, "onBehalfOf"), "userId");
    if (is(kind, "other_account"))
        return member(identity, "principalId");
    if (is(kind, "identity_provider_user") || user_name.data != NULL)
        return user_name;
    return is(kind, "unknown") ? member(identity, "principalId") : behind_last(arn, '/');
}

static void read_principal(struct oracle_event *event, const json_t *identity) {
    const json_t *issuer =
        json_object_get(json_object_get(identity, "sessionContext"), "sessionIssuer");

    event->access_key = member(identity, "accessKeyId");
    event->arn = member(identity, "arn");
    event->kind = span_of(kind_of(identity, event->access_key));
    event->issuer = member(issuer, "arn");
    event->caller_account = member(identity, "accountId");
    if (is(event->kind, "role_session"))
        name_role(event, identity, member(issuer, "userName"));
    else
        event->name = name_user(identity, event->kind, event->arn);
    if (is(event->kind, "identity_provider_user")) {
        event->issuer = member(identity, "identityProvider");
        event->caller_account = event->account;
    }
    if (is(member(identity, "type"), "AWSService"))
        event->caller_account = SPAN_NONE;
    if (!is(event->kind, "aws_service"))
        event->via = member(identity, "invokedBy");
}

/* ---- what, when, where ---- */

static struct span flag_of(const json_t *value) {
    if (json_is_boolean(value))
        return json_is_true(value) ? SPAN("true") : SPAN("false");
    struct span text = text_of(value);
    return is(text, "true") || is(text, "false") ? text : SPAN_NONE;
}

struct oracle_event oracle_read(struct span text) {
    struct oracle_event event = {0};
    json_error_t error;
    json_t *record = json_loadb(text.data, text.length, JSON_ALLOW_NUL, &error);
    const json_t *identity = json_object_get(record, "userIdentity");
    const json_t *insight = json_object_get(record, "insightDetails");

    if (record == NULL)
        fail_msg("%s: %.*s", error.text, SPAN_ARGS(text));
    event.record = record;
    event.time_ms = oracle_time(member(record, "eventTime"));
    event.id = member(record, "eventID");
    event.account = first_of(member(record, "recipientAccountId"), member(identity, "accountId"));
    event.region = member(record, "awsRegion");
    event.service = first_of(member(record, "eventSource"), member(insight, "eventSource"));
    event.action = first_of(member(record, "eventName"), member(insight, "eventName"));
    event.source = member(record, "sourceIPAddress");
    event.agent = member(record, "userAgent");
    event.error = member(record, "errorCode");
    event.error_message = member(record, "errorMessage");
    event.read_only = flag_of(json_object_get(record, "readOnly"));
    event.type = member(record, "eventType");
    event.category = member(record, "eventCategory");
    read_principal(&event, identity);
    return event;
}

void oracle_clear(struct oracle_event *event) {
    json_decref(event->record);
    *event = (struct oracle_event){0};
}

/* ---- how it is shown ---- */

static json_t *json_text(struct span text) {
    return text.data == NULL ? json_null() : json_stringn(text.data, text.length);
}

static json_t *show_time(int64_t ms) {
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    char text[40];

    gmtime_r(&seconds, &parts);
    size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    if (ms % 1000 != 0)
        snprintf(text + length, sizeof(text) - length, ".%03dZ", (int)(ms % 1000));
    else
        snprintf(text + length, sizeof(text) - length, "Z");
    return json_string(text);
}

static json_t *show_resources(const json_t *record) {
    json_t *shown = json_array();
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(record, "resources"), i, item) {
        struct span arn = member(item, "ARN");
        struct span prefix = member(item, "ARNPrefix");
        bool by_prefix = arn.data == NULL && prefix.data != NULL;
        json_t *type = json_text(member(item, "type"));
        json_t *account = json_text(member(item, "accountId"));
        if (arn.data == NULL && !by_prefix && json_is_null(type) && json_is_null(account))
            continue;
        json_array_append_new(shown, json_pack("{so so so}", by_prefix ? "arn_prefix" : "arn",
                                               json_text(by_prefix ? prefix : arn), "type", type,
                                               "account", account));
    }
    return shown;
}

static json_t *show_principal(const struct oracle_event *event) {
    return json_pack("{so so so so so so so so}", "kind", json_text(event->kind), "name",
                     json_text(event->name), "arn", json_text(event->arn), "account",
                     json_text(event->caller_account), "access_key", json_text(event->access_key),
                     "session", json_text(event->session), "issuer", json_text(event->issuer),
                     "via", json_text(event->via));
}

json_t *oracle_show(const struct oracle_event *event) {
    json_t *read_only =
        event->read_only.data == NULL ? json_null() : json_boolean(is(event->read_only, "true"));

    return json_pack(
        "{so so so so so so so so so so so so so sI}", "event_id", json_text(event->id),
        "event_time", show_time(event->time_ms), "account", json_text(event->account), "region",
        json_text(event->region), "service", json_text(event->service), "action",
        json_text(event->action), "read_only", read_only, "principal", show_principal(event),
        "source_ip", json_text(event->source), "user_agent", json_text(event->agent), "error_code",
        json_text(event->error), "error_message", json_text(event->error_message), "resources",
        show_resources(event->record), "import", (json_int_t)event->import);
}

void oracle_each_resource(const struct oracle_event *event,
                          void (*visit)(struct span text, void *context), void *context) {
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(event->record, "resources"), i, item) {
        struct span arn = member(item, "ARN");
        struct span prefix = member(item, "ARNPrefix");
        struct span slash = behind_last(arn, '/');
        struct span colon = behind_last(arn, ':');
        if (arn.data != NULL)
            visit(arn, context);
        if (prefix.data != NULL)
            visit(prefix, context);
        if (arn.data != NULL && arn.data[arn.length - 1] != '/' &&
            arn.data[arn.length - 1] != ':' && (slash.data != NULL || colon.data != NULL))
            visit(slash.data != NULL && (colon.data == NULL || slash.length < colon.length) ? slash
                                                                                            : colon,
                  context);
    }
}
