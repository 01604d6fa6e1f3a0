/* CloudTrail's operations about trails, for those that are followed: POST / as /v1/trails shows
 * them. The logs do not tell what a trail is called over there, nor whose it is and where: so it
 * goes by our own number, and its ARN names an account that nobody has. */
#include "aws/json_span.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "collect/collector.h"
#include "handlers/aws_operations.h"

#define HOME_REGION "us-east-1"
#define NAME_START  "trail-"
#define ARN_START   "arn:aws:cloudtrail:" HOME_REGION ":000000000000:trail/"

#define NOT_FOUND "TrailNotFoundException"

/* ---- which ---- */

/* The state of a trail is not read on a thread that talks to clients. */
static bool need_worker(struct aws_request *aws, struct err *err) {
    return aws->call->request->on_worker || err_set(err, ERR_BUDGET, "trails are for a worker");
}

static bool refuse_unknown(struct aws_request *aws, const char *failure, struct span name,
                           struct err *err) {
    return aws_refuse(aws, failure, err,
                      "there is no trail \"%.*s\"; ListTrails lists those that are followed",
                      SPAN_ARGS(aws_shown(name)));
}

/* By name or ARN. `unknown` is the failure's name when there is none. */
static bool find_trail(struct aws_request *aws, struct span given, const char *unknown,
                       struct trail_view *out, struct err *err) {
    struct call *call = aws->call;
    struct span name = given;
    int64_t id;

    if (given.length == 0)
        return aws_refuse(aws, "InvalidTrailNameException", err, "a trail's name is missing");
    if (span_starts_with(name, SPAN(ARN_START)))
        name = span_skip(name, sizeof(ARN_START) - 1);
    if (!span_starts_with(name, SPAN(NAME_START)) ||
        !span_to_integer(span_skip(name, sizeof(NAME_START) - 1), &id))
        return refuse_unknown(aws, unknown, given, err);
    if (collector_get_trail(call->service->collector, id, call->arena, out, err))
        return true;
    return err->kind == ERR_NOT_FOUND && refuse_unknown(aws, unknown, given, err);
}

static bool find_named(struct aws_request *aws, const char *member, struct trail_view *out,
                       struct err *err) {
    struct span name;

    return need_worker(aws, err) && aws_text_member(aws, member, &name, err) &&
           find_trail(aws, name, NOT_FOUND, out, err);
}

static bool list_all(struct aws_request *aws, struct trail_views *out, struct err *err) {
    struct call *call = aws->call;

    if (!need_worker(aws, err))
        return false;
    collector_list_trails(call->service->collector, call->arena, out);
    return true;
}

/* ---- what of it ---- */

static struct span name_of(const struct trail_view *trail, struct arena *arena) {
    return arena_format(arena, NAME_START "%lld", (long long)trail->id);
}

static struct span arn_of(const struct trail_view *trail, struct arena *arena) {
    return arena_format(arena, ARN_START NAME_START "%lld", (long long)trail->id);
}

/* What precedes AWSLogs/ in the bucket, without the slash at its end; SPAN_NONE: nothing. */
static struct span key_prefix_of(const struct trail_view *trail) {
    struct key_facts facts = key_facts_of(trail->prefix);
    struct span prefix = facts.before.data != NULL ? facts.before : trail->prefix;

    if (prefix.length > 0 && prefix.data[prefix.length - 1] == '/')
        prefix.length--;
    return prefix.length > 0 ? prefix : SPAN_NONE;
}

static bool is_of_organization(const struct trail_view *trail) {
    return key_facts_of(trail->prefix).organization.data != NULL ||
           key_facts_of(trail->newest_key).organization.data != NULL;
}

/* A trail whose log files can be validated has digests of them beside them. */
static bool has_digests(const struct trail_view *trail) {
    struct span skipped = trail->skipped;
    json_auto_t *kinds = json_loadb(skipped.data, skipped.length, JSON_ALLOW_NUL, NULL);

    return json_object_get(kinds, key_kind_word(KEY_DIGEST)) != NULL;
}

/* Tools take for granted what AWS gives of every trail: all flags. */
static void write_trail(const struct trail_view *trail, struct arena *arena, struct buffer *out) {
    buffer_append_byte(out, '{');
    aws_write_text(out, "Name", name_of(trail, arena));
    aws_write_text(out, "S3BucketName", trail->bucket);
    aws_write_text(out, "S3KeyPrefix", key_prefix_of(trail));
    /* Whatever regions there are below the prefix. */
    json_text_flag_member(out, "IncludeGlobalServiceEvents", true);
    json_text_flag_member(out, "IsMultiRegionTrail", true);
    aws_write_text(out, "HomeRegion", SPAN(HOME_REGION));
    aws_write_text(out, "TrailARN", arn_of(trail, arena));
    json_text_flag_member(out, "LogFileValidationEnabled", has_digests(trail));
    json_text_flag_member(out, "HasCustomEventSelectors", false);
    json_text_flag_member(out, "HasInsightSelectors", false);
    json_text_flag_member(out, "IsOrganizationTrail", is_of_organization(trail));
    buffer_append_byte(out, '}');
}

static struct buffer *begin(struct aws_request *aws, const char *opening) {
    aws_answer_begin(aws, 200);
    buffer_append_text(&aws->call->response->body, opening);
    return &aws->call->response->body;
}

/* ---- operations ---- */

bool get_trail(struct aws_request *aws, struct err *err) {
    struct trail_view trail;

    if (!find_named(aws, "Name", &trail, err))
        return false;
    struct buffer *body = begin(aws, "{\"Trail\":");
    write_trail(&trail, aws->call->arena, body);
    buffer_append_text(body, "}\n");
    return true;
}

/* Whether one of the names is this trail's; of names that nobody has there is nothing to show. */
static bool is_named(const struct trail_view *trail, const json_t *names, struct arena *arena) {
    struct span name = name_of(trail, arena);
    struct span arn = arn_of(trail, arena);
    bool named = names == NULL || json_array_size(names) == 0;

    for (size_t i = 0; i < json_array_size(names); i++) {
        struct span wanted = json_span(json_array_get(names, i));
        named = named || span_equal(wanted, name) || span_equal(wanted, arn);
    }
    return named;
}

static bool check_texts(struct aws_request *aws, const char *member, const json_t *list,
                        struct err *err) {
    bool good = list == NULL || json_is_array(list);

    for (size_t i = 0; i < json_array_size(list); i++)
        good = good && json_is_string(json_array_get(list, i));
    return good || aws_refuse_type(aws, member, "a list of texts", err);
}

bool describe_trails(struct aws_request *aws, struct err *err) {
    const json_t *names = aws_member(aws, "trailNameList");
    const json_t *shadows = aws_member(aws, "includeShadowTrails");
    struct trail_views found;

    if (!check_texts(aws, "trailNameList", names, err))
        return false;
    if (shadows != NULL && !json_is_boolean(shadows))
        return aws_refuse_type(aws, "includeShadowTrails", "true or false", err);
    if (!list_all(aws, &found, err))
        return false;
    struct buffer *body = begin(aws, "{\"trailList\":[");
    for (size_t i = 0; i < found.count; i++) {
        if (!is_named(&found.trails[i], names, aws->call->arena))
            continue;
        json_text_next(body);
        write_trail(&found.trails[i], aws->call->arena, body);
    }
    buffer_append_text(body, "]}\n");
    return true;
}

bool list_trails(struct aws_request *aws, struct err *err) {
    struct arena *arena = aws->call->arena;
    struct trail_views found;

    if (aws_member(aws, "NextToken") != NULL)
        return aws_refuse(aws, "InvalidNextTokenException", err,
                          "NextToken is none of ListTrails: all trails come at once");
    if (!list_all(aws, &found, err))
        return false;
    struct buffer *body = begin(aws, "{\"Trails\":[");
    for (size_t i = 0; i < found.count; i++) {
        json_text_next(body);
        buffer_append_byte(body, '{');
        aws_write_text(body, "TrailARN", arn_of(&found.trails[i], arena));
        aws_write_text(body, "Name", name_of(&found.trails[i], arena));
        aws_write_text(body, "HomeRegion", SPAN(HOME_REGION));
        buffer_append_byte(body, '}');
    }
    buffer_append_text(body, "]}\n");
    return true;
}

static void write_moment(struct buffer *out, const char *name, int64_t ms) {
    if (ms > 0)
        aws_write_time(out, name, ms);
}

bool get_trail_status(struct aws_request *aws, struct err *err) {
    struct trail_view trail;

    if (!find_named(aws, "Name", &trail, err))
        return false;
    struct buffer *body = begin(aws, "{");
    json_text_flag_member(body, "IsLogging", true);
    aws_write_text(body, "LatestDeliveryError", trail.error);
    write_moment(body, "LatestDeliveryTime", trail.delivered_ms);
    write_moment(body, "StartLoggingTime", trail.created_ms);
    buffer_append_text(body, "}\n");
    return true;
}

/* What a trail has selected is in no log file: what is there is read, and all of it. */
bool get_event_selectors(struct aws_request *aws, struct err *err) {
    struct trail_view trail;

    if (!find_named(aws, "TrailName", &trail, err))
        return false;
    struct buffer *body = begin(aws, "{");
    aws_write_text(body, "TrailARN", arn_of(&trail, aws->call->arena));
    buffer_append_text(body,
                       ",\"EventSelectors\":[{\"ReadWriteType\":\"All\","
                       "\"IncludeManagementEvents\":true,\"DataResources\":[],"
                       "\"ExcludeManagementEventSources\":[]}]}\n");
    return true;
}

bool get_insight_selectors(struct aws_request *aws, struct err *err) {
    struct trail_view trail;

    return find_named(aws, "TrailName", &trail, err) &&
           aws_refuse(aws, "InsightNotEnabledException", err,
                      "a trail's Insights are imported as a prefix and not followed");
}

static bool write_tags(struct aws_request *aws, const json_t *list, struct err *err) {
    struct buffer *body = begin(aws, "{\"ResourceTagList\":[");
    struct trail_view trail;

    for (size_t i = 0; i < json_array_size(list); i++) {
        struct span arn = json_span(json_array_get(list, i));
        if (!find_trail(aws, arn, "ResourceNotFoundException", &trail, err))
            return false;
        json_text_next(body);
        buffer_append_byte(body, '{');
        aws_write_text(body, "ResourceId", arn);
        buffer_append_text(body, ",\"TagsList\":[]}");
    }
    buffer_append_text(body, "]}\n");
    return true;
}

/* Trails have no tags here. */
bool list_tags(struct aws_request *aws, struct err *err) {
    const json_t *list = aws_member(aws, "ResourceIdList");

    if (!check_texts(aws, "ResourceIdList", list, err))
        return false;
    if (json_array_size(list) == 0 || json_array_size(list) > LIMIT_LOOKUP_TAGGED)
        return aws_refuse(aws, "ValidationException", err,
                          "ResourceIdList must have 1 to %d ARNs of trails", LIMIT_LOOKUP_TAGGED);
    return need_worker(aws, err) && write_tags(aws, list, err);
}
