#include "aws/call.h"

#include <stdio.h>
#include <string.h>

#include "aws/client_state.h"
#include "aws/endpoint.h"
#include "aws/host_label.h"
#include "aws/refusal.h"
#include "aws/retry.h"
#include "aws/sign.h"

#define ANSWER_MS INT64_C(120000)

/* Sees whether the caller's sink has begun: from then on it is the caller who knows what to do. */
struct watching_sink {
    struct sink sink;
    struct sink *to;
    bool begun;
};

static bool watch_begin(struct sink *sink, const struct transport_answer *answer, struct err *err) {
    struct watching_sink *watching = (struct watching_sink *)sink;

    watching->begun = true;
    return watching->to->begin(watching->to, answer, err);
}

static bool watch_take(struct sink *sink, struct span bytes, struct err *err) {
    struct watching_sink *watching = (struct watching_sink *)sink;

    return watching->to->take(watching->to, bytes, err);
}

/* A call under way, over all its attempts. */
struct calling {
    const struct aws_call *call;
    struct aws_channel *channel;
    struct aws_client *client;
    struct arena *arena;
    struct watching_sink watching;
    struct retry retry;
    struct span region;     /* of the last attempt, as the key */
    int64_t signed_ms;      /* the last attempt */
    struct span access_key; /* of the last attempt, in the arena; keys are no secret */
    struct span origin;     /* where that key came from; SPAN_NONE: there was none */
    bool sent;              /* the last attempt: it came as far as the wire */
    bool moved;             /* to the bucket's own region, once */
    bool renewed;           /* the credentials, once */
    bool reset;             /* the clock, once */
};

/* `home` is where the machine is, if that is known. */
static struct span region_of(struct calling *calling, struct span home) {
    const struct aws_call *call = calling->call;
    struct span region = call->region;

    if (region.data == NULL && call->bucket.data != NULL)
        region = aws_client_bucket_region(calling->client, call->bucket, calling->arena);
    if (region.data == NULL)
        region = aws_client_settings(calling->client)->region;
    if (region.data == NULL)
        region = arena_copy(calling->arena, home);
    return region.data != NULL ? region : SPAN(ENDPOINT_DEFAULT_REGION);
}

/* ---- one attempt ---- */

static bool find_endpoint(const struct calling *calling, const struct aws_call *call,
                          struct arena *arena, struct endpoint *out, struct err *err) {
    const struct endpoint_question question = {
        .settings = aws_client_settings(calling->client),
        .service = call->service,
        .region = calling->region,
        .url = call->url,
        .bucket = call->bucket,
        .path = call->path,
    };

    return endpoint_find(&question, arena, out, err);
}

static bool find_credentials(struct calling *calling, struct arena *secrets,
                             struct credentials *out, struct err *err) {
    if (!credential_chain_get(aws_client_credentials(calling->client),
                              aws_channel_transport(calling->channel), calling->call->cancel,
                              secrets, out, err))
        return false;
    calling->access_key = arena_copy(calling->arena, out->access_key);
    calling->origin = arena_copy(calling->arena, span_of(out->origin));
    calling->region = region_of(calling, out->region);
    return true;
}

static bool sign(struct calling *calling, const struct aws_call *call,
                 const struct credentials *credentials, const struct endpoint *endpoint,
                 struct arena *secrets, struct transport_request *request, struct err *err) {
    const struct sign_identity identity = {credentials->access_key, credentials->secret,
                                           credentials->token};
    struct http_field *fields;
    char date[SIGN_DATE_TEXT];

    calling->signed_ms = aws_clock_now_ms(aws_client_clock(calling->client));
    const struct sign_scope scope = {arena_copy(secrets, sign_date(calling->signed_ms, date)),
                                     calling->region, span_of(call->service)};
    const struct sign_outgoing outgoing = {.method = span_of(call->method),
                                           .host = endpoint->host,
                                           .path = endpoint->path,
                                           .query = call->query,
                                           .fields = call->fields,
                                           .field_count = call->field_count,
                                           .body = call->body,
                                           .is_s3 = strcmp(call->service, "s3") == 0};
    if (!sign_fields(&outgoing, &identity, &scope, secrets, &fields, &request->field_count))
        return err_set(err, ERR_INVALID, "an escape in the query of a request is none");
    request->fields = fields;
    return true;
}

/* What is kept in memory is small, a page of a list at most. */
static int64_t total_ms_of(const struct aws_call *call) {
    return call->total_ms > 0 || call->sink != NULL ? call->total_ms : ANSWER_MS;
}

static bool send_signed(struct calling *calling, const struct aws_call *call, struct arena *secrets,
                        struct transport_answer *out, struct err *err) {
    struct credentials credentials;
    struct endpoint endpoint;
    struct transport_request request = {
        .method = call->method,
        .body = call->body,
        .stall_ms = call->stall_ms,
        .total_ms = total_ms_of(call),
        .max_body = call->max_body,
        .sink = call->sink == NULL ? NULL : &calling->watching.sink,
        .cancel = call->cancel,
    };

    if (!find_credentials(calling, secrets, &credentials, err) ||
        !find_endpoint(calling, call, secrets, &endpoint, err) ||
        !sign(calling, call, &credentials, &endpoint, secrets, &request, err))
        return false;
    request.url = arena_format(secrets, "%.*s%.*s%s%.*s", SPAN_ARGS(endpoint.origin),
                               SPAN_ARGS(endpoint.path), call->query.length > 0 ? "?" : "",
                               SPAN_ARGS(call->query));
    calling->sent = true;
    return transport_send(aws_channel_transport(calling->channel), &request, calling->arena, out,
                          err);
}

static bool send_once(struct calling *calling, const struct aws_call *call,
                      struct transport_answer *out, struct err *err) {
    struct arena secrets = {0};

    bool good = send_signed(calling, call, &secrets, out, err);
    arena_wipe(&secrets);
    return good;
}

/* ---- what helps ---- */

/* HeadBucket tells the region in a field, whatever its status. */
static struct span ask_for_region(struct calling *calling) {
    const struct aws_call head = {.service = calling->call->service,
                                  .method = "HEAD",
                                  .bucket = calling->call->bucket,
                                  .path = SPAN("/"),
                                  .query = SPAN(""),
                                  .cancel = calling->call->cancel};
    struct transport_answer answer;
    struct err ignored = {0};

    if (!send_once(calling, &head, &answer, &ignored))
        return SPAN_NONE;
    struct span region = answer_field(&answer, "x-amz-bucket-region");
    return is_host_label(region) ? region : SPAN_NONE;
}

static bool move_to_region(struct calling *calling, const struct refusal *refusal) {
    struct span region = refusal->region;

    if (calling->moved || calling->call->bucket.data == NULL)
        return false;
    calling->moved = true;
    if (region.data == NULL)
        region = ask_for_region(calling);
    if (region.data == NULL || span_equal(region, calling->region))
        return false;
    aws_client_learn_region(calling->client, calling->call->bucket, region);
    return true;
}

static bool renew_credentials(struct calling *calling) {
    if (calling->renewed)
        return false;
    calling->renewed = true;
    credential_chain_refuse(aws_client_credentials(calling->client), calling->access_key);
    return true;
}

/* Those that were good once are renewed by somebody, maybe in a minute: nobody gives up for good
 * what waits, as when none are found any more (aws/credential_cache.h). */
static bool renew_or_wait(struct calling *calling, struct err *err) {
    if (renew_credentials(calling))
        return true;
    if (aws_client_was_let_in(calling->client))
        err->kind = ERR_BUSY;
    return false;
}

static bool reset_clock(struct calling *calling, const struct refusal *refusal) {
    if (calling->reset)
        return false;
    calling->reset = true;
    return aws_clock_learn(aws_client_clock(calling->client), calling->signed_ms,
                           refusal->server_ms);
}

/* Who is not let in has to know as whom he came. An object in Glacier is out of reach of all. */
static void tell_origin(const struct calling *calling, const struct refusal *refusal,
                        struct err *err) {
    size_t length = strlen(err->text);
    bool archived = span_equal(refusal->code, SPAN("InvalidObjectState"));

    if (((refusal->status == 401 || refusal->status == 403) && !archived) ||
        refusal->cure == CURE_CREDENTIALS)
        snprintf(err->text + length, sizeof(err->text) - length, ", with credentials from %.*s",
                 SPAN_ARGS(calling->origin));
}

/* False: nothing does, and err has the refusal in words, or that a wait was cancelled. */
static bool may_help(struct calling *calling, const struct refusal *refusal, struct err *err) {
    refusal_fail(refusal, calling->call->about, err);
    tell_origin(calling, refusal, err);
    switch (refusal->cure) {
    case CURE_REGION:
        return move_to_region(calling, refusal);
    case CURE_CREDENTIALS:
        return renew_or_wait(calling, err);
    case CURE_CLOCK:
        return reset_clock(calling, refusal);
    case CURE_WAIT:
        return retry_wait(&calling->retry, RETRY_FAILED, refusal->retry_after_ms, err);
    case CURE_WAIT_LONGER:
        return retry_wait(&calling->retry, RETRY_THROTTLED, refusal->retry_after_ms, err);
    case CURE_NONE:
    case CURE_NOT_THERE:
        break;
    }
    return false;
}

static bool add_about(struct calling *calling, struct err *err) {
    return err_add(err, "%.*s", SPAN_ARGS(refusal_about(calling->call->about, calling->arena)));
}

/* No answer. True: once more, also when what came was garbage, which the next one need not be. */
static bool may_send_again(struct calling *calling, struct err *err) {
    bool garbage = err->kind == ERR_REMOTE && calling->sent;

    add_about(calling, err);
    return (err->kind == ERR_BUSY || garbage) && !calling->watching.begun &&
           retry_wait(&calling->retry, RETRY_FAILED, 0, err);
}

static bool is_answer(int status) {
    return (status >= 200 && status < 300) || status == 412 || status == 416;
}

/* True: `out` is the answer, or `again` says to send once more. */
static bool try_once(struct calling *calling, struct transport_answer *out, bool *again,
                     struct err *err) {
    struct refusal refusal;

    *again = false;
    calling->sent = false;
    if (!send_once(calling, calling->call, out, err)) {
        *again = may_send_again(calling, err);
        return *again;
    }
    if (is_answer(out->status)) {
        aws_client_note_let_in(calling->client);
        return true;
    }
    refusal_read(out, calling->arena, &refusal);
    *again = may_help(calling, &refusal, err);
    return *again;
}

bool aws_call(struct aws_channel *channel, const struct aws_call *call, struct arena *arena,
              struct transport_answer *out, struct err *err) {
    struct aws_client *client = aws_channel_client(channel);
    struct calling calling = {
        .call = call,
        .channel = channel,
        .client = client,
        .arena = arena,
        .watching = {.sink = {watch_begin, watch_take}, .to = call->sink},
        .retry = {.attempts = aws_client_attempts(client), .cancel = call->cancel},
    };
    struct transport_answer answer = {0};
    bool again = true;

    while (again) {
        if (!try_once(&calling, &answer, &again, err))
            return false;
    }
    *out = answer;
    return true;
}
