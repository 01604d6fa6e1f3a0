#include "collect/fetcher_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/client.h"
#include "base/memory.h"
#include "base/utc.h"
#include "collect/gathering.h"

/* ---- what was gathered ---- */

/* Nothing of it is stored, maybe for another's fault: it is fetched once more, for a commit of its
 * own. */
static void fetch_alone(struct fetch *fetch, int64_t bytes) {
    struct fetcher *fetcher = fetch->queue->fetcher;

    fetch->alone = true;
    pthread_mutex_lock(&fetcher->lock);
    fetcher->figures.bytes += bytes;
    fetch_queue_leave(fetcher, fetch);
    pthread_mutex_unlock(&fetcher->lock);
    fetch_queue_add(fetch->queue, fetch);
}

/* That is nobody's fault, and alone it would find no room either. */
static void tell_full_disk(struct fetcher *fetcher, struct fetch *fetch, const struct err *err) {
    const struct fetched fetched = {.outcome = FETCH_FAILED, .bytes = fetch->bytes, .err = *err};

    full_disk_found(&fetcher->disk, monotonic_ms());
    fetch_queue_tell(fetcher, fetch, &fetched);
}

static void tell_gathered(struct fetcher *fetcher, struct fetch *fetch,
                          const struct receipt *receipt) {
    struct arena arena = {0};
    struct fetched fetched;

    full_disk_over(&fetcher->disk);
    fetch_gathered(&fetcher->config, fetch, receipt, &arena, &fetched);
    fetch_queue_tell(fetcher, fetch, &fetched);
    arena_clear(&arena);
}

static void gathered_told(void *context, void *ticket, const struct receipt *receipt,
                          const struct err *err) {
    struct fetcher *fetcher = context;
    struct fetch *fetch = ticket;
    struct fetch_queue *queue = fetch->queue;

    if (receipt != NULL)
        tell_gathered(fetcher, fetch, receipt);
    else if (err->kind == ERR_NO_SPACE)
        tell_full_disk(fetcher, fetch, err);
    else
        fetch_alone(fetch, fetch->bytes);
    pthread_mutex_lock(&fetcher->lock);
    fetch_queue_end_told(queue);
    pthread_mutex_unlock(&fetcher->lock);
}

/* ---- threads ---- */

static void serve(struct fetcher *fetcher, struct fetch_queue *queue,
                  const struct fetch_means *means) {
    struct fetch *fetch = fetch_queue_take(queue);
    struct fetched fetched;

    fetch_queue_had_turn(queue);
    if (fetch == NULL)
        return;
    pthread_mutex_unlock(&fetcher->lock);
    fetch_object(means, fetch, &queue->cancel, &fetched);
    if (fetched.again)
        fetch_alone(fetch, fetched.bytes);
    else if (!fetched.gathered)
        fetch_queue_tell(fetcher, fetch, &fetched);
    arena_reset(means->arena);
    pthread_mutex_lock(&fetcher->lock);
    if (!fetched.gathered)
        fetch_queue_end_told(queue);
    fetch_queue_end_download(queue);
    if (!fetch_queue_waits_for_nothing(queue))
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
        .disk = &fetcher->disk,
        .channel = aws_channel_open(fetcher->config.client),
        .arena = &arena,
    };

    pthread_mutex_lock(&fetcher->lock);
    while (!fetcher->stopping || fetcher->figures.waiting > 0) {
        struct fetch_queue *queue = fetch_queue_next(fetcher);
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
    fetch_queue_release_all(fetcher);
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
    out->waiting += (int64_t)fetcher->under_way.waiting;
    pthread_mutex_unlock(&fetcher->lock);
}
