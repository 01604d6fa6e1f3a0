#include "collect/import_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"

#define SAVE_EVERY_MS 1000

/* A list that fails although every request was repeated: tried again after 5 s, 10 s... 60 s. */
#define LISTING_ATTEMPTS      10
#define LISTING_PAUSE_MS      INT64_C(5000)
#define LISTING_LONG_PAUSE_MS INT64_C(60000)

/* An object whose failure may pass: after 2 s, 8 s, 32 s; then its receipt says failed. Only when
 * not even that can be written, which is a full disk, it is tried further. */
#define OBJECT_ATTEMPTS      4
#define OBJECT_PAUSE_MS      INT64_C(2000)
#define OBJECT_LONG_PAUSE_MS INT64_C(32000)

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* The first pause, then `factor` times as long each time, at most the longest. */
static int64_t pause_after(int64_t failures, int64_t first_ms, int64_t factor, int64_t longest_ms) {
    int64_t pause_ms = first_ms;

    for (int64_t i = 1; i < failures && pause_ms < longest_ms; i++)
        pause_ms *= factor;
    return smaller(pause_ms, longest_ms);
}

/* ---- objects ---- */

/* As many again as are downloaded wait in the queue, so that no thread waits for us. */
static struct window_slot *take_slot(struct import_run *run) {
    struct window_slot *slot = NULL;

    pthread_mutex_lock(&run->lock);
    if (!atomic_load(&run->cancel) && run->window.under_way < 2 * run->collector->config.downloads)
        slot = window_take(&run->window, monotonic_ms());
    pthread_mutex_unlock(&run->lock);
    return slot;
}

static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err);

static void feed(struct import_run *run) {
    struct window_slot *slot;

    while ((slot = take_slot(run)) != NULL) {
        slot->fetch.parent = run->id;
        slot->fetch.failures =
            slot->attempts + 1 < OBJECT_ATTEMPTS ? FETCH_RECORDS : FETCH_RECORDS_ALL;
        slot->fetch.done = object_done;
        fetch_queue_add(&run->queue, &slot->fetch);
    }
}

/* With the lock held. */
static void put_back(struct import_run *run, struct window_slot *slot, const struct err *err) {
    int64_t pause_ms = pause_after(slot->attempts + 1, OBJECT_PAUSE_MS, 4, OBJECT_LONG_PAUSE_MS);

    window_put_back(&run->window, slot, monotonic_ms() + pause_ms);
    if (err != NULL)
        run->waiting = *err;
}

static void finish(struct import_run *run, struct window_slot *slot, enum fetch_outcome outcome,
                   const struct receipt *receipt) {
    struct slot_end end = {.outcome = outcome};

    if (outcome == FETCH_IMPORTED || outcome == FETCH_SKIPPED) {
        end.records = receipt->records;
        end.inserted = receipt->inserted;
        end.duplicates = receipt->duplicates;
        end.rejected = receipt->rejected;
    }
    window_finish(&run->window, slot, &end);
    run->waiting.kind = ERR_NONE;
}

/* A failure without a receipt is one that may pass. */
static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err) {
    struct window_slot *slot = (struct window_slot *)fetch;
    struct import_run *run = slot->owner;

    pthread_mutex_lock(&run->lock);
    if (receipt == NULL)
        put_back(run, slot, err);
    else
        finish(run, slot, outcome, receipt);
    bool wanted =
        run->window.count == 0 || (!run->listed && window_room(&run->window) >= S3_PAGE_KEYS);
    pthread_mutex_unlock(&run->lock);
    if (outcome == FETCH_CANCELLED)
        return;
    feed(run);
    if (wanted)
        agenda_set(run->collector->agenda, &run->item, 0);
}

/* ---- saving ---- */

static struct prefix_import as_saved(struct import_run *run, enum import_status status,
                                     const struct import_progress *progress) {
    bool failed = status == IMPORT_FAILED;

    return (struct prefix_import){
        .id = run->id,
        .status = status,
        .position = buffer_span(&run->window.position),
        .progress = *progress,
        .error = failed ? span_of(run->failure.text) : SPAN_NONE,
    };
}

/* The lock is not held while the disk is written, so that finished downloads need not wait. */
static bool save(struct import_run *run, enum import_status status,
                 const struct import_progress *progress, struct err *err) {
    struct arena arena = {0};

    pthread_mutex_lock(&run->lock);
    struct prefix_import import = as_saved(run, status, progress);
    import.position = arena_copy(&arena, import.position);
    run->saved_ms = monotonic_ms();
    pthread_mutex_unlock(&run->lock);
    bool good = store_save_prefix_import(run->collector->config.store, &import, err);
    arena_clear(&arena);
    return good;
}

static bool save_end(struct import_run *run, enum import_status status, struct err *err) {
    struct import_progress progress = run->window.live;

    progress.ended_ms = utc_now_ms();
    return save(run, status, &progress, err);
}

bool import_run_save(struct import_run *run, struct err *err) {
    return save(run, run->status, &run->window.settled, err);
}

bool import_run_save_cancelled(struct import_run *run, struct err *err) {
    return save_end(run, IMPORT_CANCELLED, err);
}

/* A failure to save is told in the log and by `waiting`; the next save may work. */
static bool save_or_say(struct import_run *run, enum import_status status, bool end) {
    struct err err = {0};
    bool good = end ? save_end(run, status, &err) : import_run_save(run, &err);

    if (good)
        return true;
    log_say(LOG_ERROR, "how far an import from S3 has come cannot be saved", "reason",
            span_of(err.text));
    pthread_mutex_lock(&run->lock);
    run->waiting = err;
    pthread_mutex_unlock(&run->lock);
    return false;
}

/* ---- its end ---- */

static void log_end_of(const struct import_run *run, enum import_status status) {
    const struct import_progress *progress = &run->window.live;
    struct arena arena = {0};
    struct log_line line;

    log_begin(&line, status == IMPORT_FAILED ? LOG_WARN : LOG_INFO, "import from S3 ended");
    log_number(&line, "id", run->id);
    log_text(&line, "source", import_request_source(&run->request, &arena));
    log_text(&line, "status", span_of(import_status_text(status)));
    if (status == IMPORT_FAILED)
        log_text(&line, "reason", span_of(run->failure.text));
    log_number(&line, "files", progress->files_listed);
    log_number(&line, "done", progress->files_done);
    log_number(&line, "known", progress->files_known);
    log_number(&line, "skipped", progress->files_skipped);
    log_number(&line, "failed", progress->files_failed);
    log_number(&line, "inserted", progress->inserted);
    log_end(&line);
    arena_clear(&arena);
}

/* True once it is over and nothing may touch it any more but its owner. */
static bool end(struct import_run *run) {
    enum import_status status = run->failure.kind == ERR_NONE ? IMPORT_DONE : IMPORT_FAILED;
    /* A person at a terminal sees that the disk is full and need not wait until it is not. */
    bool patient = !run->collector->config.allow_everything;

    if (!save_or_say(run, status, true) && patient)
        return false;
    log_end_of(run, status);
    pthread_mutex_lock(&run->lock);
    run->status = status;
    run->ended = true;
    pthread_mutex_unlock(&run->lock);
    return true;
}

/* ---- its steps ---- */

/* What may pass may take some minutes, but only where it has worked before. */
static void listing_failed(struct import_run *run, const struct err *err) {
    if (atomic_load(&run->cancel))
        return;
    run->listing_failures++;
    bool for_good = !err_may_pass(err) || run->listing_failures >= LISTING_ATTEMPTS ||
                    run->window.live.files_listed == 0;
    pthread_mutex_lock(&run->lock);
    run->waiting = *err;
    if (for_good) {
        run->failure = *err;
        run->listed = true;
    }
    run->list_after_ms = monotonic_ms() + pause_after(run->listing_failures, LISTING_PAUSE_MS, 2,
                                                      LISTING_LONG_PAUSE_MS);
    pthread_mutex_unlock(&run->lock);
}

static void list_more(struct import_run *run, struct aws_channel *channel) {
    struct err err = {0};

    if (!import_list_page(run, channel, &err)) {
        listing_failed(run, &err);
        return;
    }
    if (run->listing_failures == 0)
        return;
    run->listing_failures = 0;
    pthread_mutex_lock(&run->lock);
    run->waiting.kind = ERR_NONE;
    pthread_mutex_unlock(&run->lock);
}

static struct rate_sample totals(const struct import_run *run) {
    return (struct rate_sample){
        .at_ms = monotonic_ms(),
        .records = run->window.live.records,
        .bytes = run->window.live.bytes_done,
    };
}

/* What is to be done now, and when to look again. */
struct next_step {
    bool list;
    bool save;
    bool end;
    int64_t due_ms;
};

/* With the lock held. */
static struct next_step next_step(struct import_run *run) {
    int64_t now_ms = monotonic_ms();
    const struct rate_sample sample = totals(run);
    bool may_list = !run->listed && window_room(&run->window) >= S3_PAGE_KEYS;
    struct next_step next = {
        .list = may_list && run->list_after_ms <= now_ms,
        .save = now_ms - run->saved_ms >= SAVE_EVERY_MS,
        .end = run->listed && run->window.count == 0,
        .due_ms = smaller(now_ms + SAVE_EVERY_MS, window_next_due(&run->window)),
    };

    rate_note(&run->rate, &sample);
    if (may_list)
        next.due_ms = smaller(next.due_ms, run->list_after_ms);
    return next;
}

static struct next_step look(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    struct next_step next = next_step(run);
    pthread_mutex_unlock(&run->lock);
    return next;
}

static void start_once(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    bool first = run->status == IMPORT_QUEUED;
    if (first) {
        run->status = IMPORT_RUNNING;
        run->window.live.started_ms = utc_now_ms();
        run->window.settled.started_ms = run->window.live.started_ms;
    }
    pthread_mutex_unlock(&run->lock);
    if (first)
        (void)save_or_say(run, IMPORT_RUNNING, false);
}

static void run_step(struct agenda_item *item, struct aws_channel *channel) {
    struct import_run *run = (struct import_run *)item;

    if (run->ended || atomic_load(&run->cancel))
        return;
    start_once(run);
    if (look(run).list)
        list_more(run, channel);
    feed(run);
    struct next_step next = look(run);
    if (next.end && end(run)) {
        run->over(run);
        return;
    }
    if (next.save && !next.end)
        (void)save_or_say(run, IMPORT_RUNNING, false);
    agenda_set(run->collector->agenda, &run->item, next.due_ms);
}

/* ---- life ---- */

static bool read_request(struct import_run *run, const struct prefix_import *saved,
                         struct err *err) {
    if (!import_request_read(saved->request, &run->arena, &run->request, err))
        return false;
    selector_init(&run->selector, &run->request.selection, run->request.prefix);
    return true;
}

bool import_run_new(struct collector *collector, const struct prefix_import *saved,
                    void (*over)(struct import_run *run), struct import_run **out,
                    struct err *err) {
    struct import_run *run = memory_new(1, sizeof(*run));

    run->item.run = run_step;
    run->collector = collector;
    run->over = over;
    run->id = saved->id;
    run->status = saved->status;
    run->resumed = saved->status == IMPORT_RUNNING;
    run->next_object = (size_t)saved->progress.files_listed;
    pthread_mutex_init(&run->lock, NULL);
    buffer_init(&run->listed_up_to, 0);
    buffer_append(&run->listed_up_to, saved->position);
    window_init(&run->window, &saved->progress, saved->position);
    fetch_queue_init(&run->queue, collector->fetcher);
    if (!read_request(run, saved, err)) {
        import_run_free(run);
        return false;
    }
    *out = run;
    return true;
}

void import_run_begin(struct import_run *run) {
    agenda_set(run->collector->agenda, &run->item, 0);
}

void import_run_interrupt(struct import_run *run) {
    atomic_store(&run->cancel, true);
    fetch_queue_cancel(&run->queue);
}

void import_run_halt(struct import_run *run) {
    import_run_interrupt(run);
    agenda_remove(run->collector->agenda, &run->item);
    fetch_queue_halt(&run->queue);
}

void import_run_free(struct import_run *run) {
    import_run_halt(run);
    fetch_queue_end(&run->queue);
    window_clear(&run->window);
    known_failures_clear(&run->known_failures);
    buffer_clear(&run->listed_up_to);
    arena_clear(&run->arena);
    pthread_mutex_destroy(&run->lock);
    free(run);
}

bool import_run_ended(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    bool ended = run->ended;
    pthread_mutex_unlock(&run->lock);
    return ended;
}

void import_run_measure(struct import_run *run, struct arena *arena, struct import_live *out) {
    pthread_mutex_lock(&run->lock);
    const struct import_progress *live = &run->window.live;
    const struct rate_sample now = totals(run);
    struct rate_measured rate = rate_measure(&run->rate, &now);
    int64_t bytes_left = live->bytes_listed - live->bytes_done;

    *out = (struct import_live){
        .status = run->status,
        .progress = *live,
        .records_per_second = rate.records_per_second,
        .bytes_per_second = rate.bytes_per_second,
        .eta_ms = run->listed && rate.bytes_per_second > 0
                      ? bytes_left * 1000 / rate.bytes_per_second
                      : -1,
        .listed = run->listed,
        .waiting_for = run->waiting.kind == ERR_NONE
                           ? SPAN_NONE
                           : arena_copy(arena, span_of(run->waiting.text)),
    };
    pthread_mutex_unlock(&run->lock);
}
