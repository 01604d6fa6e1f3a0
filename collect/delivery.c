#include "collect/delivery.h"

#include <stdlib.h>

#include "base/memory.h"

struct delivery_fetch {
    struct fetch fetch; /* first */
    struct delivery *delivery;
};

struct delivery *delivery_new(delivery_ended *ended, void *context) {
    struct delivery *delivery = memory_new(1, sizeof(*delivery));

    delivery->ended = ended;
    delivery->context = context;
    pthread_mutex_init(&delivery->lock, NULL);
    return delivery;
}

void delivery_free(struct delivery *delivery) {
    if (delivery == NULL)
        return;
    pthread_mutex_destroy(&delivery->lock);
    arena_clear(&delivery->arena);
    free(delivery);
}

static void note_unsettled(struct delivery *delivery, const struct err *err) {
    if (delivery->unsettled++ > 0)
        return;
    if (err != NULL)
        delivery->err = *err;
    else
        err_set(&delivery->err, ERR_BUSY, "the service is stopping");
}

static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err) {
    struct delivery *delivery = ((struct delivery_fetch *)fetch)->delivery;

    pthread_mutex_lock(&delivery->lock);
    if (outcome == FETCH_CANCELLED || (outcome == FETCH_FAILED && receipt == NULL))
        note_unsettled(delivery, err);
    bool last = --delivery->left == 0;
    pthread_mutex_unlock(&delivery->lock);
    if (last)
        delivery->ended(delivery);
}

void delivery_begin(struct delivery *delivery, struct fetch_queue *queue) {
    const size_t count = delivery->notice.count;
    struct delivery_fetch *fetches = arena_new(&delivery->arena, count, sizeof(*fetches));

    for (size_t i = 0; i < count; i++)
        fetches[i] = (struct delivery_fetch){
            .fetch = {.object = delivery->notice.objects[i],
                      .failures = FETCH_RECORDS_OBJECT,
                      .trusts_failures = true,
                      .done = object_done},
            .delivery = delivery,
        };
    delivery->left = count;
    /* It may have ended, and be gone, when the last one is added. */
    for (size_t i = 0; i < count; i++)
        fetch_queue_add(queue, &fetches[i].fetch);
}
