/* A look at a place: one listing, page by page; each page is finished, its files imported or kept
 * to be tried again, before the next one is asked for. */
#include "collect/look_page.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"
#include "collect/pace.h"

static void page_free(struct look_page *page) {
    fetch_batch_release(&page->batch);
    free(page);
}

static void set_in(struct place *place, int64_t wait_ms) {
    agenda_set(place->follower->config->agenda, &place->item, monotonic_ms() + wait_ms);
}

/* From the beginning of its overlap, after a while. */
static void look_failed(struct place *place) {
    struct follower *follower = place->follower;

    place->looking = false;
    pthread_mutex_lock(&follower->lock);
    int64_t failures = ++place->failures;
    follower->runs++;
    pthread_mutex_unlock(&follower->lock);
    set_in(place, pace_after_failures_ms(follower->config->interval_ms, failures));
}

/* AWS's clock may be ahead of ours. */
static int64_t quiet_ms(int64_t delivered_ms, int64_t now_ms) {
    if (delivered_ms < 0)
        return -1;
    return now_ms > delivered_ms ? now_ms - delivered_ms : 0;
}

static void look_ended(struct place *place) {
    struct follower *follower = place->follower;
    int64_t now_ms = follower->config->now_ms();
    bool found = place->found;

    place->looking = false;
    pthread_mutex_lock(&follower->lock);
    int64_t delivered_ms = place->saved.delivered_ms;
    place->complete = true;
    follower->runs++;
    pthread_mutex_unlock(&follower->lock);
    follower_log_recovery(follower);
    set_in(place,
           found ? follower->config->interval_ms
                 : pace_wait_ms(follower->config->interval_ms, quiet_ms(delivered_ms, now_ms)));
}

/* False: there is nothing to count. */
static bool count_files(struct look_page *page) {
    struct trail_place *saved = &page->place->saved;
    const size_t *outcomes = page->batch.outcomes;

    saved->files_done += (int64_t)outcomes[FETCH_IMPORTED];
    saved->files_known += (int64_t)outcomes[FETCH_KNOWN] + page->known;
    saved->files_skipped += (int64_t)outcomes[FETCH_SKIPPED] + page->skipped;
    saved->files_failed += (int64_t)outcomes[FETCH_FAILED];
    return page->batch.count > 0 || page->known + page->skipped > 0;
}

/* What is kept of the page, once all of it is done. With the lock held. */
static bool take_over(struct look_page *page) {
    struct place *place = page->place;
    struct trail_place *saved = &place->saved;
    bool moves =
        page->last.data != NULL && span_compare(page->last, buffer_span(&place->position)) > 0;

    if (moves)
        place_replace(&place->position, page->last);
    if (page->newest.data != NULL && page->newest_ms > saved->delivered_ms) {
        saved->delivered_ms = page->newest_ms;
        place_replace(&place->newest_key, page->newest);
        moves = true;
    }
    if (!page->more && place->sweep_ms >= 0) {
        saved->swept_ms = place->sweep_ms;
        moves = true;
    }
    bool counts = count_files(page);
    trail_notes_add_objects(&place->follower->notes, &page->batch.skipped);
    place->failures = 0;
    place->follower->listed_ms = place->follower->config->now_ms();
    place_point_saved(place);
    bool changed = moves || counts || place->counted;
    place->counted = false;
    return changed;
}

/* What has changed, as copies in the page's arena. False: nothing. */
static bool take_changes(struct look_page *page, struct trail_place *out, struct span *out_notes) {
    struct place *place = page->place;
    struct follower *follower = place->follower;
    struct arena *arena = &page->batch.arena;

    pthread_mutex_lock(&follower->lock);
    bool changed = take_over(page);
    *out = place->saved;
    out->position = arena_copy(arena, out->position);
    out->newest_key = arena_copy(arena, out->newest_key);
    *out_notes = follower_take_notes(follower, arena);
    pthread_mutex_unlock(&follower->lock);
    return changed || out_notes->data != NULL;
}

static bool save(struct look_page *page, struct err *err) {
    struct follower *follower = page->place->follower;
    struct trail_place copy;
    struct span notes;

    pthread_mutex_lock(&follower->saving);
    bool good = !take_changes(page, &copy, &notes) ||
                store_save_place(follower->config->store, follower->id, &copy, notes, err);
    pthread_mutex_unlock(&follower->saving);
    return good;
}

/* It is all done, so nothing need be listed again for it; it is saved with the next page. */
static void not_saved(struct place *place, const struct err *err) {
    struct follower *follower = place->follower;

    follower_note_failure(follower, err);
    pthread_mutex_lock(&follower->lock);
    place->counted = true;
    follower->notes.changed = true;
    pthread_mutex_unlock(&follower->lock);
    look_failed(place);
}

static void page_ended(struct fetch_batch *batch) {
    struct look_page *page = (struct look_page *)batch;
    struct place *place = page->place;
    struct err err;

    if (batch->cancelled) {
        page_free(page);
        return;
    }
    if (batch->lost) {
        look_failed(place);
    } else if (!save(page, &err)) {
        not_saved(place, &err);
    } else if (page->more) {
        set_in(place, 0);
    } else {
        look_ended(place);
    }
    page_free(page);
}

/* ---- how it goes on ---- */

static struct look_page *page_new(struct place *place) {
    struct follower *follower = place->follower;
    struct look_page *page = memory_new(1, sizeof(*page));

    page->batch = (struct fetch_batch){.follower = follower, .ended = page_ended};
    page->place = place;
    pthread_mutex_lock(&follower->lock);
    page->position = arena_copy(&page->batch.arena, buffer_span(&place->position));
    pthread_mutex_unlock(&follower->lock);
    return page;
}

/* A file dated ahead of the clock moves the place, but not the overlap: what is delivered now sorts
 * before it. -1: none yet. With the lock held. */
static int64_t newest_ms(const struct place *place, int64_t now_ms) {
    int64_t delivered_ms = place->saved.delivered_ms;

    return delivered_ms < now_ms ? delivered_ms : now_ms;
}

static enum pace_reach reach_of(const struct place *place, const struct pace_state *state,
                                int64_t now_ms) {
    if (pace_sweeps(state, place->saved.swept_ms, now_ms))
        return PACE_WEEK;
    bool recent = place->deep_ms >= 0 && now_ms >= place->deep_ms;

    return recent && now_ms - place->deep_ms < MS_PER_HOUR ? PACE_HOUR : PACE_DAY;
}

static void look_begin(struct place *place, int64_t now_ms, struct arena *arena) {
    struct follower *follower = place->follower;

    pthread_mutex_lock(&follower->lock);
    const struct pace_state state = {
        .folder = place->folder,
        .position = buffer_span(&place->position),
        .delivered_ms = newest_ms(place, now_ms),
        .from_ms = follower->from_ms,
    };
    enum pace_reach reach = reach_of(place, &state, now_ms);
    bool sweeps = reach == PACE_WEEK || state.position.length == 0;
    place_replace(&place->cursor, pace_start_after(&state, reach, arena));
    pthread_mutex_unlock(&follower->lock);
    place->deep_ms = reach != PACE_HOUR ? now_ms : place->deep_ms;
    place->sweep_ms = sweeps ? now_ms : -1;
    place->looking = true;
    place->found = false;
}

void look_run(struct agenda_item *item, struct aws_channel *channel) {
    struct place *place = (struct place *)item;
    struct follower *follower = place->follower;
    int64_t now_ms = follower->config->now_ms();
    struct err err;

    if (!follower_enter(follower, place))
        return;
    struct look_page *page = page_new(place);
    if (!place->looking)
        look_begin(place, now_ms, &page->batch.arena);
    if (look_page_read(page, channel, now_ms, &err)) {
        fetch_batch_start(&page->batch);
    } else {
        page_free(page);
        follower_note_failure(follower, &err);
        look_failed(place);
    }
    follower_leave(follower);
}
