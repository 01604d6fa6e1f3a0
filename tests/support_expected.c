#include "tests/support_expected.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utc.h"
#include "tests/support_lookup.h"

/* ---- members ---- */

/* Strings and numbers that are not empty; borrowed. */
static json_t *text_of(const json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);

    if (json_is_string(value) && json_string_length(value) > 0)
        return value;
    return json_is_number(value) ? value : NULL;
}

static json_t *either(json_t *first, json_t *second) {
    return first != NULL ? first : second;
}

static struct span span_of_json(const json_t *value) {
    if (!json_is_string(value))
        return SPAN_NONE;
    return (struct span){json_string_value(value), json_string_length(value)};
}

static bool says(const json_t *value, const char *text) {
    return span_equal(span_of_json(value), span_of(text));
}

static bool is_flag(const json_t *value, const char *text) {
    return says(value, text) || (json_is_true(value) && strcmp(text, "true") == 0) ||
           (json_is_false(value) && strcmp(text, "false") == 0);
}

static json_t *flag_of(const json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);

    if (is_flag(value, "true"))
        return json_string("true");
    return is_flag(value, "false") ? json_string("false") : NULL;
}

/* The part of a text behind its last byte out of `separators`; new. */
static json_t *behind(const json_t *text, const char *separators) {
    struct span all = span_of_json(text);
    size_t begin = all.length;

    while (begin > 0 && strchr(separators, all.data[begin - 1]) == NULL)
        begin--;
    if (begin == 0 || begin == all.length)
        return NULL;
    return json_stringn_nocheck(all.data + begin, all.length - begin);
}

static void set(json_t *object, const char *name, json_t *borrowed) {
    if (borrowed != NULL)
        json_object_set(object, name, borrowed);
}

static void set_new(json_t *object, const char *name, json_t *value) {
    if (value != NULL)
        json_object_set_new(object, name, value);
}

/* ---- who ---- */

/* The session's name and the role's: two parts behind "assumed-role" in an ARN. */
static bool role_in_arn(const json_t *arn, json_t **out_role, json_t **out_session) {
    struct span text = span_of_json(arn);
    struct span before = SPAN_NONE;
    struct span rest = SPAN_NONE;
    struct span role = SPAN_NONE;
    struct span session = SPAN_NONE;

    *out_role = NULL;
    *out_session = NULL;
    if (!span_cut(text, '/', &before, &rest) || !span_ends_with(before, SPAN(":assumed-role")) ||
        !span_cut(rest, '/', &role, &session) || role.length == 0)
        return false;
    *out_role = json_stringn_nocheck(role.data, role.length);
    if (session.length > 0) {
        json_t *whole = json_stringn_nocheck(session.data, session.length);
        json_t *last = behind(whole, "/");
        *out_session = last != NULL ? last : json_incref(whole);
        json_decref(whole);
    }
    return true;
}

static void set_role(json_t *event, const json_t *identity, const json_t *issuer) {
    json_t *arn = text_of(identity, "arn");
    json_t *role;
    json_t *session;
    bool assumed = role_in_arn(arn, &role, &session);

    if (text_of(issuer, "userName") != NULL)
        set(event, "principal_name", text_of(issuer, "userName"));
    else if (assumed)
        set(event, "principal_name", role);
    else
        set_new(event, "principal_name", behind(arn, "/"));
    if (session != NULL)
        set(event, "session", session);
    else
        set_new(event, "session", behind(text_of(identity, "principalId"), ":"));
    json_decref(role);
    json_decref(session);
}

static void set_user(json_t *event, const json_t *identity, const json_t *context) {
    bool session = span_starts_with(span_of_json(text_of(identity, "accessKeyId")), SPAN("ASIA")) ||
                   json_object_size(json_object_get(context, "attributes")) > 0;

    set_new(event, "principal_kind", json_string(session ? "user_session" : "iam_user"));
    if (text_of(identity, "userName") != NULL)
        set(event, "principal_name", text_of(identity, "userName"));
    else
        set_new(event, "principal_name", behind(text_of(identity, "arn"), "/"));
}

static void set_kind(json_t *event, const char *kind, json_t *name) {
    json_object_set_new(event, "principal_kind", json_string(kind));
    set(event, "principal_name", name);
}

static void set_root(json_t *event, const json_t *context) {
    bool assumed = is_flag(json_object_get(context, "assumedRoot"), "true");

    set_kind(event, assumed ? "root_session" : "root", NULL);
    set_new(event, "principal_name", json_string("root"));
}

/* Kind, name and session. */
static void set_caller(json_t *event, const json_t *identity, const json_t *type) {
    const json_t *context = json_object_get(identity, "sessionContext");
    json_t *service = text_of(identity, "invokedBy");

    if (says(type, "Root")) {
        set_root(event, context);
    } else if (says(type, "AWSService") || (type == NULL && service != NULL)) {
        set_kind(event, "aws_service", service);
    } else if (says(type, "AssumedRole") || says(type, "Role")) {
        set_kind(event, "role_session", NULL);
        set_role(event, identity, json_object_get(context, "sessionIssuer"));
    } else if (says(type, "FederatedUser")) {
        set_kind(event, "federated_user", NULL);
        set_new(event, "principal_name", behind(text_of(identity, "arn"), "/"));
    } else if (says(type, "IAMUser")) {
        set_user(event, identity, context);
    } else if (says(type, "SAMLUser") || says(type, "WebIdentityUser")) {
        set_kind(event, "identity_provider_user", text_of(identity, "userName"));
    } else if (says(type, "IdentityCenterUser")) {
        set_kind(event, "identity_center_user",
                 text_of(json_object_get(identity, "onBehalfOf"), "userId"));
    } else if (says(type, "AWSAccount")) {
        set_kind(event, "other_account", text_of(identity, "principalId"));
    } else {
        set_kind(event, "unknown",
                 either(text_of(identity, "userName"), text_of(identity, "principalId")));
    }
}

static void set_principal(json_t *event, const json_t *record) {
    const json_t *identity = json_object_get(record, "userIdentity");
    const json_t *context = json_object_get(identity, "sessionContext");
    json_t *named = text_of(identity, "type");
    const json_t *type = json_is_string(named) ? named : NULL;
    bool by_provider = says(type, "SAMLUser") || says(type, "WebIdentityUser");

    set_caller(event, identity, type);
    set(event, "principal_arn", text_of(identity, "arn"));
    set(event, "access_key", text_of(identity, "accessKeyId"));
    if (by_provider)
        set(event, "principal_account", json_object_get(event, "account"));
    else if (!says(type, "AWSService"))
        set(event, "principal_account", text_of(identity, "accountId"));
    set(event, "issuer",
        by_provider ? text_of(identity, "identityProvider")
                    : text_of(json_object_get(context, "sessionIssuer"), "arn"));
    if (!says(json_object_get(event, "principal_kind"), "aws_service"))
        set(event, "via", text_of(identity, "invokedBy"));
}

/* ---- what, when, where ---- */

static void set_values(json_t *event, const json_t *record) {
    const json_t *insight = json_object_get(record, "insightDetails");
    const json_t *identity = json_object_get(record, "userIdentity");
    json_t *recipient =
        either(text_of(record, "recipientAccountId"), text_of(record, "recipientAccountID"));

    set(event, "account", either(recipient, text_of(identity, "accountId")));
    set(event, "region", text_of(record, "awsRegion"));
    set(event, "service", either(text_of(record, "eventSource"), text_of(insight, "eventSource")));
    set(event, "action", either(text_of(record, "eventName"), text_of(insight, "eventName")));
    set(event, "source_ip", text_of(record, "sourceIPAddress"));
    set(event, "user_agent", text_of(record, "userAgent"));
    set(event, "error_code", text_of(record, "errorCode"));
    set(event, "error_message", text_of(record, "errorMessage"));
    set(event, "event_id", text_of(record, "eventID"));
    set(event, "event_type", text_of(record, "eventType"));
    set(event, "event_category", text_of(record, "eventCategory"));
    set_new(event, "read_only", flag_of(record, "readOnly"));
}

static void append_resource(json_t *resources, const json_t *item) {
    json_t *arn = either(text_of(item, "ARN"), text_of(item, "arn"));
    json_t *resource = json_object();

    set(resource, "arn", arn);
    set(resource, "arn_prefix", text_of(item, "ARNPrefix"));
    set(resource, "account", text_of(item, "accountId"));
    set(resource, "type", text_of(item, "type"));
    set_new(resource, "name", behind(arn, "/:"));
    if (json_object_size(resource) > 0)
        json_array_append(resources, resource);
    json_decref(resource);
}

static void set_resources(json_t *event, const json_t *record) {
    json_t *resources = json_array();
    size_t i;
    json_t *item;

    json_array_foreach(json_object_get(record, "resources"), i, item)
        append_resource(resources, item);
    json_object_set_new(event, "resources", resources);
}

/* ---- is it one? ---- */

/* Of a number, how jansson writes it: none but whole ones can be taken for a date. */
static bool time_of(const json_t *record, int64_t *out_ms) {
    json_t *time = either(text_of(record, "eventTime"), text_of(record, "@timestamp"));

    if (json_is_string(time))
        return utc_parse(span_of_json(time), out_ms);
    char *written = json_dumps(time, JSON_ENCODE_ANY);
    bool parsed = utc_parse(span_of(written), out_ms);
    free(written);
    return parsed;
}

static bool is_version_1(const json_t *version) {
    struct span text = span_of_json(version);
    size_t zeros = 0;

    if (json_is_integer(version))
        return json_integer_value(version) == 1;
    while (zeros < text.length && text.data[zeros] == '0')
        zeros++;
    text = span_skip(text, zeros);
    return text.length > 0 && text.data[0] == '1' && (text.length == 1 || text.data[1] == '.');
}

static const char *why_none(const json_t *record, int64_t *out_ms) {
    json_t *version = text_of(record, "eventVersion");

    if (!json_is_object(record))
        return "not an object";
    if (says(json_object_get(record, "eventSource"), "aws:s3"))
        return "an S3 event notification, not a CloudTrail event";
    if (version != NULL && !is_version_1(version))
        return "eventVersion is not 1.x";
    if (either(text_of(record, "eventTime"), text_of(record, "@timestamp")) == NULL)
        return "eventTime is missing";
    if (!time_of(record, out_ms))
        return "eventTime is not a time such as 2023-07-10T12:25:29Z";
    if (json_array_size(json_object_get(record, "resources")) > LIMIT_RESOURCES_PER_RECORD)
        return "more items in resources than 1000";
    return NULL;
}

json_t *expected_event(const json_t *record) {
    int64_t time_ms = -1;
    const char *reason = why_none(record, &time_ms);
    json_t *event = json_object();

    if (json_is_real(json_object_get(record, "eventVersion"))) {
        json_decref(event);
        return NULL;
    }
    if (reason != NULL) {
        json_object_set_new(event, "reason", json_string(reason));
        return event;
    }
    json_object_set_new(event, "time_ms", json_integer(time_ms));
    set_values(event, record);
    set_principal(event, record);
    set_resources(event, record);
    json_object_set_new(event, "lookup_resources", expected_lookup(record, event));
    return event;
}

/* ---- comparing ---- */

static const char *const attribute_names[ATTRIBUTE_COUNT] = {
    [ATTRIBUTE_ACCOUNT] = "account",
    [ATTRIBUTE_REGION] = "region",
    [ATTRIBUTE_SERVICE] = "service",
    [ATTRIBUTE_ACTION] = "action",
    [ATTRIBUTE_PRINCIPAL_KIND] = "principal_kind",
    [ATTRIBUTE_PRINCIPAL_NAME] = "principal_name",
    [ATTRIBUTE_PRINCIPAL_ARN] = "principal_arn",
    [ATTRIBUTE_PRINCIPAL_ACCOUNT] = "principal_account",
    [ATTRIBUTE_ACCESS_KEY] = "access_key",
    [ATTRIBUTE_SESSION] = "session",
    [ATTRIBUTE_ISSUER] = "issuer",
    [ATTRIBUTE_VIA] = "via",
    [ATTRIBUTE_SOURCE_IP] = "source_ip",
    [ATTRIBUTE_USER_AGENT] = "user_agent",
    [ATTRIBUTE_ERROR_CODE] = "error_code",
    [ATTRIBUTE_READ_ONLY] = "read_only",
    [ATTRIBUTE_EVENT_TYPE] = "event_type",
    [ATTRIBUTE_EVENT_CATEGORY] = "event_category",
    [ATTRIBUTE_RESOURCE] = "no such value",
    [ATTRIBUTE_LOOKUP_TYPE] = "no such value",
    [ATTRIBUTE_LOOKUP_NAME] = "no such value",
};

bool same_text(struct span text, const json_t *expected) {
    if (expected == NULL)
        return text.data == NULL;
    if (json_is_string(expected))
        return text.data != NULL && span_equal(text, span_of_json(expected));
    json_t *number = json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL);
    bool same = json_is_number(number) && json_equal(number, expected);
    json_decref(number);
    return same;
}

static bool same_resource(const struct resource *resource, const json_t *expected) {
    return same_text(resource->arn, json_object_get(expected, "arn")) &&
           same_text(resource->arn_prefix, json_object_get(expected, "arn_prefix")) &&
           same_text(resource->account, json_object_get(expected, "account")) &&
           same_text(resource->type, json_object_get(expected, "type")) &&
           same_text(resource->name, json_object_get(expected, "name"));
}

static bool same_resources(const struct event *event, const json_t *expected) {
    if (event->resource_count != json_array_size(expected))
        return false;
    for (size_t i = 0; i < event->resource_count; i++) {
        if (!same_resource(&event->resources[i], json_array_get(expected, i)))
            return false;
    }
    return true;
}

const char *event_difference(const struct event *event, const json_t *expected) {
    if (event->time_ms != json_integer_value(json_object_get(expected, "time_ms")))
        return "time_ms";
    if (!same_text(event->event_id, json_object_get(expected, "event_id")))
        return "event_id";
    if (!same_text(event->error_message, json_object_get(expected, "error_message")))
        return "error_message";
    for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (!same_text(event->value[i], json_object_get(expected, attribute_names[i])))
            return attribute_names[i];
    }
    if (!same_resources(event, json_object_get(expected, "resources")))
        return "resources";
    return same_lookup(event, json_object_get(expected, "lookup_resources")) ? NULL
                                                                             : "lookup_resources";
}
