#include "server/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct queue {
    struct job *first;
    struct job **end; /* where the next job is linked in */
    size_t waiting;
    size_t running;
    size_t most_running;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue queues[LANES];
    size_t room; /* of each queue */
    bool stopping;
    size_t count;
    pthread_t threads[];
};

static struct queue *next_queue(struct workers *workers) {
    for (size_t lane = 0; lane < LANES; lane++) {
        struct queue *queue = &workers->queues[lane];
        if (queue->first != NULL && queue->running < queue->most_running)
            return queue;
    }
    return NULL;
}

static struct job *take(struct queue *queue) {
    struct job *job = queue->first;

    queue->first = job->next;
    if (queue->first == NULL)
        queue->end = &queue->first;
    queue->running++;
    queue->waiting--;
    return job;
}

static size_t count_waiting(const struct workers *workers) {
    size_t waiting = 0;

    for (size_t lane = 0; lane < LANES; lane++)
        waiting += workers->queues[lane].waiting;
    return waiting;
}

static void *work(void *argument) {
    struct workers *workers = argument;
    struct queue *queue;

    pthread_mutex_lock(&workers->lock);
    while ((queue = next_queue(workers)) != NULL || !workers->stopping ||
           count_waiting(workers) > 0) {
        if (queue == NULL) {
            pthread_cond_wait(&workers->changed, &workers->lock);
            continue;
        }
        struct job *job = take(queue);
        pthread_mutex_unlock(&workers->lock);
        job->run(job);
        pthread_mutex_lock(&workers->lock);
        queue->running--;
        /* A job of this lane may have waited for this one to end. */
        pthread_cond_broadcast(&workers->changed);
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

static void init_queues(struct workers *workers, size_t count) {
    for (size_t lane = 0; lane < LANES; lane++)
        workers->queues[lane].end = &workers->queues[lane].first;
    workers->queues[LANE_SEARCH].most_running = count;
    workers->queues[LANE_UPLOAD].most_running = count > 1 ? count - 1 : 1;
}

bool workers_start(size_t count, size_t room, struct workers **out, struct err *err) {
    struct workers *workers = memory_new(1, sizeof(*workers) + count * sizeof(pthread_t));

    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->changed, NULL);
    workers->room = room;
    init_queues(workers, count);
    while (workers->count < count) {
        int failure = pthread_create(&workers->threads[workers->count], NULL, work, workers);
        if (failure != 0) {
            workers_end(workers);
            workers_free(workers);
            return err_set(err, ERR_INTERNAL, "starting worker threads: %s", strerror(failure));
        }
        workers->count++;
    }
    *out = workers;
    return true;
}

bool workers_submit(struct workers *workers, struct job *job) {
    struct queue *queue = &workers->queues[job->lane];

    pthread_mutex_lock(&workers->lock);
    bool taken = queue->waiting < workers->room && !workers->stopping;
    if (taken) {
        job->next = NULL;
        *queue->end = job;
        queue->end = &job->next;
        queue->waiting++;
        pthread_cond_signal(&workers->changed);
    }
    pthread_mutex_unlock(&workers->lock);
    return taken;
}

size_t workers_waiting(struct workers *workers) {
    pthread_mutex_lock(&workers->lock);
    size_t waiting = count_waiting(workers);
    pthread_mutex_unlock(&workers->lock);
    return waiting;
}

bool workers_full(struct workers *workers, enum lane lane) {
    pthread_mutex_lock(&workers->lock);
    bool full = workers->queues[lane].waiting >= workers->room;
    pthread_mutex_unlock(&workers->lock);
    return full;
}

void workers_end(struct workers *workers) {
    if (workers == NULL)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->changed);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->count; i++)
        pthread_join(workers->threads[i], NULL);
}

void workers_free(struct workers *workers) {
    if (workers == NULL)
        return;
    pthread_cond_destroy(&workers->changed);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
