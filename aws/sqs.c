#include "aws/sqs.h"

#include <stdio.h>

#include <jansson.h>

#include "aws/call.h"
#include "aws/json_span.h"
#include "base/json_text.h"
#include "base/limits.h"

#define ANSWER_MS  INT64_C(10000) /* beside what SQS may wait */
#define RECEIVE_MS (ANSWER_MS + SQS_WAIT_SECONDS * INT64_C(1000))

struct action {
    const char *name;
    struct span body;
    int64_t total_ms;
    const atomic_bool *cancel;
};

static bool send(struct aws_channel *channel, const struct sqs_queue *queue,
                 const struct action *action, struct arena *arena, json_t **out, struct err *err) {
    const struct http_field fields[] = {
        {SPAN("content-type"), SPAN("application/x-amz-json-1.0")},
        {SPAN("x-amz-target"), arena_format(arena, "AmazonSQS.%s", action->name)},
    };
    const struct aws_call call = {
        .service = "sqs",
        .method = "POST",
        .bucket = SPAN_NONE,
        .path = SPAN("/"),
        .query = SPAN(""),
        .url = queue->origin,
        .region = queue->region,
        .fields = fields,
        .field_count = ARRAY_LENGTH(fields),
        .body = action->body,
        .total_ms = action->total_ms,
        .stall_ms = action->total_ms,
        .max_body = LIMIT_QUEUE_ANSWER_BYTES,
        .about = arena_format(arena, "queue %.*s", SPAN_ARGS(queue->name)),
        .cancel = action->cancel,
    };
    struct transport_answer answer;
    json_error_t error;

    if (!aws_call(channel, &call, arena, &answer, err))
        return false;
    json_t *json = json_loadb(answer.body.data, answer.body.length, 0, &error);
    if (!json_is_object(json)) {
        json_decref(json);
        return err_set(err, ERR_REMOTE, "%.*s: %s: the answer is no JSON object",
                       SPAN_ARGS(call.about), action->name);
    }
    *out = json;
    return true;
}

/* ---- receive ---- */

static bool read_message(const struct sqs_queue *queue, const json_t *json, struct arena *arena,
                         struct sqs_message *out, struct err *err) {
    struct span handle = json_member_span(json, "ReceiptHandle");
    struct span body = json_member_span(json, "Body");
    struct span id = json_member_span(json, "MessageId");

    if (handle.length == 0 || body.data == NULL || id.data == NULL)
        return err_set(err, ERR_REMOTE, "queue %.*s: a message without id, handle or body",
                       SPAN_ARGS(queue->name));
    *out = (struct sqs_message){
        .id = arena_copy(arena, id),
        .handle = arena_copy(arena, handle),
        .body = arena_copy(arena, body),
    };
    return true;
}

static bool read_messages(const struct sqs_queue *queue, const json_t *answer, struct arena *arena,
                          struct sqs_batch *out, struct err *err) {
    const json_t *messages = json_object_get(answer, "Messages");

    *out = (struct sqs_batch){.count = 0};
    if (json_array_size(messages) > SQS_BATCH)
        return err_set(err, ERR_REMOTE, "queue %.*s: more than %d messages at once",
                       SPAN_ARGS(queue->name), SQS_BATCH);
    for (size_t i = 0; i < json_array_size(messages); i++) {
        if (!read_message(queue, json_array_get(messages, i), arena, &out->messages[i], err))
            return false;
        out->count++;
    }
    return true;
}

static void begin_body(const struct sqs_queue *queue, struct buffer *body) {
    buffer_init(body, 0);
    buffer_append_byte(body, '{');
    json_text_string_member(body, "QueueUrl", queue->url);
}

bool sqs_receive(struct aws_channel *channel, const struct sqs_queue *queue, int hidden_seconds,
                 const atomic_bool *cancel, struct arena *arena, struct sqs_batch *out,
                 struct err *err) {
    struct buffer CLEANUP(buffer_clear) body;
    json_auto_t *answer = NULL;

    begin_body(queue, &body);
    json_text_integer_member(&body, "MaxNumberOfMessages", SQS_BATCH);
    json_text_integer_member(&body, "WaitTimeSeconds", SQS_WAIT_SECONDS);
    json_text_integer_member(&body, "VisibilityTimeout", hidden_seconds);
    buffer_append_byte(&body, '}');
    const struct action action = {"ReceiveMessage", buffer_span(&body), RECEIVE_MS, cancel};
    return send(channel, queue, &action, arena, &answer, err) &&
           read_messages(queue, answer, arena, out, err);
}

/* ---- batches: each message by its place, which is what its id in the request is ---- */

static void write_entries(const struct span *handles, size_t count, int hidden_seconds,
                          struct buffer *body) {
    json_text_name(body, "Entries");
    buffer_append_byte(body, '[');
    for (size_t i = 0; i < count; i++) {
        char id[24];
        snprintf(id, sizeof(id), "%zu", i);
        json_text_next(body);
        buffer_append_byte(body, '{');
        json_text_string_member(body, "Id", span_of(id));
        json_text_string_member(body, "ReceiptHandle", handles[i]);
        if (hidden_seconds >= 0)
            json_text_integer_member(body, "VisibilityTimeout", hidden_seconds);
        buffer_append_byte(body, '}');
    }
    buffer_append_text(body, "]}");
}

static void read_successful(const json_t *list, size_t count, struct sqs_results *out) {
    int64_t place;

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (span_to_integer(json_member_span(json_array_get(list, i), "Id"), &place) &&
            place < (int64_t)count)
            out->done[place] = true;
    }
}

/* What is in neither list is not done. */
static void read_results(const json_t *answer, size_t count, struct arena *arena,
                         struct sqs_results *out) {
    const json_t *failed = json_array_get(json_object_get(answer, "Failed"), 0);

    *out = (struct sqs_results){.why = SPAN_NONE};
    read_successful(json_object_get(answer, "Successful"), count, out);
    for (size_t i = 0; i < count; i++)
        out->failed += !out->done[i];
    if (out->failed == 0)
        return;
    struct span code = json_member_span(failed, "Code");
    struct span message = json_member_span(failed, "Message");
    out->why = arena_format(arena, "%.*s: %.*s", SPAN_ARGS(span_head(code, 100)),
                            SPAN_ARGS(span_head(message, 300)));
}

/* `hidden_seconds` -1: the request does not have it. */
static bool send_batch(struct aws_channel *channel, const struct sqs_queue *queue, const char *name,
                       const struct span *handles, size_t count, int hidden_seconds,
                       const atomic_bool *cancel, struct arena *arena, struct sqs_results *out,
                       struct err *err) {
    struct buffer CLEANUP(buffer_clear) body;
    json_auto_t *answer = NULL;

    begin_body(queue, &body);
    write_entries(handles, count, hidden_seconds, &body);
    const struct action action = {name, buffer_span(&body), ANSWER_MS, cancel};
    if (!send(channel, queue, &action, arena, &answer, err))
        return false;
    read_results(answer, count, arena, out);
    return true;
}

bool sqs_delete(struct aws_channel *channel, const struct sqs_queue *queue,
                const struct span *handles, size_t count, const atomic_bool *cancel,
                struct arena *arena, struct sqs_results *out, struct err *err) {
    return send_batch(channel, queue, "DeleteMessageBatch", handles, count, -1, cancel, arena, out,
                      err);
}

bool sqs_hide(struct aws_channel *channel, const struct sqs_queue *queue,
              const struct span *handles, size_t count, int hidden_seconds,
              const atomic_bool *cancel, struct arena *arena, struct sqs_results *out,
              struct err *err) {
    return send_batch(channel, queue, "ChangeMessageVisibilityBatch", handles, count,
                      hidden_seconds, cancel, arena, out, err);
}
