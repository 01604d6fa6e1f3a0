/* LookupEvents: events by their attributes, newest first, as CloudTrail's own API gives them. What
 * equals AWS and what goes beyond it stands in docs/LOOKUP_EVENTS.md. */
#include "base/json_text.h"
#include "base/limits.h"
#include "handlers/aws_operations.h"
#include "handlers/lookup_request.h"
#include "handlers/search.h"
#include "ingest/ingest.h"

static bool holds(const struct lookup_request *request, const struct event *event) {
    for (size_t i = 0; i < request->attribute_count; i++) {
        if (!lookup_attribute_holds(&request->attributes[i], event))
            return false;
    }
    return true;
}

static void write_resources(const struct event *event, struct buffer *out) {
    json_text_name(out, "Resources");
    buffer_append_byte(out, '[');
    for (size_t i = 0; i < event->lookup_resource_count; i++) {
        json_text_next(out);
        buffer_append_byte(out, '{');
        json_text_string_member(out, "ResourceType", event->lookup_resources[i].type);
        json_text_string_member(out, "ResourceName", event->lookup_resources[i].name);
        buffer_append_byte(out, '}');
    }
    buffer_append_byte(out, ']');
}

static void write_event(const struct event *event, struct span record, struct buffer *out) {
    json_text_next(out);
    buffer_append_byte(out, '{');
    aws_write_text(out, "EventId", event->event_id);
    aws_write_text(out, "EventName", event->value[ATTRIBUTE_ACTION]);
    aws_write_text(out, "ReadOnly", event->value[ATTRIBUTE_READ_ONLY]);
    aws_write_text(out, "AccessKeyId", event->value[ATTRIBUTE_ACCESS_KEY]);
    aws_write_time(out, "EventTime", event->time_ms);
    aws_write_text(out, "EventSource", event->value[ATTRIBUTE_SERVICE]);
    aws_write_text(out, "Username", lookup_username(event));
    write_resources(event, out);
    json_text_string_member(out, "CloudTrailEvent", record);
    buffer_append_byte(out, '}');
}

static bool write_events(struct call *call, const struct lookup_request *request,
                         const struct found_page *found, struct err *err) {
    struct event event;

    for (size_t i = 0; i < found->count; i++) {
        const struct found *each = &found->events[i];
        if (!ingest_pick(each->record, call->arena, &event, err)) {
            err->kind = ERR_INTERNAL; /* what was taken in must be readable */
            return err_add(err, "a stored event of import %lld", (long long)each->position.import);
        }
        if (holds(request, &event))
            write_event(&event, each->record, &call->response->body);
    }
    return true;
}

/* Clients stop at a token that they were given before. No two are alike: each page ends behind the
 * one before it. */
static void write_token(struct call *call, const struct lookup_request *request,
                        const struct found_page *found) {
    struct cursor next = request->cursor;

    if (!found->more || found->count == 0)
        return;
    next.after = found->events[found->count - 1].position;
    json_text_string_member(&call->response->body, "NextToken", cursor_encode(&next, call->arena));
}

static bool search(struct call *call, const struct lookup_request *request, struct found_page *out,
                   struct err *err) {
    struct query query = lookup_request_query(request, call->arena);

    if (search_events(call, &query, out, err))
        return true;
    if (err->kind == ERR_TIMEOUT)
        return err_set(err, ERR_TIMEOUT,
                       "the search took longer than %d seconds: narrow the time range with "
                       "StartTime and EndTime, or add an attribute",
                       LIMIT_QUERY_SECONDS);
    return false;
}

bool lookup_events(struct aws_request *aws, struct err *err) {
    struct buffer *body = &aws->call->response->body;
    struct lookup_request request;
    struct found_page found;

    if (!lookup_request_read(aws, &request, err) || !search(aws->call, &request, &found, err))
        return false;
    aws_answer_begin(aws, 200);
    buffer_append_text(body, "{\"Events\":[");
    if (!write_events(aws->call, &request, &found, err))
        return false;
    buffer_append_byte(body, ']');
    write_token(aws->call, &request, &found);
    buffer_append_text(body, "}\n");
    return true;
}
