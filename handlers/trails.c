/* /v1/trails and /v1/trails/{id}: prefixes of S3 whose new log files are imported as they come. */
#include "aws/s3.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "collect/collector.h"
#include "handlers/body.h"
#include "handlers/endpoints.h"
#include "handlers/problem.h"
#include "handlers/s3_request.h"

static const struct parameter members[] = {
    {"uri", 0, read_s3_uri, NULL, 0},
    {"from", 0, read_time, NULL, 0},
};

static const struct parameter_list accepted = {members, ARRAY_LENGTH(members), NULL};

static void write_moment(struct buffer *out, const char *name, int64_t ms) {
    json_text_time_member(out, name, ms > 0 ? ms : -1);
}

/* Text of JSON; empty: none. */
static void write_object(struct buffer *out, const char *name, struct span json) {
    json_text_raw_member(out, name, json.length > 0 ? json : SPAN("{}"));
}

static void write_what(const struct trail_view *trail, struct arena *arena, struct buffer *out) {
    json_text_integer_member(out, "id", trail->id);
    json_text_string_member(out, "uri", s3_uri(trail->bucket, trail->prefix, arena));
    json_text_string_member(out, "status", span_of(trail->status));
    json_text_flag_member(out, "configured", trail->configured);
    write_moment(out, "from", trail->from_ms);
    write_moment(out, "created_at", trail->created_ms);
}

static void write_state(const struct trail_view *trail, struct arena *arena, struct buffer *out) {
    struct span newest =
        trail->newest_key.length > 0 ? s3_uri(trail->bucket, trail->newest_key, arena) : SPAN_NONE;

    write_moment(out, "last_listed_at", trail->listed_ms);
    write_moment(out, "last_looked_back_at", trail->swept_ms);
    write_moment(out, "last_delivered_at", trail->delivered_ms);
    json_text_string_member(out, "last_file", newest);
    json_text_count_member(out, "lag_seconds", trail->lag_ms < 0 ? -1 : trail->lag_ms / 1000);
    json_text_integer_member(out, "places", trail->places);
    json_text_integer_member(out, "files_done", trail->files_done);
    json_text_integer_member(out, "files_known", trail->files_known);
    json_text_integer_member(out, "files_skipped", trail->files_skipped);
    json_text_integer_member(out, "files_failed", trail->files_failed);
    json_text_integer_member(out, "retries", trail->retries);
    write_object(out, "retry_reasons", trail->retry_reasons);
}

static void write_trail(const struct trail_view *trail, struct arena *arena, struct buffer *out) {
    json_text_next(out);
    buffer_append_byte(out, '{');
    write_what(trail, arena, out);
    write_state(trail, arena, out);
    write_object(out, "skipped", trail->skipped);
    json_text_string_member(out, "error", trail->error);
    write_moment(out, "error_at", trail->error.data != NULL ? trail->error_ms : -1);
    buffer_append_byte(out, '}');
}

static void answer_trail(struct call *call, int status, const struct trail_view *trail) {
    call_answer_json(call, status);
    write_trail(trail, call->arena, &call->response->body);
    buffer_append_byte(&call->response->body, '\n');
}

bool trails_answer(struct call *call, struct err *err) {
    struct buffer *body = &call->response->body;
    struct trail_views found;

    (void)err;
    collector_list_trails(call->service->collector, call->arena, &found);
    call_answer_json(call, 200);
    buffer_append_text(body, "{\"trails\":[");
    for (size_t i = 0; i < found.count; i++)
        write_trail(&found.trails[i], call->arena, body);
    buffer_append_text(body, "]}\n");
    return true;
}

bool trail_answer(struct call *call, struct err *err) {
    struct trail_view trail;
    int64_t id;

    if (!call_number(call, "a trail", &id, err) ||
        !collector_get_trail(call->service->collector, id, call->arena, &trail, err))
        return false;
    answer_trail(call, 200, &trail);
    return true;
}

/* What makes no sense is the prefix, which only the collector knows to judge. */
static bool follow_failed(struct call *call, struct err *err) {
    const struct argument *uri = arguments_find(&call->arguments, "uri");

    if (err->kind != ERR_INVALID)
        return false;
    return call_refuse(call, "uri", uri->text, err->text, err);
}

static bool read_request(struct call *call, struct span *out_bucket, struct span *out_prefix,
                         struct err *err) {
    json_auto_t *body = NULL;
    struct span text;

    return call_body(call, LIMIT_NOTICE_BYTES, &text, err) && body_parse(text, &body, err) &&
           s3_request_read(call, body, &accepted, out_bucket, out_prefix, err);
}

bool trail_follow_answer(struct call *call, struct err *err) {
    struct trail_view trail;
    struct span bucket;
    struct span prefix;
    bool is_new;

    if (!read_request(call, &bucket, &prefix, err))
        return false;
    int64_t from_ms = arguments_number(&call->arguments, "from", 0);
    if (!collector_follow(call->service->collector, bucket, prefix, from_ms, call->arena, &trail,
                          &is_new, err))
        return follow_failed(call, err);
    answer_trail(call, is_new ? 201 : 200, &trail);
    response_header(call->response, "Location",
                    arena_format(call->arena, "/v1/trails/%lld", (long long)trail.id));
    return true;
}

bool trail_unfollow_answer(struct call *call, struct err *err) {
    int64_t id;

    if (!call_number(call, "a trail", &id, err))
        return false;
    if (collector_unfollow(call->service->collector, id, err)) {
        call->response->status = 204;
        response_header(call->response, "X-Content-Type-Options", SPAN("nosniff"));
        return true;
    }
    if (err->kind != ERR_INVALID)
        return false;
    problem_write(call->response, 409, NULL, arena_format(call->arena, "%s", err->text));
    return true;
}
