#include "collect/import_run.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"

#define SAVE_EVERY_MS 1000

/* A list that fails although each of its requests was repeated is asked for again after these
 * pauses, the last of them again and again. */
#define LISTING_ATTEMPTS 10
static const int64_t pauses_ms[] = {5000, 10000, 20000, 40000, 60000};

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* What may pass may take some minutes, but only where it has worked before. */
static void listing_failed(struct import_run *run, const struct err *err) {
    if (atomic_load(&run->cancel))
        return;
    run->listing_failures++;
    bool for_good = !err_may_pass(err) || run->listing_failures >= LISTING_ATTEMPTS ||
                    run->window.live.files_listed == 0;
    int64_t pause = smaller(run->listing_failures, ARRAY_LENGTH(pauses_ms)) - 1;
    pthread_mutex_lock(&run->lock);
    run->waiting = *err;
    if (for_good) {
        run->failure = *err;
        run->listed = true;
    }
    run->list_after_ms = monotonic_ms() + pauses_ms[pause];
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
        .save = now_ms - run->saved_ms >= SAVE_EVERY_MS &&
                run->window.settled.files_listed != run->saved_files,
        .end = run->listed && (run->window.count == 0 || run->given_up),
        .due_ms = now_ms + SAVE_EVERY_MS,
    };

    rate_note(&run->rate, &sample);
    if (!run->given_up)
        next.due_ms = smaller(next.due_ms, window_next_due(&run->window, import_most(run)));
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
        import_save_now(run);
}

static bool is_cut_off(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    bool cut_off = !run->given_up && import_is_cut_off(run);
    run->given_up |= cut_off;
    pthread_mutex_unlock(&run->lock);
    return cut_off;
}

/* One reason for all that is left, instead of a failure of each. */
static void give_up(struct import_run *run) {
    struct err why;

    fetch_queue_halt(&run->queue);
    pthread_mutex_lock(&run->lock);
    why = run->waiting;
    if (why.kind == ERR_NONE)
        err_set(&why, ERR_BUSY, "nothing comes from S3");
    if (run->failure.kind == ERR_NONE) {
        err_add(&why, "given up after long waiting, ask again to go on");
        run->failure = why;
    }
    run->listed = true;
    pthread_mutex_unlock(&run->lock);
}

static void run_step(struct agenda_item *item, struct aws_channel *channel) {
    struct import_run *run = (struct import_run *)item;

    if (run->ended || atomic_load(&run->cancel))
        return;
    start_once(run);
    if (is_cut_off(run))
        give_up(run);
    if (look(run).list)
        list_more(run, channel);
    import_feed(run);
    struct next_step next = look(run);
    if (next.end && import_end(run)) {
        run->over(run);
        return;
    }
    if (next.save && !next.end)
        import_save_now(run);
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
    run->brought_ms = saved->status == IMPORT_RUNNING ? monotonic_ms() : 0;
    run->next_object = (size_t)saved->progress.files_listed;
    run->saved_files = saved->progress.files_listed;
    pthread_mutex_init(&run->lock, NULL);
    buffer_init(&run->listed_up_to, 0);
    buffer_append(&run->listed_up_to, saved->position);
    window_init(&run->window, &saved->progress, saved->skipped, saved->position);
    fetch_queue_init(&run->queue, collector->fetcher);
    if (!read_request(run, saved, err)) {
        import_run_free(run);
        return false;
    }
    *out = run;
    return true;
}

void import_run_begin(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    run->moved_ms = monotonic_ms();
    pthread_mutex_unlock(&run->lock);
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

bool import_run_is_stuck(struct import_run *run) {
    int64_t told_ms = run->collector->config.import_patience_ms;
    int64_t patience_ms = told_ms > 0 ? told_ms : DEFAULT_IMPORT_PATIENCE_MS;

    pthread_mutex_lock(&run->lock);
    bool stuck = monotonic_ms() - run->moved_ms >= patience_ms;
    pthread_mutex_unlock(&run->lock);
    return stuck;
}

void import_run_wait_for(struct import_run *run, const struct err *why) {
    pthread_mutex_lock(&run->lock);
    run->waiting = *why;
    pthread_mutex_unlock(&run->lock);
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
        .skipped = skipped_files_to_text(&run->window.live_skipped, arena),
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
