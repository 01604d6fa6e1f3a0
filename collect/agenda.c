#include "collect/agenda.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "base/condition.h"
#include "base/memory.h"
#include "base/utc.h"

struct agenda {
    struct aws_client *client;
    pthread_mutex_t lock;
    pthread_cond_t due;   /* the first item, or stopping, has changed */
    pthread_cond_t ended; /* a run has */
    bool stopping;
    /* A heap by due_ms; items[0] is not used. */
    struct agenda_item **items;
    size_t count;
    size_t capacity;
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

/* Waits for an item to fall due and takes it; NULL once it is time to stop. */
static struct agenda_item *next_due(struct agenda *agenda) {
    while (!agenda->stopping) {
        if (agenda->count == 0) {
            pthread_cond_wait(&agenda->due, &agenda->lock);
            continue;
        }
        struct agenda_item *first = agenda->items[1];
        if (first->due_ms <= monotonic_ms()) {
            take_out(agenda, first);
            /* The others may wait for longer than what is first now. */
            if (agenda->count > 0)
                pthread_cond_signal(&agenda->due);
            return first;
        }
        (void)condition_wait_until(&agenda->due, &agenda->lock, first->due_ms);
    }
    return NULL;
}

static void run(struct agenda *agenda, struct agenda_item *item, struct aws_channel *channel) {
    item->running = true;
    item->again = false;
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

bool agenda_open(struct aws_client *client, size_t threads, struct agenda **out, struct err *err) {
    struct agenda *agenda = memory_new(1, sizeof(*agenda) + threads * sizeof(pthread_t));

    agenda->client = client;
    pthread_mutex_init(&agenda->lock, NULL);
    condition_init(&agenda->due);
    pthread_cond_init(&agenda->ended, NULL);
    while (agenda->started < threads) {
        int failure = pthread_create(&agenda->threads[agenda->started], NULL, work, agenda);
        if (failure != 0) {
            agenda_close(agenda);
            return err_set(err, ERR_INTERNAL, "starting threads for S3: %s", strerror(failure));
        }
        agenda->started++;
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
    pthread_mutex_destroy(&agenda->lock);
    free(agenda->items);
    free(agenda);
}
