#include "handlers/event_json.h"

#include "base/json_text.h"
#include "ingest/ingest.h"

/* Names of members and the attributes they show, in the order of the answer. */
struct member {
    const char *name;
    enum attribute attribute;
};

static void write_members(const struct event *event, const struct member *members, size_t count,
                          struct buffer *out) {
    for (size_t i = 0; i < count; i++)
        json_text_string_member(out, members[i].name, event->value[members[i].attribute]);
}

static void write_principal(const struct event *event, struct buffer *out) {
    static const struct member members[] = {
        {"kind", ATTRIBUTE_PRINCIPAL_KIND},   {"name", ATTRIBUTE_PRINCIPAL_NAME},
        {"arn", ATTRIBUTE_PRINCIPAL_ARN},     {"account", ATTRIBUTE_PRINCIPAL_ACCOUNT},
        {"access_key", ATTRIBUTE_ACCESS_KEY}, {"session", ATTRIBUTE_SESSION},
        {"issuer", ATTRIBUTE_ISSUER},         {"via", ATTRIBUTE_VIA},
    };

    json_text_name(out, "principal");
    buffer_append_byte(out, '{');
    write_members(event, members, ARRAY_LENGTH(members), out);
    buffer_append_byte(out, '}');
}

static void write_read_only(const struct event *event, struct buffer *out) {
    struct span value = event->value[ATTRIBUTE_READ_ONLY];

    json_text_name(out, "read_only");
    buffer_append(out, value.data == NULL ? SPAN("null") : value);
}

static void write_resource(const struct resource *resource, struct buffer *out) {
    json_text_next(out);
    buffer_append_byte(out, '{');
    if (resource->arn.data == NULL && resource->arn_prefix.data != NULL)
        json_text_string_member(out, "arn_prefix", resource->arn_prefix);
    else
        json_text_string_member(out, "arn", resource->arn);
    json_text_string_member(out, "type", resource->type);
    json_text_string_member(out, "account", resource->account);
    buffer_append_byte(out, '}');
}

static void write_resources(const struct event *event, struct buffer *out) {
    json_text_name(out, "resources");
    buffer_append_byte(out, '[');
    for (size_t i = 0; i < event->resource_count; i++)
        write_resource(&event->resources[i], out);
    buffer_append_byte(out, ']');
}

static void write_summary(const struct event *event, const struct found *found,
                          struct buffer *out) {
    static const struct member what[] = {
        {"region", ATTRIBUTE_REGION}, {"service", ATTRIBUTE_SERVICE}, {"action", ATTRIBUTE_ACTION}};
    static const struct member how[] = {{"source_ip", ATTRIBUTE_SOURCE_IP},
                                        {"user_agent", ATTRIBUTE_USER_AGENT},
                                        {"error_code", ATTRIBUTE_ERROR_CODE}};

    json_text_string_member(out, "event_id", event->event_id);
    json_text_time_member(out, "event_time", event->time_ms);
    /* The store's: the account may have come from the file's name. */
    json_text_string_member(out, "account", found->account);
    write_members(event, what, ARRAY_LENGTH(what), out);
    write_read_only(event, out);
    write_principal(event, out);
    write_members(event, how, ARRAY_LENGTH(how), out);
    json_text_string_member(out, "error_message", event->error_message);
    write_resources(event, out);
    json_text_integer_member(out, "import", found->position.import);
}

bool event_json_write(const struct found *found, enum event_view view, struct arena *arena,
                      struct buffer *out, struct err *err) {
    struct event event;

    if (view == VIEW_RECORDS) {
        buffer_append(out, found->record);
        return true;
    }
    if (!ingest_pick(found->record, arena, &event, err)) {
        err->kind = ERR_INTERNAL; /* what was taken in must be readable */
        return err_add(err, "a stored event of import %lld", (long long)found->position.import);
    }
    buffer_append_byte(out, '{');
    write_summary(&event, found, out);
    if (view == VIEW_FULL) {
        json_text_name(out, "record");
        buffer_append(out, found->record);
    }
    buffer_append_byte(out, '}');
    return true;
}
