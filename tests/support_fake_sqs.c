#include "tests/support_fake_sqs.h"

#include <pthread.h>
#include <stdio.h>

#include <jansson.h>

#include "base/condition.h"
#include "base/utc.h"
#include "tests/rows.h"
#include "tests/support_fake_http.h"

#define MOST_MESSAGES 256
#define MOST_ACTIONS  8
/* A receiver that waits is answered at last, as SQS does after up to 20 s. */
#define LONGEST_WAIT_MS 100

struct stored {
    char *body;
    bool hidden;
    bool deleted;
    int deliveries;
};

struct action {
    char name[64];
    size_t count;
    int failures;
    bool part;
    char *last;
};

struct fake_sqs {
    struct fake_http *http;
    char url[128];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct stored messages[MOST_MESSAGES];
    size_t count;
    size_t receiving; /* requests that wait for messages */
    struct action actions[MOST_ACTIONS];
    bool stopping;
};

/* ---- with the lock held ---- */

static struct action *action_of(struct fake_sqs *sqs, struct span name) {
    for (size_t i = 0; i < MOST_ACTIONS; i++) {
        struct action *action = &sqs->actions[i];
        if (action->name[0] == '\0')
            snprintf(action->name, sizeof(action->name), "%.*s", SPAN_ARGS(name));
        if (span_equal(span_of(action->name), name))
            return action;
    }
    fail_msg("too many actions");
    return NULL;
}

static struct stored *next_message(struct fake_sqs *sqs) {
    for (size_t i = 0; i < sqs->count; i++) {
        if (!sqs->messages[i].hidden && !sqs->messages[i].deleted)
            return &sqs->messages[i];
    }
    return NULL;
}

static json_t *deliver(struct fake_sqs *sqs, struct stored *message) {
    char id[32];
    char handle[64];
    size_t number = (size_t)(message - sqs->messages);

    message->hidden = true;
    message->deliveries++;
    snprintf(id, sizeof(id), "m-%zu", number);
    snprintf(handle, sizeof(handle), "%zu delivery %d", number, message->deliveries);
    return json_pack("{ssssss}", "MessageId", id, "ReceiptHandle", handle, "Body", message->body);
}

static json_t *receive(struct fake_sqs *sqs, size_t most) {
    json_t *messages = json_array();
    int64_t deadline_ms = monotonic_ms() + LONGEST_WAIT_MS;
    struct stored *message;

    sqs->receiving++;
    while (!sqs->stopping && next_message(sqs) == NULL &&
           condition_wait_until(&sqs->changed, &sqs->lock, deadline_ms))
        ;
    sqs->receiving--;
    while (json_array_size(messages) < most && (message = next_message(sqs)) != NULL)
        json_array_append_new(messages, deliver(sqs, message));
    if (json_array_size(messages) > 0)
        return json_pack("{so}", "Messages", messages);
    json_decref(messages);
    return json_object();
}

/* The message whose last delivery had this handle. */
static struct stored *find(struct fake_sqs *sqs, const char *handle) {
    size_t number;
    int delivery;

    if (handle == NULL || sscanf(handle, "%zu delivery %d", &number, &delivery) != 2 ||
        number >= sqs->count || sqs->messages[number].deliveries != delivery)
        return NULL;
    return &sqs->messages[number];
}

static json_t *answer_batch(struct fake_sqs *sqs, const json_t *entries, bool delete, bool fail) {
    json_t *good = json_array();
    json_t *bad = json_array();
    size_t index;
    json_t *entry;

    json_array_foreach(entries, index, entry) {
        const char *id = json_string_value(json_object_get(entry, "Id"));
        struct stored *message =
            find(sqs, json_string_value(json_object_get(entry, "ReceiptHandle")));
        if (fail || message == NULL) {
            json_array_append_new(bad, json_pack("{sssssssb}", "Id", id, "Code", "InternalError",
                                                 "Message", "try again", "SenderFault", 0));
            continue;
        }
        message->deleted = message->deleted || delete;
        json_array_append_new(good, json_pack("{ss}", "Id", id));
    }
    pthread_cond_broadcast(&sqs->changed);
    return json_pack("{soso}", "Successful", good, "Failed", bad);
}

/* NULL: an error. */
static json_t *act(struct fake_sqs *sqs, struct action *action, const json_t *body) {
    const json_t *entries = json_object_get(body, "Entries");
    bool fails = action->failures > 0;

    action->failures -= fails;
    if (fails && !action->part)
        return NULL;
    if (strcmp(action->name, "ReceiveMessage") == 0)
        return receive(sqs,
                       (size_t)json_integer_value(json_object_get(body, "MaxNumberOfMessages")));
    return answer_batch(sqs, entries, strcmp(action->name, "DeleteMessageBatch") == 0, fails);
}

/* ---- the server ---- */

static void answer(void *context, struct fake_connection *connection,
                   const struct fake_request *request) {
    struct fake_sqs *sqs = context;
    struct span target = fake_field(request, "x-amz-target");
    json_t *body = json_loadb(request->body.data, request->body.length, 0, NULL);

    pthread_mutex_lock(&sqs->lock);
    struct action *action = action_of(sqs, span_skip(target, strlen("AmazonSQS.")));
    action->count++;
    free(action->last);
    action->last = memory_copy_text(request->body.data, request->body.length);
    json_t *json = act(sqs, action, body);
    pthread_cond_broadcast(&sqs->changed);
    pthread_mutex_unlock(&sqs->lock);
    json_decref(body);
    if (json == NULL) {
        fake_answer(connection, 400, "Content-Type: application/x-amz-json-1.0\r\n",
                    SPAN("{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\","
                         "\"message\":\"The specified queue does not exist.\"}"));
        return;
    }
    char *text = json_dumps(json, 0);
    fake_answer(connection, 200, "Content-Type: application/x-amz-json-1.0\r\n", span_of(text));
    free(text);
    json_decref(json);
}

struct fake_sqs *fake_sqs_start(void) {
    struct fake_sqs *sqs = memory_new(1, sizeof(*sqs));

    pthread_mutex_init(&sqs->lock, NULL);
    condition_init(&sqs->changed);
    sqs->http = fake_http_start(answer, sqs);
    snprintf(sqs->url, sizeof(sqs->url), "%s/111122223333/logs", fake_http_url(sqs->http));
    return sqs;
}

void fake_sqs_stop(struct fake_sqs *sqs) {
    pthread_mutex_lock(&sqs->lock);
    sqs->stopping = true;
    pthread_cond_broadcast(&sqs->changed);
    pthread_mutex_unlock(&sqs->lock);
    fake_http_stop(sqs->http);
    for (size_t i = 0; i < sqs->count; i++)
        free(sqs->messages[i].body);
    for (size_t i = 0; i < MOST_ACTIONS; i++)
        free(sqs->actions[i].last);
    pthread_cond_destroy(&sqs->changed);
    pthread_mutex_destroy(&sqs->lock);
    free(sqs);
}

const char *fake_sqs_url(const struct fake_sqs *sqs) {
    return sqs->url;
}

void fake_sqs_send(struct fake_sqs *sqs, struct span body) {
    pthread_mutex_lock(&sqs->lock);
    assert_in_range(sqs->count, 0, MOST_MESSAGES - 1);
    sqs->messages[sqs->count++].body = memory_copy_text(body.data, body.length);
    pthread_cond_broadcast(&sqs->changed);
    pthread_mutex_unlock(&sqs->lock);
}

void fake_sqs_show_again(struct fake_sqs *sqs) {
    pthread_mutex_lock(&sqs->lock);
    for (size_t i = 0; i < sqs->count; i++)
        sqs->messages[i].hidden = false;
    pthread_cond_broadcast(&sqs->changed);
    pthread_mutex_unlock(&sqs->lock);
}

void fake_sqs_wait_idle(struct fake_sqs *sqs) {
    pthread_mutex_lock(&sqs->lock);
    while (sqs->receiving > 0)
        pthread_cond_wait(&sqs->changed, &sqs->lock);
    pthread_mutex_unlock(&sqs->lock);
}

void fake_sqs_fail(struct fake_sqs *sqs, const char *action, int times, bool part) {
    pthread_mutex_lock(&sqs->lock);
    action_of(sqs, span_of(action))->failures = times;
    action_of(sqs, span_of(action))->part = part;
    pthread_mutex_unlock(&sqs->lock);
}

static size_t count_deleted(const struct fake_sqs *sqs) {
    size_t count = 0;

    for (size_t i = 0; i < sqs->count; i++)
        count += sqs->messages[i].deleted;
    return count;
}

size_t fake_sqs_deleted(struct fake_sqs *sqs) {
    pthread_mutex_lock(&sqs->lock);
    size_t count = count_deleted(sqs);
    pthread_mutex_unlock(&sqs->lock);
    return count;
}

void fake_sqs_wait_deleted(struct fake_sqs *sqs, size_t count) {
    pthread_mutex_lock(&sqs->lock);
    while (count_deleted(sqs) < count)
        pthread_cond_wait(&sqs->changed, &sqs->lock);
    pthread_mutex_unlock(&sqs->lock);
}

size_t fake_sqs_count(struct fake_sqs *sqs, const char *action) {
    pthread_mutex_lock(&sqs->lock);
    size_t count = action_of(sqs, span_of(action))->count;
    pthread_mutex_unlock(&sqs->lock);
    return count;
}

void fake_sqs_wait(struct fake_sqs *sqs, const char *action, size_t count) {
    pthread_mutex_lock(&sqs->lock);
    while (action_of(sqs, span_of(action))->count < count)
        pthread_cond_wait(&sqs->changed, &sqs->lock);
    pthread_mutex_unlock(&sqs->lock);
}

struct span fake_sqs_last(struct fake_sqs *sqs, const char *action) {
    pthread_mutex_lock(&sqs->lock);
    struct span last = span_of(action_of(sqs, span_of(action))->last);
    pthread_mutex_unlock(&sqs->lock);
    return last;
}
