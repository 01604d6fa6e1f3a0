#include "collect/agenda.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "base/condition.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"

struct agenda {
    struct aws_client *client;
    pthread_mutex_t lock;
    pthread_cond_t due;   /* the first item, or stopping, has changed */
    pthread_cond_t ended; /* a run has */
    pthread_cond_t late;  /* spare threads wait here, one of them on watch, the others asleep */
    bool stopping;
    bool watched;
    size_t asleep;
    int64_t begun_ms; /* when a run last began */
    /* A heap by due_ms; items[0] is not used. */
    struct agenda_item **items;
    size_t count;
    size_t capacity;
    size_t most; /* threads, with the spare ones */
    size_t started;
    pthread_t threads[];
};

/* ---- the heap; with the lock held ---- */

static void put(struct agenda *agenda, size_t place, struct agenda_item *item) {
    agenda->items[place] = item;
    item->place = place;
}

/* From this place, which is free, to where the item belongs. */
static void sift(struct agenda *agenda, size_t place, struct agenda_item *item) {
    while (place > 1 && agenda->items[place / 2]->due_ms > item->due_ms) {
        put(agenda, place, agenda->items[place / 2]);
        place /= 2;
    }
    for (size_t child = 2 * place; child <= agenda->count; child = 2 * place) {
        if (child < agenda->count &&
            agenda->items[child + 1]->due_ms < agenda->items[child]->due_ms)
            child++;
        if (agenda->items[child]->due_ms >= item->due_ms)
            break;
        put(agenda, place, agenda->items[child]);
        place = child;
    }
    put(agenda, place, item);
}

static void insert(struct agenda *agenda, struct agenda_item *item) {
    if (agenda->count + 1 >= agenda->capacity) {
        agenda->capacity = agenda->capacity == 0 ? 16 : 2 * agenda->capacity;
        agenda->items =
            memory_resize(agenda->items, agenda->capacity, sizeof(struct agenda_item *));
    }
    sift(agenda, ++agenda->count, item);
}

static void take_out(struct agenda *agenda, struct agenda_item *item) {
    struct agenda_item *last = agenda->items[agenda->count--];

    if (last != item)
        sift(agenda, item->place, last);
    item->place = 0;
}

/* ---- threads ---- */

/* NULL when nothing is due. */
static struct agenda_item *take_due(struct agenda *agenda) {
    if (agenda->stopping || agenda->count == 0 || agenda->items[1]->due_ms > monotonic_ms())
        return NULL;
    struct agenda_item *first = agenda->items[1];
    take_out(agenda, first);
    /* The others may wait for longer than what is first now. */
    if (agenda->count > 0)
        pthread_cond_signal(&agenda->due);
    return first;
}

/* Waits for an item to fall due and takes it; NULL once it is time to stop. */
static struct agenda_item *next_due(struct agenda *agenda) {
    struct agenda_item *item;

    while ((item = take_due(agenda)) == NULL && !agenda->stopping) {
        if (agenda->count == 0)
            pthread_cond_wait(&agenda->due, &agenda->lock);
        else
            (void)condition_wait_until(&agenda->due, &agenda->lock, agenda->items[1]->due_ms);
    }
    return item;
}

static void run(struct agenda *agenda, struct agenda_item *item, struct aws_channel *channel) {
    item->running = true;
    item->again = false;
    agenda->begun_ms = monotonic_ms();
    pthread_mutex_unlock(&agenda->lock);
    item->run(item, channel);
    pthread_mutex_lock(&agenda->lock);
    item->running = false;
    if (item->again && !item->removed && !agenda->stopping) {
        insert(agenda, item);
        pthread_cond_signal(&agenda->due);
    }
    pthread_cond_broadcast(&agenda->ended);
}

static void *work(void *argument) {
    struct agenda *agenda = argument;
    struct aws_channel *channel = agenda->client == NULL ? NULL : aws_channel_open(agenda->client);
    struct agenda_item *item;

    pthread_mutex_lock(&agenda->lock);
    while ((item = next_due(agenda)) != NULL)
        run(agenda, item, channel);
    pthread_mutex_unlock(&agenda->lock);
    aws_channel_close(channel);
    return NULL;
}

/* ---- spare threads ---- */

static bool is_stuck(const struct agenda *agenda) {
    int64_t before_ms = monotonic_ms() - AGENDA_PATIENCE_MS;

    return agenda->count > 0 && agenda->items[1]->due_ms <= before_ms &&
           agenda->begun_ms <= before_ms;
}

static void *work_late(void *argument);

static bool start(struct agenda *agenda, void *(*function)(void *), struct err *err) {
    int failure = pthread_create(&agenda->threads[agenda->started], NULL, function, agenda);

    if (failure != 0)
        return err_set(err, ERR_INTERNAL, "starting threads for S3: %s", strerror(failure));
    agenda->started++;
    return true;
}

/* Another one keeps watch, since this one may be held up as well. */
static void hand_over(struct agenda *agenda) {
    struct err err;

    if (agenda->asleep > 0)
        pthread_cond_signal(&agenda->late);
    else if (agenda->started < agenda->most && !start(agenda, work_late, &err))
        log_say(LOG_WARN, "lists of S3 that hang hold up others", "reason", span_of(err.text));
}

/* False once it is time to stop. */
static bool watch(struct agenda *agenda) {
    while (agenda->watched && !agenda->stopping) {
        agenda->asleep++;
        pthread_cond_wait(&agenda->late, &agenda->lock);
        agenda->asleep--;
    }
    agenda->watched = true;
    while (!agenda->stopping && !is_stuck(agenda))
        (void)condition_wait_until(&agenda->late, &agenda->lock,
                                   monotonic_ms() + AGENDA_PATIENCE_MS);
    agenda->watched = false;
    if (!agenda->stopping)
        hand_over(agenda);
    return !agenda->stopping;
}

static void *work_late(void *argument) {
    struct agenda *agenda = argument;
    struct aws_channel *channel = agenda->client == NULL ? NULL : aws_channel_open(agenda->client);
    struct agenda_item *item;

    pthread_mutex_lock(&agenda->lock);
    while (watch(agenda)) {
        while ((item = take_due(agenda)) != NULL)
            run(agenda, item, channel);
    }
    pthread_mutex_unlock(&agenda->lock);
    aws_channel_close(channel);
    return NULL;
}

/* ---- life ---- */

static bool start_all(struct agenda *agenda, size_t threads, struct err *err) {
    bool good = true;

    pthread_mutex_lock(&agenda->lock);
    while (good && agenda->started < threads)
        good = start(agenda, work, err);
    if (good && agenda->started < agenda->most)
        good = start(agenda, work_late, err);
    pthread_mutex_unlock(&agenda->lock);
    return good;
}

bool agenda_open(struct aws_client *client, size_t threads, size_t spares, struct agenda **out,
                 struct err *err) {
    size_t most = threads + spares;
    struct agenda *agenda = memory_new(1, sizeof(*agenda) + most * sizeof(pthread_t));

    agenda->client = client;
    agenda->most = most;
    pthread_mutex_init(&agenda->lock, NULL);
    condition_init(&agenda->due);
    condition_init(&agenda->late);
    pthread_cond_init(&agenda->ended, NULL);
    if (!start_all(agenda, threads, err)) {
        agenda_close(agenda);
        return false;
    }
    *out = agenda;
    return true;
}

void agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t due_ms) {
    pthread_mutex_lock(&agenda->lock);
    bool taken = !item->removed && !agenda->stopping;
    bool known = item->running ? item->again : item->place != 0;
    if (taken && (!known || due_ms < item->due_ms)) {
        item->due_ms = due_ms;
        if (item->running)
            item->again = true;
        else if (known)
            sift(agenda, item->place, item);
        else
            insert(agenda, item);
        pthread_cond_signal(&agenda->due);
    }
    pthread_mutex_unlock(&agenda->lock);
}

void agenda_remove(struct agenda *agenda, struct agenda_item *item) {
    pthread_mutex_lock(&agenda->lock);
    item->removed = true;
    if (item->place != 0)
        take_out(agenda, item);
    while (item->running)
        pthread_cond_wait(&agenda->ended, &agenda->lock);
    pthread_mutex_unlock(&agenda->lock);
}

void agenda_stop(struct agenda *agenda) {
    pthread_mutex_lock(&agenda->lock);
    agenda->stopping = true;
    pthread_cond_broadcast(&agenda->due);
    pthread_cond_broadcast(&agenda->late);
    pthread_mutex_unlock(&agenda->lock);
    for (size_t i = 0; i < agenda->started; i++)
        pthread_join(agenda->threads[i], NULL);
    agenda->started = 0;
}

void agenda_close(struct agenda *agenda) {
    if (agenda == NULL)
        return;
    agenda_stop(agenda);
    pthread_cond_destroy(&agenda->due);
    pthread_cond_destroy(&agenda->ended);
    pthread_cond_destroy(&agenda->late);
    pthread_mutex_destroy(&agenda->lock);
    free(agenda->items);
    free(agenda);
}
