#include "aws/sts.h"

#include <string.h>

#include "aws/clock.h"
#include "aws/credential_http.h"
#include "aws/endpoint.h"
#include "aws/refusal.h"
#include "aws/sign.h"
#include "aws/xml.h"
#include "base/buffer.h"
#include "base/percent.h"
#include "base/utc.h"

#define FORM     "application/x-www-form-urlencoded; charset=utf-8"
#define MOST_MS  INT64_C(10000)
#define ATTEMPTS 3

struct sts_call {
    const struct credential_search *search;
    const char *action;
    const struct sts_role *role;
    const struct credentials *source; /* NULL: not signed */
    struct span token;                /* of the web identity */
};

static struct span region_of(const struct sts_call *call) {
    struct span region = call->search->settings->region;

    if (region.data == NULL && call->source != NULL)
        region = call->source->region;
    return region.data != NULL ? region : SPAN(ENDPOINT_DEFAULT_REGION);
}

static void append_item(struct buffer *body, const char *name, struct span value) {
    if (value.data == NULL)
        return;
    buffer_append_format(body, "%s%s=", body->length > 0 ? "&" : "", name);
    percent_encode(value, body);
}

static struct span form_of(const struct sts_call *call) {
    const struct sts_role *role = call->role;
    bool named = role->session_name.data != NULL;
    struct buffer body;

    buffer_init(&body, 0);
    append_item(&body, "Action", span_of(call->action));
    append_item(&body, "Version", SPAN("2011-06-15"));
    append_item(&body, "RoleArn", role->arn);
    append_item(&body, "RoleSessionName", named ? role->session_name : SPAN("traild"));
    append_item(&body, "ExternalId", role->external_id);
    append_item(&body, "DurationSeconds", role->duration_seconds);
    append_item(&body, "WebIdentityToken", call->token);
    struct span form = arena_copy(call->search->arena, buffer_span(&body));
    explicit_bzero(body.data, body.length);
    buffer_clear(&body);
    return form;
}

/* `date` is pointed to by what comes out. */
static bool sign(const struct sts_call *call, const struct endpoint *endpoint, struct span date,
                 struct credential_question *question, struct err *err) {
    const struct sign_outgoing request = {
        .method = SPAN("POST"),
        .host = endpoint->host,
        .path = endpoint->path,
        .query = SPAN(""),
        .fields = question->fields,
        .field_count = question->field_count,
        .body = question->body,
    };
    const struct sign_identity identity = {call->source->access_key, call->source->secret,
                                           call->source->token};
    const struct sign_scope scope = {date, region_of(call), SPAN("sts")};
    struct http_field *fields = NULL;

    if (!sign_fields(&request, &identity, &scope, call->search->arena, &fields,
                     &question->field_count))
        return err_set(err, ERR_REMOTE, "the endpoint of STS has a path that is none");
    question->fields = fields;
    return true;
}

static bool refused(const struct sts_call *call, const struct transport_answer *answer,
                    struct err *err) {
    struct refusal refusal;

    refusal_read(answer, call->search->arena, &refusal);
    if (refusal.code.data == NULL)
        return credential_refused(answer, err);
    (void)refusal_say(&refusal, err);
    if (err->kind == ERR_ABSENT)
        err->kind = ERR_REMOTE;
    return false;
}

static struct span result_value(const struct sts_call *call, struct span body, const char *name) {
    struct arena *arena = call->search->arena;
    struct span path = arena_format(arena, "/%sResponse/%sResult/Credentials/%s", call->action,
                                    call->action, name);

    return span_trim(xml_value(body, path.data, arena));
}

static bool take(const struct sts_call *call, struct span body, struct credentials *out,
                 struct err *err) {
    struct credentials found = {
        .access_key = result_value(call, body, "AccessKeyId"),
        .secret = result_value(call, body, "SecretAccessKey"),
        .token = result_value(call, body, "SessionToken"),
    };

    if (found.access_key.length == 0 || found.secret.length == 0 || found.token.length == 0)
        return err_set(err, ERR_REMOTE, "the answer lacks credentials");
    if (!utc_parse(result_value(call, body, "Expiration"), &found.expires_ms))
        return err_set(err, ERR_REMOTE, "the answer's Expiration is no time");
    *out = found;
    return true;
}

static bool send(const struct sts_call *call, const struct endpoint *endpoint, int64_t now_ms,
                 struct transport_answer *out, struct err *err) {
    static const struct http_field form[] = {{SPAN("Content-Type"), SPAN(FORM)}};
    struct credential_question question = {
        .method = "POST",
        .url = arena_format(call->search->arena, "%.*s%.*s", SPAN_ARGS(endpoint->origin),
                            SPAN_ARGS(endpoint->path)),
        .fields = form,
        .field_count = ARRAY_LENGTH(form),
        .body = form_of(call),
        .proxy = true,
        .most_ms = MOST_MS,
        .attempts = ATTEMPTS,
    };
    char date[SIGN_DATE_TEXT];

    if (call->source != NULL && !sign(call, endpoint, sign_date(now_ms, date), &question, err))
        return false;
    return credential_ask(call->search, &question, out, err);
}

/* Whether it was signed by a clock that is off, and is known not to be any more. */
static bool may_sign_again(const struct sts_call *call, const struct transport_answer *answer,
                           int64_t signed_ms) {
    struct refusal refusal;

    if (call->source == NULL || answer->status == 200)
        return false;
    refusal_read(answer, call->search->arena, &refusal);
    return refusal.cure == CURE_CLOCK &&
           aws_clock_learn(call->search->clock, signed_ms, refusal.server_ms);
}

static bool send_in_time(const struct sts_call *call, const struct endpoint *endpoint,
                         struct transport_answer *out, struct err *err) {
    struct aws_clock *clock = call->search->clock;
    int64_t now_ms = aws_clock_now_ms(clock);

    if (!send(call, endpoint, now_ms, out, err))
        return false;
    return !may_sign_again(call, out, now_ms) ||
           send(call, endpoint, aws_clock_now_ms(clock), out, err);
}

static bool ask(const struct sts_call *call, struct credentials *out, struct err *err) {
    const struct endpoint_question where = {.settings = call->search->settings,
                                            .service = "sts",
                                            .region = region_of(call),
                                            .path = SPAN("/")};
    struct endpoint endpoint;
    struct transport_answer answer;

    if (!endpoint_find(&where, call->search->arena, &endpoint, err)) {
        err->kind = ERR_REMOTE;
        return false;
    }
    if (!send_in_time(call, &endpoint, &answer, err))
        return false;
    return answer.status == 200 ? take(call, answer.body, out, err) : refused(call, &answer, err);
}

static bool run(const struct sts_call *call, struct credentials *out, struct err *err) {
    if (!ask(call, out, err))
        return err_add(err, "%s %.*s", call->action, SPAN_ARGS(span_head(call->role->arn, 120)));
    return true;
}

bool sts_assume_role(const struct credential_search *search, const struct sts_role *role,
                     const struct credentials *source, struct credentials *out, struct err *err) {
    const struct sts_call call = {search, "AssumeRole", role, source, SPAN_NONE};

    return run(&call, out, err);
}

bool sts_assume_role_with_token(const struct credential_search *search, const struct sts_role *role,
                                struct span token, struct credentials *out, struct err *err) {
    const struct sts_call call = {search, "AssumeRoleWithWebIdentity", role, NULL, token};

    return run(&call, out, err);
}
