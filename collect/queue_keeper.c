/* What becomes of messages that are held: hidden while their files are fetched, then deleted, or
 * forgotten so that SQS delivers them again. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/utc.h"
#include "collect/queue_state.h"

#define DELETE_AGAIN_MS INT64_C(1000)
/* Then it is left: SQS delivers it again, its files are known, and it is deleted. */
#define DELETE_ATTEMPTS 5

/* Messages that one request is about. They stay held meanwhile, and only the keeper, which runs on
 * one thread at a time, frees those that are held. */
struct round {
    struct queue_message *messages[SQS_BATCH];
    struct span handles[SQS_BATCH];
    size_t count;
};

/* ---- what is held; with the lock held ---- */

void queue_hold(struct watched_queue *queue, struct queue_message *message) {
    message->next = queue->messages;
    queue->messages = message;
    queue->held++;
}

void queue_message_free(struct queue_message *message) {
    delivery_free(message->delivery);
    free(message);
}

static void release(struct watched_queue *queue, struct queue_message *message) {
    struct queue_message **at = &queue->messages;

    while (*at != message)
        at = &(*at)->next;
    *at = message->next;
    queue->held--;
    queue_message_free(message);
    pthread_cond_broadcast(&queue->changed);
}

static void release_left(struct watched_queue *queue) {
    struct queue_message *message = queue->messages;

    while (message != NULL) {
        struct queue_message *next = message->next;
        if (message->state == MESSAGE_LEFT) {
            queue->figures.failed++;
            release(queue, message);
        }
        message = next;
    }
}

static bool is_due(const struct queue_message *message, enum message_state state, int64_t now_ms) {
    return message->state == state && (message->hide_again_ms <= now_ms ||
                                       (state == MESSAGE_STORED && message->attempts == 0));
}

static void gather(struct watched_queue *queue, enum message_state state, struct round *out) {
    int64_t now_ms = monotonic_ms();

    *out = (struct round){.count = 0};
    pthread_mutex_lock(&queue->lock);
    for (struct queue_message *message = queue->messages; message != NULL && out->count < SQS_BATCH;
         message = message->next) {
        if (!is_due(message, state, now_ms))
            continue;
        out->messages[out->count] = message;
        out->handles[out->count++] = message->handle;
    }
    pthread_mutex_unlock(&queue->lock);
}

/* ---- requests ---- */

static void log_failure(const struct watched_queue *queue, const char *what, struct span why) {
    struct log_line line;

    if (atomic_load(&queue->stopping))
        return;
    log_begin(&line, LOG_WARN, what);
    log_text(&line, "queue", queue->sqs.url);
    log_text(&line, "reason", why);
    log_end(&line);
}

/* With the lock held. */
static void note_delete(struct watched_queue *queue, struct queue_message *message, bool done) {
    if (done) {
        queue->figures.deleted++;
        release(queue, message);
        return;
    }
    message->attempts++;
    message->hide_again_ms = monotonic_ms() + message->attempts * DELETE_AGAIN_MS;
    if (message->attempts == DELETE_ATTEMPTS)
        message->state = MESSAGE_LEFT;
}

/* False: there was nothing to delete. */
static bool delete_some(struct watched_queue *queue, struct aws_channel *channel) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sqs_results results = {.failed = 0};
    struct round round;
    struct err err;

    gather(queue, MESSAGE_STORED, &round);
    if (round.count == 0)
        return false;
    if (!sqs_delete(channel, &queue->sqs, round.handles, round.count, &queue->stopping, &arena,
                    &results, &err))
        log_failure(queue, "messages could not be deleted", span_of(err.text));
    else if (results.failed > 0)
        log_failure(queue, "messages could not be deleted", results.why);
    pthread_mutex_lock(&queue->lock);
    for (size_t i = 0; i < round.count; i++)
        note_delete(queue, round.messages[i], results.done[i]);
    pthread_mutex_unlock(&queue->lock);
    return true;
}

/* False: there was nothing to hide. What could not be hidden may be delivered to somebody else,
 * which imports nothing twice. */
static bool hide_some(struct watched_queue *queue, struct aws_channel *channel) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct sqs_results results = {.failed = 0};
    struct round round;
    struct err err;

    gather(queue, MESSAGE_FETCHING, &round);
    if (round.count == 0)
        return false;
    if (!sqs_hide(channel, &queue->sqs, round.handles, round.count, HIDDEN_SECONDS,
                  &queue->stopping, &arena, &results, &err))
        log_failure(queue, "messages could not be hidden any longer", span_of(err.text));
    else if (results.failed > 0)
        log_failure(queue, "messages could not be hidden any longer", results.why);
    int64_t again_ms = monotonic_ms() + HIDE_AGAIN_MS;
    pthread_mutex_lock(&queue->lock);
    for (size_t i = 0; i < round.count; i++)
        round.messages[i]->hide_again_ms = again_ms;
    pthread_mutex_unlock(&queue->lock);
    return true;
}

/* The next moment at which one is due; -1: none is. */
static int64_t next_due(struct watched_queue *queue) {
    int64_t due_ms = -1;

    pthread_mutex_lock(&queue->lock);
    for (struct queue_message *message = queue->messages; message != NULL;
         message = message->next) {
        if (due_ms < 0 || message->hide_again_ms < due_ms)
            due_ms = message->hide_again_ms;
    }
    pthread_mutex_unlock(&queue->lock);
    return due_ms;
}

void queue_keep(struct agenda_item *item, struct aws_channel *channel) {
    struct watched_queue *queue =
        (struct watched_queue *)((char *)item - offsetof(struct watched_queue, keeper));

    while (!atomic_load(&queue->stopping) && delete_some(queue, channel))
        ;
    while (!atomic_load(&queue->stopping) && hide_some(queue, channel))
        ;
    pthread_mutex_lock(&queue->lock);
    release_left(queue);
    pthread_mutex_unlock(&queue->lock);
    int64_t due_ms = next_due(queue);
    if (due_ms >= 0 && !atomic_load(&queue->stopping))
        agenda_set(queue->collector->agenda, item, due_ms);
}
