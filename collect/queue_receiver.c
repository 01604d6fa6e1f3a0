/* Messages of a queue on their way in: received while there is room, read, their objects wanted. */
#include <stdlib.h>

#include "base/condition.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"
#include "collect/queue_state.h"

/* Between tries, while SQS, S3 or the disk fail: doubling. */
#define FIRST_PAUSE_MS   INT64_C(1000)
#define LONGEST_PAUSE_MS INT64_C(300000)

/* Finished messages gather, so that one request deletes several. */
#define GATHER_MS 100

static void log_about(enum log_level level, const char *what, const struct watched_queue *queue,
                      struct span message, const struct err *err) {
    struct log_line line;

    log_begin(&line, level, what);
    log_text(&line, "queue", queue->sqs.url);
    if (message.data != NULL)
        log_text(&line, "message_id", message);
    log_text(&line, "reason", span_of(err->text));
    log_end(&line);
}

/* ---- pauses; with the lock held ---- */

/* Failures that come while it pauses already are of the same cause. */
static void pause_receiving(struct watched_queue *queue) {
    int64_t now_ms = monotonic_ms();

    if (now_ms < queue->paused_till_ms)
        return;
    queue->pause_ms = queue->pause_ms == 0 ? FIRST_PAUSE_MS : 2 * queue->pause_ms;
    if (queue->pause_ms > LONGEST_PAUSE_MS)
        queue->pause_ms = LONGEST_PAUSE_MS;
    queue->paused_till_ms = now_ms + queue->pause_ms;
}

static bool may_receive(const struct watched_queue *queue) {
    return queue->held + SQS_BATCH <= MESSAGES_HELD && monotonic_ms() >= queue->paused_till_ms;
}

/* False: it is to stop. */
static bool wait_for_room(struct watched_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (!atomic_load(&queue->stopping) && !may_receive(queue)) {
        int64_t now_ms = monotonic_ms();
        int64_t till_ms =
            queue->paused_till_ms > now_ms ? queue->paused_till_ms : now_ms + LONGEST_PAUSE_MS;
        (void)condition_wait_until(&queue->changed, &queue->lock, till_ms);
    }
    pthread_mutex_unlock(&queue->lock);
    return !atomic_load(&queue->stopping);
}

/* ---- one message ---- */

static void message_ended(struct delivery *delivery) {
    struct queue_message *message = delivery->context;
    struct watched_queue *queue = message->queue;
    bool stored = delivery->unsettled == 0;

    if (!stored && !atomic_load(&queue->stopping))
        log_about(LOG_WARN, "files of a message were not stored: it will be delivered again", queue,
                  message->id, &delivery->err);
    pthread_mutex_lock(&queue->lock);
    message->state = stored ? MESSAGE_STORED : MESSAGE_LEFT;
    if (stored)
        queue->pause_ms = 0;
    else if (err_may_pass(&delivery->err))
        pause_receiving(queue);
    pthread_mutex_unlock(&queue->lock);
    agenda_set(queue->collector->agenda, &queue->keeper, monotonic_ms() + GATHER_MS);
}

static struct queue_message *new_message(struct watched_queue *queue,
                                         const struct sqs_message *received) {
    struct queue_message *message = memory_new(1, sizeof(*message));

    message->queue = queue;
    message->delivery = delivery_new(message_ended, message);
    message->id = arena_copy(&message->delivery->arena, received->id);
    message->handle = arena_copy(&message->delivery->arena, received->handle);
    message->hide_again_ms = monotonic_ms() + HIDE_AGAIN_MS;
    return message;
}

static void leave(struct queue_message *message, const struct err *err) {
    struct watched_queue *queue = message->queue;

    log_about(LOG_WARN, "a message was left in its queue", queue, message->id, err);
    pthread_mutex_lock(&queue->lock);
    queue->figures.failed++;
    pthread_mutex_unlock(&queue->lock);
    queue_message_free(message);
}

static void take(struct watched_queue *queue, const struct sqs_message *received) {
    struct queue_message *message = new_message(queue, received);
    struct delivery *delivery = message->delivery;
    struct notice *notice = &delivery->notice;
    struct err err;

    if (!notice_read(received->body, &delivery->arena, notice, &err) ||
        !allow_list_check_objects(&queue->collector->allow, notice->objects, notice->count, &err)) {
        leave(message, &err);
        return;
    }
    pthread_mutex_lock(&queue->lock);
    queue_hold(queue, message);
    pthread_mutex_unlock(&queue->lock);
    if (notice->count > 0)
        delivery_begin(delivery, &queue->fetches);
    else
        message_ended(delivery);
}

/* ---- the thread ---- */

static void note_failure(struct watched_queue *queue, const struct err *err) {
    if (err->kind == ERR_CANCELLED)
        return;
    log_about(LOG_WARN, "a queue could not be read: trying again later", queue, SPAN_NONE, err);
    pthread_mutex_lock(&queue->lock);
    pause_receiving(queue);
    pthread_mutex_unlock(&queue->lock);
}

static void note_batch(struct watched_queue *queue, const struct sqs_batch *batch) {
    pthread_mutex_lock(&queue->lock);
    queue->figures.received += (int64_t)batch->count;
    /* With messages it is their files that show whether all is well. */
    if (batch->count == 0)
        queue->pause_ms = 0;
    pthread_mutex_unlock(&queue->lock);
}

static void receive(struct watched_queue *queue, struct aws_channel *channel, struct arena *arena) {
    struct sqs_batch batch;
    struct err err;

    if (!sqs_receive(channel, &queue->sqs, HIDDEN_SECONDS, &queue->stopping, arena, &batch, &err)) {
        note_failure(queue, &err);
        return;
    }
    note_batch(queue, &batch);
    for (size_t i = 0; i < batch.count; i++)
        take(queue, &batch.messages[i]);
    if (batch.count > 0)
        agenda_set(queue->collector->agenda, &queue->keeper, monotonic_ms() + HIDE_AGAIN_MS);
}

void *queue_receive_all(void *context) {
    struct watched_queue *queue = context;
    struct aws_channel *channel = aws_channel_open(queue->collector->client);
    struct arena arena = {0};

    while (wait_for_room(queue)) {
        receive(queue, channel, &arena);
        arena_reset(&arena);
    }
    arena_clear(&arena);
    aws_channel_close(channel);
    return NULL;
}
