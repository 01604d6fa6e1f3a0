/* The objects of an import between its window and the fetcher, and what becomes of those that fail.
 */
#include "collect/import_run.h"

#include "base/utc.h"
#include "collect/gathering.h"
#include "collect/outage.h"

/* An object whose failure may pass is tried again after so many pauses; then its receipt says
 * failed. While the disk is full, which counts as no try, or nothing comes at all, it is tried
 * further. */
#define PAUSES 3

/* From the first, which is 0; each is four times as long as the one before. */
static int64_t pause_ms(const struct import_run *run, int64_t pause) {
    int64_t told_ms = run->collector->config.import_pause_ms;

    return (told_ms > 0 ? told_ms : DEFAULT_IMPORT_PAUSE_MS) << (2 * pause);
}

/* Beside those that are gathered as many as are downloaded, and as many again, which wait in the
 * queue so that no thread waits for us. */
size_t import_most(const struct import_run *run) {
    return GATHERING_LANES * GATHERING_FILES + 2 * run->collector->config.downloads;
}

/* So many that are left, and fail, have receipts of their own after all. */
#define FEW_LEFT 100

/* None has come for so long that nobody waits any more. With the lock held. */
static bool waited_enough(const struct import_run *run) {
    int64_t told_ms = run->collector->config.import_outage_ms;

    return run->outage.lasts_ms >= (told_ms > 0 ? told_ms : DEFAULT_IMPORT_OUTAGE_MS);
}

/* All tries of as many objects as are downloaded at a time. */
static size_t many_tries(const struct import_run *run) {
    return (PAUSES + 1) * run->collector->config.downloads;
}

/* Whether one that fails is to be tried further. With the lock held. */
static enum fetch_failures failures_of(const struct import_run *run,
                                       const struct window_slot *slot) {
    const struct outage_question question = {
        .brought_ms = run->brought_ms,
        .tried_ms = slot->not_before_ms - pause_ms(run, PAUSES - 1),
        .failed = run->failed_tries,
        .many = many_tries(run),
    };

    bool further = slot->failures < PAUSES || (is_outage(&question) && !waited_enough(run));
    return further ? FETCH_RECORDS : FETCH_RECORDS_ALL;
}

bool import_is_cut_off(struct import_run *run) {
    bool outage = run->brought_ms != 0 && run->failed_tries >= many_tries(run);

    outage_look(&run->outage, monotonic_ms(), outage);
    return waited_enough(run) && run->window.again + run->window.under_way > FEW_LEFT;
}

static struct window_slot *take_slot(struct import_run *run) {
    struct window_slot *slot = NULL;

    pthread_mutex_lock(&run->lock);
    if (!atomic_load(&run->cancel) && !run->given_up && run->window.under_way < import_most(run))
        slot = window_take(&run->window, monotonic_ms());
    if (slot != NULL)
        slot->fetch.failures = failures_of(run, slot);
    pthread_mutex_unlock(&run->lock);
    return slot;
}

static void object_done(struct fetch *fetch, enum fetch_outcome outcome,
                        const struct receipt *receipt, const struct err *err);

void import_feed(struct import_run *run) {
    struct window_slot *slot;

    while ((slot = take_slot(run)) != NULL) {
        slot->fetch.parent = run->id;
        slot->fetch.gathers = true;
        slot->fetch.done = object_done;
        fetch_queue_add(&run->queue, &slot->fetch);
    }
}

/* With the lock held. */
static void put_back(struct import_run *run, struct window_slot *slot, const struct err *err) {
    int64_t pause = slot->attempts < PAUSES ? slot->attempts : PAUSES - 1;
    bool counts = err != NULL && err->kind != ERR_NO_SPACE;

    window_put_back(&run->window, slot, monotonic_ms() + pause_ms(run, pause), counts);
    if (err == NULL)
        return;
    run->waiting = *err;
    run->failed_tries = counts ? run->failed_tries + 1 : 0;
}

static void finish(struct import_run *run, struct window_slot *slot, enum fetch_outcome outcome,
                   const struct receipt *receipt) {
    struct slot_end end = {.outcome = outcome};

    run->moved_ms = monotonic_ms();
    if (outcome == FETCH_IMPORTED || outcome == FETCH_SKIPPED) {
        run->brought_ms = monotonic_ms();
        run->failed_tries = 0;
        end.records = receipt->records;
        end.inserted = receipt->inserted;
        end.duplicates = receipt->duplicates;
        end.rejected = receipt->rejected;
    }
    if (outcome == FETCH_SKIPPED)
        end.skipped = receipt->kind;
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
    import_feed(run);
    if (wanted)
        agenda_set(run->collector->agenda, &run->item, 0);
}
