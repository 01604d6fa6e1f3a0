/* Whose turn it is, what each of those who ask has waiting, and how they are told. */
#include "collect/fetcher_state.h"

#include "collect/gathering.h"
#include "store/collection.h"

/* ---- queues; with the lock held ---- */

static void link_last(struct fetcher *fetcher, struct fetch_queue *queue) {
    queue->next = NULL;
    queue->previous = fetcher->last;
    if (fetcher->last != NULL)
        fetcher->last->next = queue;
    else
        fetcher->queues = queue;
    fetcher->last = queue;
}

static void unlink_queue(struct fetcher *fetcher, struct fetch_queue *queue) {
    if (queue->previous != NULL)
        queue->previous->next = queue->next;
    else
        fetcher->queues = queue->next;
    if (queue->next != NULL)
        queue->next->previous = queue->previous;
    else
        fetcher->last = queue->previous;
}

void fetch_queue_had_turn(struct fetch_queue *queue) {
    unlink_queue(queue->fetcher, queue);
    link_last(queue->fetcher, queue);
}

/* What is under way may all have stalled: then a queue that has nothing there still goes on, by a
 * spare thread. */
static bool may_go_on(const struct fetcher *fetcher, const struct fetch_queue *queue) {
    return queue->waiting > 0 &&
           (queue->downloading == 0 || fetcher->downloading < fetcher->config.downloads);
}

struct fetch_queue *fetch_queue_next(const struct fetcher *fetcher) {
    struct fetch_queue *best = NULL;

    for (struct fetch_queue *queue = fetcher->queues; queue != NULL; queue = queue->next) {
        if (may_go_on(fetcher, queue) && (best == NULL || queue->downloading < best->downloading))
            best = queue;
    }
    return best;
}

static struct fetch *take_first(struct fetch_queue *queue) {
    struct fetch *fetch = queue->first;

    queue->first = fetch->next;
    if (queue->first == NULL)
        queue->end = &queue->first;
    queue->waiting--;
    queue->fetcher->figures.waiting--;
    return fetch;
}

static void begin(struct fetch_queue *queue) {
    queue->running++;
    queue->downloading++;
    queue->fetcher->figures.under_way++;
    queue->fetcher->downloading++;
}

/* What is cancelled waits for nobody. */
struct fetch *fetch_queue_take(struct fetch_queue *queue) {
    struct under_way *under_way = &queue->fetcher->under_way;
    bool cancelled = atomic_load(&queue->cancel);
    struct fetch *fetch = take_first(queue);

    while (fetch != NULL && !cancelled && under_way_wait(under_way, fetch)) {
        queue->behind++;
        fetch = queue->waiting > 0 ? take_first(queue) : NULL;
    }
    if (fetch == NULL)
        return NULL;
    if (!cancelled)
        under_way_add(under_way, fetch);
    begin(queue);
    return fetch;
}

static void put(struct fetch_queue *queue, struct fetch *fetch) {
    fetch->next = NULL;
    fetch->queue = queue;
    *queue->end = fetch;
    queue->end = &fetch->next;
    queue->waiting++;
    queue->fetcher->figures.waiting++;
    pthread_cond_signal(&queue->fetcher->work);
}

/* It was the first once. */
static void put_first(struct fetch *fetch) {
    struct fetch_queue *queue = fetch->queue;

    queue->behind--;
    fetch->next = queue->first;
    queue->first = fetch;
    if (fetch->next == NULL)
        queue->end = &fetch->next;
    queue->waiting++;
    queue->fetcher->figures.waiting++;
    pthread_cond_signal(&queue->fetcher->work);
}

void fetch_queue_leave(struct fetcher *fetcher, struct fetch *fetch) {
    struct fetch *waiting = under_way_remove(&fetcher->under_way, fetch);

    while (waiting != NULL) {
        struct fetch *next = waiting->next;
        put_first(waiting);
        waiting = next;
    }
}

void fetch_queue_release_all(struct fetcher *fetcher) {
    struct fetch *waiting;

    while ((waiting = under_way_take_waiting(&fetcher->under_way, NULL)) != NULL)
        put_first(waiting);
}

/* ---- ends; with the lock held; the queue may be gone once nothing of it is left ---- */

void fetch_queue_end_told(struct fetch_queue *queue) {
    queue->running--;
    queue->fetcher->figures.under_way--;
    pthread_cond_broadcast(&queue->fetcher->ended);
}

void fetch_queue_end_download(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    queue->downloading--;
    fetcher->downloading--;
    pthread_cond_broadcast(&fetcher->ended);
    if (fetcher->figures.waiting > 0)
        pthread_cond_signal(&fetcher->work);
}

bool fetch_queue_waits_for_nothing(const struct fetch_queue *queue) {
    return queue->running > 0 && queue->downloading == 0 && queue->waiting == 0;
}

/* ---- telling; without the lock ---- */

static void count(struct fetcher *fetcher, struct fetch *fetch, const struct fetched *fetched) {
    pthread_mutex_lock(&fetcher->lock);
    fetch_queue_leave(fetcher, fetch);
    fetcher->figures.outcomes[fetched->outcome]++;
    fetcher->figures.bytes += fetched->bytes;
    pthread_mutex_unlock(&fetcher->lock);
}

void fetch_queue_tell(struct fetcher *fetcher, struct fetch *fetch, const struct fetched *fetched) {
    const struct receipt *receipt = fetched->receipt.id != 0 ? &fetched->receipt : NULL;
    bool failed = fetched->outcome == FETCH_FAILED;

    count(fetcher, fetch, fetched);
    if (fetcher->config.imported != NULL && fetched->outcome != FETCH_CANCELLED)
        fetcher->config.imported(fetcher->config.context, failed ? NULL : receipt);
    fetch->done(fetch, fetched->outcome, receipt, failed ? &fetched->err : NULL);
}

/* ---- those who ask ---- */

static void tell_cancelled(struct fetcher *fetcher, struct fetch *fetch) {
    const struct fetched cancelled = {.outcome = FETCH_CANCELLED};

    fetch_queue_tell(fetcher, fetch, &cancelled);
}

void fetch_queue_init(struct fetch_queue *queue, struct fetcher *fetcher) {
    *queue = (struct fetch_queue){.fetcher = fetcher};
    queue->end = &queue->first;
    pthread_mutex_lock(&fetcher->lock);
    atomic_init(&queue->cancel, fetcher->stopping);
    link_last(fetcher, queue);
    pthread_mutex_unlock(&fetcher->lock);
}

void fetch_queue_add(struct fetch_queue *queue, struct fetch *fetch) {
    struct fetcher *fetcher = queue->fetcher;
    const struct s3_object *object = &fetch->object;

    fetch->mark = object_mark_of(object->bucket, object->key, object->etag);
    pthread_mutex_lock(&fetcher->lock);
    bool taken = !atomic_load(&queue->cancel);
    if (taken)
        put(queue, fetch);
    pthread_mutex_unlock(&fetcher->lock);
    if (!taken)
        tell_cancelled(fetcher, fetch);
}

static void release(struct fetch_queue *queue) {
    while (queue->behind > 0)
        put_first(under_way_take_waiting(&queue->fetcher->under_way, queue));
}

void fetch_queue_cancel(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    pthread_mutex_lock(&fetcher->lock);
    atomic_store(&queue->cancel, true);
    release(queue);
    while (queue->waiting > 0) {
        struct fetch *fetch = fetch_queue_take(queue);
        pthread_mutex_unlock(&fetcher->lock);
        tell_cancelled(fetcher, fetch);
        pthread_mutex_lock(&fetcher->lock);
        fetch_queue_end_told(queue);
        fetch_queue_end_download(queue);
    }
    pthread_mutex_unlock(&fetcher->lock);
}

void fetch_queue_halt(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    fetch_queue_cancel(queue);
    pthread_mutex_lock(&fetcher->lock);
    while (queue->downloading > 0)
        pthread_cond_wait(&fetcher->ended, &fetcher->lock);
    /* Nothing is gathered of it any more, so this is the rest, if there is any. */
    if (queue->running > 0) {
        pthread_mutex_unlock(&fetcher->lock);
        gathering_flush(fetcher->gathering);
        pthread_mutex_lock(&fetcher->lock);
    }
    while (queue->running > 0)
        pthread_cond_wait(&fetcher->ended, &fetcher->lock);
    pthread_mutex_unlock(&fetcher->lock);
}

void fetch_queue_end(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    fetch_queue_halt(queue);
    pthread_mutex_lock(&fetcher->lock);
    unlink_queue(fetcher, queue);
    pthread_mutex_unlock(&fetcher->lock);
}
