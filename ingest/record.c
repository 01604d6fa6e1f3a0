#include "ingest/record.h"

#include <assert.h>

#include "base/limits.h"
#include "base/utc.h"
#include "ingest/lookup_resources.h"
#include "ingest/principal.h"
#include "ingest/record_walk.h"

static struct span either_text(const struct picking *picking, enum slot first, enum slot second) {
    return picked_text(picking, is_picked(picking, first) ? first : second);
}

static struct span flag_of(const struct picking *picking, enum slot slot) {
    struct span text = picked_text(picking, slot);

    return span_equal(text, SPAN("true")) || span_equal(text, SPAN("false")) ? text : SPAN_NONE;
}

/* Versions count as integers: 1.11 comes after 1.9 (CloudTrail record contents, eventVersion). */
static bool is_version_1(struct span version) {
    struct span major = version;
    struct span minor;
    int64_t number;

    (void)!span_cut(version, '.', &major, &minor);
    return span_to_integer(major, &number) && number == 1;
}

/* NULL when it is an event; else why not. */
static const char *why_no_event(const struct picking *picking, int64_t *out_time_ms) {
    struct span version = picked_text(picking, SLOT_EVENT_VERSION);
    struct span time = either_text(picking, SLOT_EVENT_TIME, SLOT_TIMESTAMP);

    if (span_equal(picked_text(picking, SLOT_EVENT_SOURCE), SPAN("aws:s3")))
        return "an S3 event notification, not a CloudTrail event";
    if (version.data != NULL && !is_version_1(version))
        return "eventVersion is not 1.x";
    if (time.data == NULL)
        return "eventTime is missing";
    if (!utc_parse(time, out_time_ms))
        return "eventTime is not a time such as 2023-07-10T12:25:29Z";
    return NULL;
}

static void set_principal(const struct picking *picking, struct event *event) {
    struct identity identity = {
        .type = picked_text(picking, SLOT_IDENTITY_TYPE),
        .user_name = picked_text(picking, SLOT_USER_NAME),
        .principal_id = picked_text(picking, SLOT_PRINCIPAL_ID),
        .arn = picked_text(picking, SLOT_ARN),
        .account_id = picked_text(picking, SLOT_ACCOUNT_ID),
        .access_key_id = picked_text(picking, SLOT_ACCESS_KEY_ID),
        .invoked_by = picked_text(picking, SLOT_INVOKED_BY),
        .identity_provider = picked_text(picking, SLOT_IDENTITY_PROVIDER),
        .on_behalf_of_user_id = picked_text(picking, SLOT_ON_BEHALF_OF_USER_ID),
        .issuer_arn = picked_text(picking, SLOT_ISSUER_ARN),
        .issuer_user_name = picked_text(picking, SLOT_ISSUER_USER_NAME),
        .has_session_attributes = is_picked(picking, SLOT_SESSION_ATTRIBUTES),
        .assumed_root = span_equal(picked_text(picking, SLOT_ASSUMED_ROOT), SPAN("true")),
    };
    struct span recipient = either_text(picking, SLOT_RECIPIENT, SLOT_RECIPIENT_RESPELT);

    event->value[ATTRIBUTE_ACCOUNT] = recipient.data != NULL ? recipient : identity.account_id;
    principal_pick(&identity, event->value[ATTRIBUTE_ACCOUNT], event);
}

static void set_values(const struct picking *picking, struct event *event) {
    struct span *value = event->value;

    value[ATTRIBUTE_REGION] = picked_text(picking, SLOT_REGION);
    value[ATTRIBUTE_SERVICE] = either_text(picking, SLOT_EVENT_SOURCE, SLOT_INSIGHT_SOURCE);
    value[ATTRIBUTE_ACTION] = either_text(picking, SLOT_EVENT_NAME, SLOT_INSIGHT_NAME);
    value[ATTRIBUTE_SOURCE_IP] = picked_text(picking, SLOT_SOURCE_IP);
    value[ATTRIBUTE_USER_AGENT] = picked_text(picking, SLOT_USER_AGENT);
    value[ATTRIBUTE_ERROR_CODE] = picked_text(picking, SLOT_ERROR_CODE);
    value[ATTRIBUTE_READ_ONLY] = flag_of(picking, SLOT_READ_ONLY);
    value[ATTRIBUTE_EVENT_TYPE] = picked_text(picking, SLOT_EVENT_TYPE);
    value[ATTRIBUTE_EVENT_CATEGORY] = picked_text(picking, SLOT_EVENT_CATEGORY);
    event->event_id = picked_text(picking, SLOT_EVENT_ID);
    event->error_message = picked_text(picking, SLOT_ERROR_MESSAGE);
}

/* ---- resources ---- */

static void set_lookup_resources(const struct picking *picking, struct event *event) {
    struct lookup_members members = {
        .request = picked_text(picking, SLOT_REQUEST),
        .response = picked_text(picking, SLOT_RESPONSE),
        .service_details = picked_text(picking, SLOT_SERVICE_DETAILS),
    };

    lookup_resources_pick(&members, picking->arena, event);
}

static bool is_separator(char byte) {
    return byte == '/' || byte == ':';
}

/* `arn:aws:s3:::BUCKET/KEY` and `arn:aws:sns:R:A:TOPIC` alike name what stands last. */
static struct span name_in_arn(struct span arn) {
    size_t begin = arn.length;

    while (begin > 0 && !is_separator(arn.data[begin - 1]))
        begin--;
    return begin == 0 || begin == arn.length ? SPAN_NONE : span_skip(arn, begin);
}

/* False when nothing in it tells of a resource. */
static bool pick_resource(struct picking *picking, struct span item, struct resource *out) {
    pick_begin(picking, item, true, picking->arena);
    const char *behind = pick_level(picking, item.data, 0, &resource_level);
    assert(behind != NULL); /* the record's walk has checked it */
    pick_decode(picking);

    struct span arn = either_text(picking, SLOT_RESOURCE_ARN, SLOT_RESOURCE_ARN_RESPELT);
    *out = (struct resource){
        .arn = arn,
        .arn_prefix = picked_text(picking, SLOT_RESOURCE_ARN_PREFIX),
        .account = picked_text(picking, SLOT_RESOURCE_ACCOUNT),
        .type = picked_text(picking, SLOT_RESOURCE_TYPE),
        .name = name_in_arn(arn),
    };
    return arn.data != NULL || out->arn_prefix.data != NULL || out->account.data != NULL ||
           out->type.data != NULL;
}

static size_t count_elements(struct span array) {
    struct scan_cursor cursor = scan_enter(array);
    struct span item;
    size_t count = 0;

    while (scan_next_element(&cursor, &item))
        count++;
    return count;
}

/* The walk has left the array's bytes, checked, in its slot. */
static size_t count_resources(const struct picking *picking) {
    return is_picked(picking, SLOT_RESOURCES) ? count_elements(picking->slots[SLOT_RESOURCES]) : 0;
}

static void set_resources(struct picking *picking, size_t room, struct event *event) {
    struct span array = picking->slots[SLOT_RESOURCES];
    struct resource resource;
    struct span item;

    if (room == 0)
        return;
    struct resource *resources = arena_new(picking->arena, room, sizeof(*resources));
    for (struct scan_cursor cursor = scan_enter(array); scan_next_element(&cursor, &item);) {
        if (pick_resource(picking, item, &resource))
            resources[event->resource_count++] = resource;
    }
    event->resources = resources;
}

/* ---- the record ---- */

/* NULL when it is an event; else why not. */
static const char *make_event(struct picking *picking, struct span record, struct event *out) {
    int64_t time_ms;

    pick_decode(picking);
    const char *reason = why_no_event(picking, &time_ms);
    if (reason != NULL)
        return reason;
    size_t resources = count_resources(picking);
    if (resources > LIMIT_RESOURCES_PER_RECORD)
        return "more items in resources than " TEXT_OF(LIMIT_RESOURCES_PER_RECORD);
    *out = (struct event){.time_ms = time_ms, .record = record};
    set_values(picking, out);
    set_principal(picking, out);
    set_lookup_resources(picking, out);
    set_resources(picking, resources, out); /* last: it walks with the same slots */
    return NULL;
}

struct record_result record_pick(struct span text, bool whole, struct arena *arena,
                                 struct event *out) {
    struct picking picking;
    struct record_result result = {0};

    pick_begin(&picking, text, whole, arena);
    const char *behind = pick_level(&picking, text.data, 0, &record_level);
    result.scan = lexer_result(&picking.lexer, text, behind);
    if (result.scan.status != SCAN_DONE)
        return result;
    if (text.data[0] == '{')
        result.reason = make_event(&picking, (struct span){text.data, result.scan.end}, out);
    else
        result.reason = "not an object";
    result.is_event = result.reason == NULL;
    return result;
}
