/* Objects of a trail that failed and are tried again: kept in the store, and fetched when they are
 * due. */
#include "collect/follower.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"
#include "collect/pace.h"

/* The clock may be set: no wait is longer than it would be without a plan. */
static void plan(struct follower *follower, int64_t next_ms) {
    const struct trails_config *config = follower->config;
    int64_t wait_ms = next_ms - config->now_ms();
    int64_t most_ms = PACE_SLOWEST * config->interval_ms;

    wait_ms = wait_ms < 0 ? 0 : wait_ms > most_ms ? most_ms : wait_ms;
    agenda_set(config->agenda, &follower->retries.item, monotonic_ms() + wait_ms);
}

bool retries_keep(struct follower *follower, const struct s3_object *object, int64_t attempts,
                  const struct err *reason, struct err *err) {
    enum retry_cause cause = retry_cause_of(reason);
    const struct trail_retry retry = {
        .key = object->key,
        .etag = object->etag,
        .bytes = object->bytes,
        .attempts = attempts,
        .next_ms = follower->config->now_ms() + pace_retry_ms(attempts, cause == CAUSE_REFUSED),
        .cause = span_of(retry_cause_word(cause)),
        .reason = span_of(reason->text),
    };

    if (!store_save_retry(follower->config->store, follower->id, &retry, err))
        return false;
    pthread_mutex_lock(&follower->lock);
    retry_keys_add(&follower->retry_keys, object->key, cause, retry.reason);
    pthread_mutex_unlock(&follower->lock);
    plan(follower, retry.next_ms);
    return true;
}

bool retries_forget(struct follower *follower, struct span key, struct err *err) {
    if (!store_drop_retry(follower->config->store, follower->id, key, err))
        return false;
    pthread_mutex_lock(&follower->lock);
    retry_keys_drop(&follower->retry_keys, key);
    pthread_mutex_unlock(&follower->lock);
    return true;
}

/* Where one gets through that was refused before, others may as well. Once an hour at most, since
 * there may be many of which only few do. */
static void hurry(struct follower *follower) {
    int64_t now_ms = follower->config->now_ms();

    pthread_mutex_lock(&follower->lock);
    int64_t past_ms = now_ms - follower->hurried_ms;
    if (past_ms < 0 || past_ms >= MS_PER_HOUR) {
        follower->hurry = true;
        follower->hurried_ms = now_ms;
    }
    pthread_mutex_unlock(&follower->lock);
}

static bool hurry_all(struct follower *follower, struct err *err) {
    const struct trails_config *config = follower->config;

    pthread_mutex_lock(&follower->lock);
    bool wanted = follower->hurry;
    pthread_mutex_unlock(&follower->lock);
    if (wanted && !store_hurry_retries(config->store, follower->id, config->now_ms(), err))
        return false;
    pthread_mutex_lock(&follower->lock);
    follower->hurry = false;
    pthread_mutex_unlock(&follower->lock);
    return true;
}

/* When the earliest of all is due; none: nothing is planned until one is kept. */
static bool plan_next(struct follower *follower, struct arena *arena, struct err *err) {
    struct trail_retry_list first;

    if (!hurry_all(follower, err) ||
        !store_list_retries(follower->config->store, follower->id, INT64_MAX, INT64_MAX, 1, arena,
                            &first, err))
        return false;
    if (first.count > 0)
        plan(follower, first.retries[0].next_ms);
    return true;
}

static void look_later(struct follower *follower, const struct err *err) {
    follower_note_failure(follower, err);
    plan(follower, INT64_MAX);
}

/* One batch at a time: what is under way is still due. */
static bool begin(struct follower *follower) {
    pthread_mutex_lock(&follower->lock);
    bool first = !follower->retrying;
    follower->retrying = true;
    pthread_mutex_unlock(&follower->lock);
    return first;
}

static void end(struct fetch_batch *batch) {
    struct follower *follower = batch->follower;

    pthread_mutex_lock(&follower->lock);
    follower->retrying = false;
    pthread_mutex_unlock(&follower->lock);
    fetch_batch_release(batch);
    free(batch);
}

/* Last of all, the next one being planned: who waits for it may set the clock. */
static void count_run(struct follower *follower) {
    pthread_mutex_lock(&follower->lock);
    follower->runs++;
    pthread_mutex_unlock(&follower->lock);
}

static void on_ended(struct fetch_batch *batch) {
    struct follower *follower = batch->follower;
    bool cancelled = batch->cancelled;
    bool lost = batch->lost;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct err err;

    if (batch->freed)
        hurry(follower);
    end(batch);
    /* What was lost here is still in the store, and due. */
    if (lost)
        plan(follower, INT64_MAX);
    else if (!cancelled && !plan_next(follower, &arena, &err))
        look_later(follower, &err);
    count_run(follower);
}

static void fill(struct fetch_batch *batch, const struct trail_retry_list *due) {
    struct follower *follower = batch->follower;

    batch->wanted = arena_new(&batch->arena, due->count, sizeof(*batch->wanted));
    batch->count = due->count;
    pthread_mutex_lock(&follower->lock);
    for (size_t i = 0; i < due->count; i++) {
        const struct trail_retry *retry = &due->retries[i];
        struct wanted *wanted = &batch->wanted[i];
        wanted->fetch.object = (struct s3_object){
            .bucket = follower->bucket,
            .key = retry->key,
            .etag = retry->etag,
            .bytes = retry->bytes,
            .modified_ms = -1,
        };
        wanted->place = place_find(follower, retry->key);
        wanted->attempts = retry->attempts;
        wanted->refused = retry_cause_from_word(retry->cause) == CAUSE_REFUSED;
    }
    pthread_mutex_unlock(&follower->lock);
}

/* None is put off for longer than PACE_LONGEST_RETRY_MS: one that seems to be was saved while the
 * clock was ahead, and is due. */
static bool list_due(struct follower *follower, struct arena *arena, struct trail_retry_list *out,
                     struct err *err) {
    const struct trails_config *config = follower->config;
    int64_t now_ms = config->now_ms();

    return store_list_retries(config->store, follower->id, now_ms, now_ms + PACE_LONGEST_RETRY_MS,
                              FOLLOWER_RETRIES, arena, out, err);
}

void retries_run(struct agenda_item *item, struct aws_channel *channel) {
    struct follower *follower = ((struct follower_task *)item)->follower;
    struct fetch_batch *batch;
    struct trail_retry_list due;
    struct err err;

    (void)channel;
    if (!begin(follower))
        return;
    batch = memory_new(1, sizeof(*batch));
    *batch = (struct fetch_batch){.follower = follower, .ended = on_ended};
    if (hurry_all(follower, &err) && list_due(follower, &batch->arena, &due, &err)) {
        fill(batch, &due);
        fetch_batch_start(batch);
        return;
    }
    end(batch);
    look_later(follower, &err);
    count_run(follower);
}
