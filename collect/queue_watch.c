#include "collect/queue_watch.h"

#include <stdlib.h>

#include "base/condition.h"
#include "base/memory.h"
#include "collect/queue_state.h"

struct queue_watch {
    struct watched_queue *queues;
    size_t count;
};

static void init_queue(struct watched_queue *queue, struct collector *collector) {
    queue->collector = collector;
    queue->keeper.run = queue_keep;
    fetch_queue_init(&queue->fetches, collector->fetcher);
    pthread_mutex_init(&queue->lock, NULL);
    condition_init(&queue->changed);
}

static bool parse_urls(struct queue_watch *watch, const struct collector_config *config,
                       struct err *err) {
    for (size_t i = 0; i < watch->count; i++) {
        if (!sqs_queue_parse(span_of(config->queues[i]), &watch->queues[i].sqs, err))
            return err_add(err, "--queue");
    }
    return true;
}

static bool start_receiver(struct watched_queue *queue, struct err *err) {
    int code = pthread_create(&queue->receiver, NULL, queue_receive_all, queue);

    if (code != 0)
        return err_set(err, ERR_INTERNAL, "no thread for queue %.*s", SPAN_ARGS(queue->sqs.name));
    queue->started = true;
    return true;
}

bool queue_watch_open(struct collector *collector, struct queue_watch **out, struct err *err) {
    struct queue_watch *watch = memory_new(1, sizeof(*watch));
    bool good = true;

    watch->count = collector->config.queue_count;
    watch->queues = memory_new(watch->count, sizeof(*watch->queues));
    for (size_t i = 0; i < watch->count; i++)
        init_queue(&watch->queues[i], collector);
    good = parse_urls(watch, &collector->config, err);
    for (size_t i = 0; good && i < watch->count; i++)
        good = start_receiver(&watch->queues[i], err);
    if (!good) {
        queue_watch_close(watch);
        return false;
    }
    *out = watch;
    return true;
}

static void interrupt(struct watched_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    atomic_store(&queue->stopping, true);
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
    fetch_queue_cancel(&queue->fetches);
}

void queue_watch_interrupt(struct queue_watch *watch) {
    for (size_t i = 0; i < watch->count; i++)
        interrupt(&watch->queues[i]);
}

static void close_queue(struct watched_queue *queue) {
    if (queue->started)
        pthread_join(queue->receiver, NULL);
    fetch_queue_end(&queue->fetches);
    agenda_remove(queue->collector->agenda, &queue->keeper);
    while (queue->messages != NULL) {
        struct queue_message *message = queue->messages;
        queue->messages = message->next;
        queue_message_free(message);
    }
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
}

void queue_watch_close(struct queue_watch *watch) {
    if (watch == NULL)
        return;
    queue_watch_interrupt(watch);
    for (size_t i = 0; i < watch->count; i++)
        close_queue(&watch->queues[i]);
    free(watch->queues);
    free(watch);
}

void queue_watch_measure(struct queue_watch *watch, struct queue_figures *out) {
    *out = (struct queue_figures){0};
    for (size_t i = 0; i < watch->count; i++) {
        struct watched_queue *queue = &watch->queues[i];
        pthread_mutex_lock(&queue->lock);
        out->received += queue->figures.received;
        out->deleted += queue->figures.deleted;
        out->failed += queue->figures.failed;
        pthread_mutex_unlock(&queue->lock);
    }
}
