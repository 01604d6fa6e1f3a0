#include "collect/follower.h"

/* Trying again cannot help: it is in the bytes, or the object is gone. */
static bool is_final(const struct err *err) {
    switch (err->kind) {
    case ERR_INVALID:
    case ERR_UNREADABLE:
    case ERR_TOO_LARGE:
    case ERR_ABSENT:
        return true;
    default:
        return false;
    }
}

/* What becomes of one that failed; false when nothing remembers it. */
static bool keep_failure(const struct wanted *wanted, const struct err *reason) {
    struct follower *follower = wanted->batch->follower;
    const struct s3_object *object = &wanted->fetch.object;
    struct err err;

    follower_note_error(follower, reason);
    bool good = is_final(reason)
                    ? wanted->attempts == 0 || retries_forget(follower, object->key, &err)
                    : retries_keep(follower, object, wanted->attempts + 1, reason, &err);
    if (!good)
        follower_note_error(follower, &err);
    return good;
}

static bool forget_retry(const struct wanted *wanted) {
    struct err err;

    if (wanted->attempts == 0 ||
        retries_forget(wanted->batch->follower, wanted->fetch.object.key, &err))
        return true;
    follower_note_error(wanted->batch->follower, &err);
    return false;
}

/* One that succeeds at last is a failed one no more. With the lock held. */
static void count(struct wanted *wanted, enum fetch_outcome outcome) {
    struct place *place = wanted->place;

    if (place == NULL || outcome == FETCH_CANCELLED)
        return;
    place->saved.files_done += outcome == FETCH_IMPORTED;
    place->saved.files_known += outcome == FETCH_KNOWN;
    place->saved.files_skipped += outcome == FETCH_SKIPPED;
    place->saved.files_failed += outcome == FETCH_FAILED;
    place->saved.files_failed -= wanted->attempts > 0;
    place->counted = true;
}

/* With the lock held; NULL when none waits, or there are too many still. */
static struct place *take_waiting(struct follower *follower) {
    struct place *place = follower->waiting;

    if (place == NULL || follower->fetches >= FOLLOWER_FETCHES)
        return NULL;
    follower->waiting = place->next_waiting;
    place->next_waiting = NULL;
    return place;
}

bool follower_enter(struct follower *follower, struct place *place) {
    pthread_mutex_lock(&follower->lock);
    bool may = follower->fetches < FOLLOWER_FETCHES;
    if (!may) {
        place->next_waiting = follower->waiting;
        follower->waiting = place;
    }
    pthread_mutex_unlock(&follower->lock);
    return may;
}

void follower_wake(struct follower *follower) {
    pthread_mutex_lock(&follower->lock);
    struct place *place = take_waiting(follower);
    pthread_mutex_unlock(&follower->lock);
    if (place != NULL)
        agenda_set(follower->config->agenda, &place->item, 0);
}

/* One less to wait for; true when it was the last. */
static bool leave(struct batch *batch, struct wanted *wanted, enum fetch_outcome outcome,
                  bool kept) {
    struct follower *follower = batch->follower;

    pthread_mutex_lock(&follower->lock);
    batch->cancelled |= outcome == FETCH_CANCELLED;
    batch->lost |= !kept;
    if (wanted != NULL) {
        count(wanted, outcome);
        follower->fetches--;
    }
    bool last = --batch->left == 0;
    pthread_mutex_unlock(&follower->lock);
    follower_wake(follower);
    return last;
}

static void on_done(struct fetch *fetch, enum fetch_outcome outcome, const struct receipt *receipt,
                    const struct err *err) {
    struct wanted *wanted = (struct wanted *)fetch;
    struct batch *batch = wanted->batch;
    bool kept = true;

    (void)receipt;
    if (outcome == FETCH_FAILED)
        kept = keep_failure(wanted, err);
    else if (outcome != FETCH_CANCELLED)
        kept = forget_retry(wanted);
    if (leave(batch, wanted, outcome, kept))
        batch->ended(batch);
}

/* The first failure leaves a receipt, whatever it is; later ones only when they are the last. */
static void prepare(struct batch *batch, struct wanted *wanted) {
    wanted->batch = batch;
    wanted->fetch.failures = wanted->attempts == 0 ? FETCH_RECORDS : FETCH_RECORDS_OBJECT;
    wanted->fetch.trusts_failures = true;
    wanted->fetch.done = on_done;
}

void batch_start(struct batch *batch) {
    struct follower *follower = batch->follower;

    /* One more than there are, so that the batch is there until all are added. */
    pthread_mutex_lock(&follower->lock);
    batch->left = batch->count + 1;
    follower->fetches += batch->count;
    pthread_mutex_unlock(&follower->lock);
    for (size_t i = 0; i < batch->count; i++) {
        prepare(batch, &batch->wanted[i]);
        fetch_queue_add(&follower->queue, &batch->wanted[i].fetch);
    }
    if (leave(batch, NULL, FETCH_KNOWN, true))
        batch->ended(batch);
}
