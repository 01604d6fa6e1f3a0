#include "collect/fetcher_state.h"

#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "aws/client.h"
#include "base/memory.h"
#include "collect/gathering.h"

struct fetcher {
    struct fetcher_config config;
    struct gathering *gathering;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* something waits, or it is time to stop */
    pthread_cond_t ended; /* a `done` has returned, or a download ended */
    bool stopping;
    struct fetch_queue *queues; /* in turn: the one served last is at the end */
    struct fetch_queue *last;
    struct fetcher_figures figures;
    size_t downloading; /* of all queues */
    size_t started;
    pthread_t threads[];
};

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

/* What is under way may all have stalled: then a queue that has nothing there still goes on, by a
 * spare thread. */
static bool may_go_on(const struct fetcher *fetcher, const struct fetch_queue *queue) {
    return queue->waiting > 0 &&
           (queue->downloading == 0 || fetcher->downloading < fetcher->config.downloads);
}

/* The one with the fewest downloads, and of those the one that waits longest for its turn; NULL
 * when none may go on. */
static struct fetch_queue *next_queue(const struct fetcher *fetcher) {
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
    queue->running++;
    queue->downloading++;
    queue->fetcher->figures.waiting--;
    queue->fetcher->figures.under_way++;
    queue->fetcher->downloading++;
    return fetch;
}

/* ---- telling ---- */

static void count(struct fetcher *fetcher, enum fetch_outcome outcome, int64_t bytes) {
    pthread_mutex_lock(&fetcher->lock);
    fetcher->figures.outcomes[outcome]++;
    fetcher->figures.bytes += bytes;
    pthread_mutex_unlock(&fetcher->lock);
}

static void tell(struct fetcher *fetcher, struct fetch *fetch, const struct fetched *fetched) {
    const struct receipt *receipt = fetched->receipt.id != 0 ? &fetched->receipt : NULL;
    bool failed = fetched->outcome == FETCH_FAILED;

    count(fetcher, fetched->outcome, fetched->bytes);
    if (fetcher->config.imported != NULL && fetched->outcome != FETCH_CANCELLED)
        fetcher->config.imported(fetcher->config.context, failed ? NULL : receipt);
    fetch->done(fetch, fetched->outcome, receipt, failed ? &fetched->err : NULL);
}

/* ---- ends; with the lock held; the queue may be gone once nothing of it is left ---- */

static void end_told(struct fetch_queue *queue) {
    queue->running--;
    queue->fetcher->figures.under_way--;
    pthread_cond_broadcast(&queue->fetcher->ended);
}

static void end_download(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    queue->downloading--;
    fetcher->downloading--;
    pthread_cond_broadcast(&fetcher->ended);
    if (fetcher->figures.waiting > 0)
        pthread_cond_signal(&fetcher->work);
}

/* ---- what was gathered ---- */

static void add_last(struct fetch_queue *queue, struct fetch *fetch) {
    fetch->next = NULL;
    *queue->end = fetch;
    queue->end = &fetch->next;
    queue->waiting++;
    queue->fetcher->figures.waiting++;
    pthread_cond_signal(&queue->fetcher->work);
}

static void tell_cancelled(struct fetcher *fetcher, struct fetch *fetch) {
    const struct fetched cancelled = {.outcome = FETCH_CANCELLED};

    tell(fetcher, fetch, &cancelled);
}

/* Nothing of it is stored, maybe for another's fault: it is fetched once more, for a commit of its
 * own. */
static void fetch_alone(struct fetcher *fetcher, struct fetch *fetch) {
    struct fetch_queue *queue = fetch->queue;

    fetch->alone = true;
    pthread_mutex_lock(&fetcher->lock);
    bool taken = !atomic_load(&queue->cancel);
    if (taken)
        add_last(queue, fetch);
    pthread_mutex_unlock(&fetcher->lock);
    if (!taken)
        tell_cancelled(fetcher, fetch);
}

static void tell_gathered(struct fetcher *fetcher, struct fetch *fetch,
                          const struct receipt *receipt) {
    struct arena arena = {0};
    struct fetched fetched;

    fetch_gathered(&fetcher->config, fetch, receipt, &arena, &fetched);
    tell(fetcher, fetch, &fetched);
    arena_clear(&arena);
}

static void gathered_told(void *context, void *ticket, const struct receipt *receipt,
                          const struct err *err) {
    struct fetcher *fetcher = context;
    struct fetch *fetch = ticket;
    struct fetch_queue *queue = fetch->queue;

    (void)err; /* it will fail again, if it is its own */
    if (receipt == NULL)
        fetch_alone(fetcher, fetch);
    else
        tell_gathered(fetcher, fetch, receipt);
    pthread_mutex_lock(&fetcher->lock);
    end_told(queue);
    pthread_mutex_unlock(&fetcher->lock);
}

/* Nothing is on the way to join what was gathered, so there is nothing to wait for. */
static bool waits_for_nothing(const struct fetch_queue *queue) {
    return queue->running > 0 && queue->downloading == 0 && queue->waiting == 0;
}

/* ---- threads ---- */

static void serve(struct fetcher *fetcher, struct fetch_queue *queue,
                  const struct fetch_means *means) {
    struct fetch *fetch = take_first(queue);
    struct fetched fetched;

    unlink_queue(fetcher, queue);
    link_last(fetcher, queue);
    pthread_mutex_unlock(&fetcher->lock);
    fetch->queue = queue;
    fetch_object(means, fetch, &queue->cancel, &fetched);
    if (!fetched.gathered)
        tell(fetcher, fetch, &fetched);
    arena_reset(means->arena);
    pthread_mutex_lock(&fetcher->lock);
    if (!fetched.gathered)
        end_told(queue);
    end_download(queue);
    if (!waits_for_nothing(queue))
        return;
    pthread_mutex_unlock(&fetcher->lock);
    gathering_flush(fetcher->gathering);
    pthread_mutex_lock(&fetcher->lock);
}

/* When it is time to stop, what waits is taken too, and told that it is cancelled. */
static void *work(void *argument) {
    struct fetcher *fetcher = argument;
    struct arena arena = {0};
    const struct fetch_means means = {
        .config = &fetcher->config,
        .gathering = fetcher->gathering,
        .channel = aws_channel_open(fetcher->config.client),
        .arena = &arena,
    };

    pthread_mutex_lock(&fetcher->lock);
    while (!fetcher->stopping || fetcher->figures.waiting > 0) {
        struct fetch_queue *queue = next_queue(fetcher);
        if (queue != NULL)
            serve(fetcher, queue, &means);
        else
            pthread_cond_wait(&fetcher->work, &fetcher->lock);
    }
    pthread_cond_broadcast(&fetcher->work);
    pthread_mutex_unlock(&fetcher->lock);
    arena_clear(&arena);
    aws_channel_close(means.channel);
    return NULL;
}

static size_t lanes(void) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : processors > GATHERING_LANES ? GATHERING_LANES : (size_t)processors;
}

static bool start(struct fetcher *fetcher, size_t threads, struct err *err) {
    if (!gathering_open(fetcher->config.store, lanes(), gathered_told, fetcher, &fetcher->gathering,
                        err))
        return false;
    while (fetcher->started < threads) {
        int failure = pthread_create(&fetcher->threads[fetcher->started], NULL, work, fetcher);
        if (failure != 0)
            return err_set(err, ERR_INTERNAL, "starting download threads: %s", strerror(failure));
        fetcher->started++;
    }
    return true;
}

bool fetcher_open(const struct fetcher_config *config, struct fetcher **out, struct err *err) {
    size_t threads = config->downloads + SPARE_DOWNLOADS;
    struct fetcher *fetcher = memory_new(1, sizeof(*fetcher) + threads * sizeof(pthread_t));

    fetcher->config = *config;
    pthread_mutex_init(&fetcher->lock, NULL);
    pthread_cond_init(&fetcher->work, NULL);
    pthread_cond_init(&fetcher->ended, NULL);
    if (!start(fetcher, threads, err)) {
        fetcher_close(fetcher);
        return false;
    }
    *out = fetcher;
    return true;
}

void fetcher_stop(struct fetcher *fetcher) {
    pthread_mutex_lock(&fetcher->lock);
    fetcher->stopping = true;
    for (struct fetch_queue *queue = fetcher->queues; queue != NULL; queue = queue->next)
        atomic_store(&queue->cancel, true);
    pthread_cond_broadcast(&fetcher->work);
    pthread_mutex_unlock(&fetcher->lock);
}

void fetcher_close(struct fetcher *fetcher) {
    if (fetcher == NULL)
        return;
    fetcher_stop(fetcher);
    for (size_t i = 0; i < fetcher->started; i++)
        pthread_join(fetcher->threads[i], NULL);
    gathering_close(fetcher->gathering);
    pthread_cond_destroy(&fetcher->work);
    pthread_cond_destroy(&fetcher->ended);
    pthread_mutex_destroy(&fetcher->lock);
    free(fetcher);
}

void fetcher_measure(struct fetcher *fetcher, struct fetcher_figures *out) {
    pthread_mutex_lock(&fetcher->lock);
    *out = fetcher->figures;
    pthread_mutex_unlock(&fetcher->lock);
}

/* ---- those who ask ---- */

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

    pthread_mutex_lock(&fetcher->lock);
    bool taken = !atomic_load(&queue->cancel);
    if (taken)
        add_last(queue, fetch);
    pthread_mutex_unlock(&fetcher->lock);
    if (!taken)
        tell_cancelled(fetcher, fetch);
}

void fetch_queue_cancel(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    pthread_mutex_lock(&fetcher->lock);
    atomic_store(&queue->cancel, true);
    while (queue->waiting > 0) {
        struct fetch *fetch = take_first(queue);
        pthread_mutex_unlock(&fetcher->lock);
        tell_cancelled(fetcher, fetch);
        pthread_mutex_lock(&fetcher->lock);
        end_told(queue);
        end_download(queue);
    }
    pthread_mutex_unlock(&fetcher->lock);
}

void fetch_queue_halt(struct fetch_queue *queue) {
    struct fetcher *fetcher = queue->fetcher;

    fetch_queue_cancel(queue);
    pthread_mutex_lock(&fetcher->lock);
    while (queue->downloading > 0)
        pthread_cond_wait(&fetcher->ended, &fetcher->lock);
    pthread_mutex_unlock(&fetcher->lock);
    /* Nothing is gathered of it any more, so this is the rest. */
    gathering_flush(fetcher->gathering);
    pthread_mutex_lock(&fetcher->lock);
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
