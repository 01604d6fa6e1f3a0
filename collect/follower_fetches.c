/* Objects of a trail that are fetched together: what becomes of each, how it counts, and which
 * places may list meanwhile. */
#include "collect/follower.h"

/* What is listed and yet not there may be on its way, or a leftover of a list: tried so often. */
#define ABSENT_ATTEMPTS 5

/* Trying again cannot help: it is in the bytes, or the object is gone. */
static bool is_final(const struct wanted *wanted, const struct err *err) {
    switch (err->kind) {
    case ERR_UNREADABLE:
    case ERR_TOO_LARGE:
        return true;
    case ERR_ABSENT:
        return wanted->attempts + 1 >= ABSENT_ATTEMPTS;
    default:
        return false;
    }
}

/* It may be listed for ever: by its receipt it is known then, until its ETag is another one. What
 * lies in the bytes is known already. */
static bool end_tries(const struct wanted *wanted, const struct receipt *receipt,
                      const struct err *reason, struct err *err) {
    struct follower *follower = wanted->batch->follower;
    const struct s3_object *object = &wanted->fetch.object;
    struct object_mark mark = object_mark_of(object->bucket, object->key, object->etag);

    if (reason->kind == ERR_ABSENT && receipt != NULL &&
        !store_mark_object(follower->config->store, mark, receipt->id, err))
        return false;
    return wanted->attempts == 0 || retries_forget(follower, object->key, err);
}

/* What becomes of one that failed; false when nothing remembers it. */
static bool keep_failure(const struct wanted *wanted, const struct receipt *receipt,
                         const struct err *reason) {
    struct follower *follower = wanted->batch->follower;
    struct err err;

    follower_note_error(follower, reason);
    if (receipt == NULL)
        follower_log_file(follower, reason);
    bool good = is_final(wanted, reason) ? end_tries(wanted, receipt, reason, &err)
                                         : retries_keep(follower, &wanted->fetch.object,
                                                        wanted->attempts + 1, reason, &err);
    if (!good)
        follower_note_failure(follower, &err);
    return good;
}

static bool forget_retry(const struct wanted *wanted) {
    struct err err;

    if (wanted->attempts == 0 ||
        retries_forget(wanted->batch->follower, wanted->fetch.object.key, &err))
        return true;
    follower_note_failure(wanted->batch->follower, &err);
    return false;
}

/* Of one that was tried before. One that succeeds at last is a failed one no more, if it was
 * counted before a kill. */
static void count_retried(struct wanted *wanted, enum fetch_outcome outcome, struct span kind) {
    struct place *place = wanted->place;

    if (outcome == FETCH_CANCELLED || outcome == FETCH_FAILED)
        return;
    wanted->batch->freed |= wanted->refused;
    if (place == NULL)
        return;
    place->saved.files_done += outcome == FETCH_IMPORTED;
    place->saved.files_known += outcome == FETCH_KNOWN;
    place->saved.files_skipped += outcome == FETCH_SKIPPED;
    place->saved.files_failed -= place->saved.files_failed > 0;
    if (outcome == FETCH_SKIPPED)
        trail_notes_add_object(&place->follower->notes, kind, wanted->fetch.object.key);
    place->counted = true;
}

/* Those of a page count when it is finished, with its position: one that has to be listed again is
 * not counted twice. `kind` is what one that is skipped is. With the lock held. */
static void count(struct wanted *wanted, enum fetch_outcome outcome, struct span kind) {
    struct fetch_batch *batch = wanted->batch;

    if (wanted->attempts > 0) {
        count_retried(wanted, outcome, kind);
        return;
    }
    batch->outcomes[outcome]++;
    if (outcome == FETCH_SKIPPED)
        trail_notes_add_object(&batch->skipped, kind, wanted->fetch.object.key);
}

/* ---- places that wait; with the lock held ---- */

static bool may_list(const struct follower *follower) {
    return follower->fetches < FOLLOWER_FETCHES && follower->looks < FOLLOWER_LOOKS;
}

static void put_waiting(struct follower *follower, struct place *place) {
    place->next_waiting = NULL;
    if (follower->waiting == NULL)
        follower->waiting = place;
    else
        follower->last_waiting->next_waiting = place;
    follower->last_waiting = place;
}

/* NULL when none waits, or there is too much under way still. */
static struct place *take_waiting(struct follower *follower) {
    struct place *place = follower->waiting;

    if (place == NULL || !may_list(follower))
        return NULL;
    follower->waiting = place->next_waiting;
    return place;
}

/* ---- places that list, and batches; without the lock ---- */

bool follower_enter(struct follower *follower, struct place *place) {
    pthread_mutex_lock(&follower->lock);
    bool may = may_list(follower);
    if (may)
        follower->looks++;
    else
        put_waiting(follower, place);
    pthread_mutex_unlock(&follower->lock);
    return may;
}

static void wake(struct follower *follower, struct place *place) {
    if (place != NULL)
        agenda_set(follower->config->agenda, &place->item, 0);
}

void follower_leave(struct follower *follower) {
    pthread_mutex_lock(&follower->lock);
    follower->looks--;
    struct place *place = take_waiting(follower);
    pthread_mutex_unlock(&follower->lock);
    wake(follower, place);
}

/* One less to wait for. */
static void leave(struct fetch_batch *batch) {
    struct follower *follower = batch->follower;

    pthread_mutex_lock(&follower->lock);
    bool last = --batch->left == 0;
    struct place *place = take_waiting(follower);
    pthread_mutex_unlock(&follower->lock);
    wake(follower, place);
    if (last)
        batch->ended(batch);
}

static void on_done(struct fetch *fetch, enum fetch_outcome outcome, const struct receipt *receipt,
                    const struct err *err) {
    struct wanted *wanted = (struct wanted *)fetch;
    struct fetch_batch *batch = wanted->batch;
    bool kept = true;

    if (outcome == FETCH_FAILED)
        kept = keep_failure(wanted, receipt, err);
    else if (outcome != FETCH_CANCELLED)
        kept = forget_retry(wanted);
    pthread_mutex_lock(&batch->follower->lock);
    batch->cancelled |= outcome == FETCH_CANCELLED;
    batch->lost |= !kept;
    count(wanted, outcome, receipt != NULL ? receipt->kind : SPAN(""));
    batch->follower->fetches--;
    pthread_mutex_unlock(&batch->follower->lock);
    leave(batch);
}

/* The first failure leaves a receipt, whatever it is; later ones only when they are the last. */
static enum fetch_failures failures_of(const struct wanted *wanted) {
    if (wanted->attempts == 0)
        return FETCH_RECORDS;
    return wanted->attempts + 1 < ABSENT_ATTEMPTS ? FETCH_RECORDS_BYTES : FETCH_RECORDS_OBJECT;
}

static void prepare(struct fetch_batch *batch, struct wanted *wanted) {
    wanted->batch = batch;
    wanted->fetch.failures = failures_of(wanted);
    wanted->fetch.trusts_failures = true;
    wanted->fetch.gathers = true;
    wanted->fetch.done = on_done;
}

void fetch_batch_start(struct fetch_batch *batch) {
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
    leave(batch);
}

void fetch_batch_release(struct fetch_batch *batch) {
    trail_notes_clear(&batch->skipped);
    arena_clear(&batch->arena);
}
