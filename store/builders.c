#include "store/builders.h"

#include <sched.h>

#include "base/macros.h"

/* One processor is left to who reads the file. */
static size_t processors_to_use(void) {
    cpu_set_t mine;
    size_t count = 1;

    if (sched_getaffinity(0, sizeof(mine), &mine) == 0 && CPU_COUNT(&mine) > 2)
        count = (size_t)CPU_COUNT(&mine) - 1;
    return count < BUILDERS_MAX ? count : BUILDERS_MAX;
}

void builders_init(struct builders *builders) {
    *builders = (struct builders){.limit = processors_to_use()};
    pthread_mutex_init(&builders->lock, NULL);
    pthread_cond_init(&builders->wanted, NULL);
}

/* With the lock held; NULL when it is time to end. */
static struct builder_task *take(struct builders *builders) {
    while (builders->first == NULL && !builders->ending)
        pthread_cond_wait(&builders->wanted, &builders->lock);
    struct builder_task *task = builders->first;
    if (task != NULL)
        builders->first = task->next;
    return task;
}

static void *run(void *argument) {
    struct builders *builders = argument;
    struct builder_task *task;

    pthread_mutex_lock(&builders->lock);
    while ((task = take(builders)) != NULL) {
        pthread_mutex_unlock(&builders->lock);
        task->run(task);
        pthread_mutex_lock(&builders->lock);
        builders->spare++;
    }
    pthread_mutex_unlock(&builders->lock);
    return NULL;
}

static void start_one(struct builders *builders) {
    if (builders->count < builders->limit &&
        pthread_create(&builders->threads[builders->count], NULL, run, builders) == 0) {
        builders->count++;
        builders->spare++;
    }
}

static void append(struct builders *builders, struct builder_task *task) {
    task->next = NULL;
    if (builders->first == NULL)
        builders->first = task;
    else
        builders->last->next = task;
    builders->last = task;
    builders->spare--;
    pthread_cond_signal(&builders->wanted);
}

bool builders_offer(struct builders *builders, struct builder_task *task) {
    pthread_mutex_lock(&builders->lock);
    if (builders->spare <= 0)
        start_one(builders);
    bool taken = builders->spare > 0;
    if (taken)
        append(builders, task);
    pthread_mutex_unlock(&builders->lock);
    return taken;
}

bool builders_submit(struct builders *builders, struct builder_task *task) {
    pthread_mutex_lock(&builders->lock);
    if (builders->spare <= 0)
        start_one(builders);
    bool taken = builders->count > 0;
    if (taken)
        append(builders, task);
    pthread_mutex_unlock(&builders->lock);
    return taken;
}

void builders_close(struct builders *builders) {
    pthread_mutex_lock(&builders->lock);
    builders->ending = true;
    pthread_cond_broadcast(&builders->wanted);
    pthread_mutex_unlock(&builders->lock);
    for (size_t i = 0; i < builders->count; i++)
        pthread_join(builders->threads[i], NULL);
    pthread_cond_destroy(&builders->wanted);
    pthread_mutex_destroy(&builders->lock);
}
