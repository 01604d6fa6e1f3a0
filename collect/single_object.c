#include "collect/single_object.h"

#include "base/condition.h"
#include "base/utc.h"

/* The one who waits cannot be woken by his own `cancel`, so he looks at it. */
#define LOOK_EVERY_MS 20

struct waiting {
    struct fetch fetch; /* first */
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool done;
    enum fetch_outcome outcome;
    struct arena *arena; /* of the one who waits */
    struct receipt receipt;
    struct err err;
};

static struct receipt copy_receipt(const struct receipt *receipt, struct arena *arena) {
    struct receipt copy = *receipt;

    copy.source = arena_copy(arena, receipt->source);
    copy.kind = arena_copy(arena, receipt->kind);
    copy.etag = arena_copy(arena, receipt->etag);
    copy.version_id = arena_copy(arena, receipt->version_id);
    copy.error = arena_copy(arena, receipt->error);
    return copy;
}

static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err) {
    struct waiting *waiting = (struct waiting *)fetch;

    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    waiting->outcome = outcome;
    if (outcome == FETCH_FAILED)
        waiting->err = *err;
    else if (receipt != NULL)
        waiting->receipt = copy_receipt(receipt, waiting->arena);
    pthread_cond_signal(&waiting->told);
    pthread_mutex_unlock(&waiting->lock);
}

static bool is_over(const struct waiting *waiting, int64_t deadline_ms, const atomic_bool *cancel) {
    return waiting->done || (cancel != NULL && atomic_load(cancel)) ||
           (deadline_ms != 0 && monotonic_ms() >= deadline_ms);
}

static void wait_for(struct waiting *waiting, int64_t deadline_ms, const atomic_bool *cancel) {
    pthread_mutex_lock(&waiting->lock);
    while (!is_over(waiting, deadline_ms, cancel))
        (void)condition_wait_until(&waiting->told, &waiting->lock, monotonic_ms() + LOOK_EVERY_MS);
    pthread_mutex_unlock(&waiting->lock);
}

static bool say_cancelled(const struct s3_object *object, int64_t deadline_ms,
                          const atomic_bool *cancel, struct err *err) {
    if (cancel != NULL && atomic_load(cancel))
        return err_set(err, ERR_CANCELLED, "cancelled");
    if (deadline_ms != 0 && monotonic_ms() >= deadline_ms)
        return err_set(err, ERR_TIMEOUT, "s3://%.*s/%.*s could not be read in time",
                       SPAN_ARGS(object->bucket), SPAN_ARGS(object->key));
    return err_set(err, ERR_BUSY, "the service is stopping");
}

static bool result(const struct waiting *waiting, int64_t deadline_ms, const atomic_bool *cancel,
                   struct receipt *out, struct err *err) {
    switch (waiting->outcome) {
    case FETCH_FAILED:
        *err = waiting->err;
        return false;
    case FETCH_CANCELLED:
        return say_cancelled(&waiting->fetch.object, deadline_ms, cancel, err);
    default:
        *out = waiting->receipt;
        return true;
    }
}

bool single_object_import(struct fetcher *fetcher, const struct s3_object *object,
                          int64_t deadline_ms, const atomic_bool *cancel, struct arena *arena,
                          struct receipt *out, struct err *err) {
    struct waiting waiting = {
        .fetch = {.object = *object, .failures = FETCH_FORGETS, .done = object_done},
        .arena = arena,
    };
    struct fetch_queue queue;

    pthread_mutex_init(&waiting.lock, NULL);
    condition_init(&waiting.told);
    fetch_queue_init(&queue, fetcher);
    fetch_queue_add(&queue, &waiting.fetch);
    wait_for(&waiting, deadline_ms, cancel);
    fetch_queue_end(&queue);
    pthread_cond_destroy(&waiting.told);
    pthread_mutex_destroy(&waiting.lock);
    return result(&waiting, deadline_ms, cancel, out, err);
}
