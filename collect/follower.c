#include "collect/follower.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"
#include "collect/pace.h"

/* ---- begin ---- */

static bool read_places(struct follower *follower, struct arena *arena, struct err *err) {
    struct trail_place_list list;

    if (!store_list_places(follower->config->store, follower->id, arena, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        place_add(follower, list.places[i].folder, &list.places[i]);
    return true;
}

static bool read_retries(struct follower *follower, struct arena *arena, struct err *err) {
    struct trail_retry_list list;

    if (!store_list_retries(follower->config->store, follower->id, INT64_MAX, INT64_MAX, INT32_MAX,
                            arena, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        retry_keys_add(&follower->retry_keys, list.retries[i].key,
                       retry_cause_from_word(list.retries[i].cause), list.retries[i].reason);
    return true;
}

static void begin(struct follower *follower) {
    struct agenda *agenda = follower->config->agenda;

    for (size_t i = 0; i < follower->place_count; i++)
        agenda_set(agenda, &follower->places[i]->item, 0);
    /* Whoever starts traild anew may have mended what was in the way. */
    follower->hurry = follower->retry_keys.count > 0;
    if (follower->retry_keys.count > 0)
        agenda_set(agenda, &follower->retries.item, 0);
    /* The last, since it adds places, which it sets itself. */
    agenda_set(agenda, &follower->discovery.item, 0);
}

static struct follower *follower_new(const struct trails_config *config,
                                     const struct trail *trail) {
    struct follower *follower = memory_new(1, sizeof(*follower));

    follower->config = config;
    follower->id = trail->id;
    follower->bucket = arena_copy(&follower->arena, trail->bucket);
    follower->prefix = arena_copy(&follower->arena, trail->prefix);
    follower->from_ms = trail->from_ms;
    follower->created_ms = trail->created_ms;
    follower->discovery = (struct follower_task){{.run = discovery_run}, follower};
    follower->retries = (struct follower_task){{.run = retries_run}, follower};
    follower->named_day = -1;
    follower->listed_ms = -1;
    pthread_mutex_init(&follower->saving, NULL);
    pthread_mutex_init(&follower->lock, NULL);
    trail_notes_from_text(trail->notes, &follower->notes);
    return follower;
}

bool follower_open(const struct trails_config *config, const struct trail *trail,
                   const struct err *reason, struct follower **out, struct err *err) {
    struct follower *follower = follower_new(config, trail);
    struct arena CLEANUP(arena_clear) arena = {0};

    if (!read_places(follower, &arena, err) || !read_retries(follower, &arena, err)) {
        follower_close(follower);
        return false;
    }
    if (reason != NULL) {
        follower_note_failure(follower, reason);
    } else {
        follower->follows = true;
        fetch_queue_init(&follower->queue, config->fetcher);
        begin(follower);
    }
    *out = follower;
    return true;
}

/* ---- end ---- */

void follower_stop(struct follower *follower) {
    if (!follower->follows)
        return;
    atomic_store(&follower->cancel, true);
    fetch_queue_cancel(&follower->queue);
}

/* The discovery first: it adds places. */
static void wait_for_all(struct follower *follower) {
    struct agenda *agenda = follower->config->agenda;

    agenda_remove(agenda, &follower->discovery.item);
    agenda_remove(agenda, &follower->retries.item);
    for (size_t i = 0; i < follower->place_count; i++)
        agenda_remove(agenda, &follower->places[i]->item);
    fetch_queue_end(&follower->queue);
}

void follower_close(struct follower *follower) {
    if (follower == NULL)
        return;
    follower_stop(follower);
    if (follower->follows)
        wait_for_all(follower);
    for (size_t i = 0; i < follower->place_count; i++)
        place_free(follower->places[i]);
    free(follower->places);
    retry_keys_clear(&follower->retry_keys);
    trail_notes_clear(&follower->notes);
    pthread_mutex_destroy(&follower->saving);
    pthread_mutex_destroy(&follower->lock);
    arena_clear(&follower->arena);
    free(follower);
}

/* ---- what can be seen ---- */

void follower_note_error(struct follower *follower, const struct err *err) {
    if (err->kind == ERR_CANCELLED)
        return;
    pthread_mutex_lock(&follower->lock);
    follower->error = *err;
    follower->error_ms = follower->config->now_ms();
    pthread_mutex_unlock(&follower->lock);
}

void follower_note_failure(struct follower *follower, const struct err *err) {
    follower_note_error(follower, err);
    if (err->kind != ERR_CANCELLED)
        follower_log_failure(follower, err);
}

bool follower_is_failing(const struct follower *follower) {
    bool failing = !follower->follows || follower->failures > 0;

    for (size_t i = 0; i < follower->place_count; i++)
        failing |= follower->places[i]->failures > 0;
    return failing;
}

struct span follower_take_notes(struct follower *follower, struct arena *arena) {
    if (!follower->notes.changed)
        return SPAN_NONE;
    follower->notes.changed = false;
    return trail_notes_to_text(&follower->notes, arena);
}

/* What its places say together. */
struct summary {
    bool failing;
    bool complete;
    const struct trail_place *newest;
    int64_t swept_ms; /* the oldest; INT64_MAX: of none that files came to lately */
};

static void summarize_place(const struct place *place, int64_t now_ms, struct summary *summary,
                            struct trail_view *view) {
    const struct trail_place *saved = &place->saved;

    summary->complete &= place->complete;
    if (saved->delivered_ms >= 0 &&
        (summary->newest == NULL || saved->delivered_ms > summary->newest->delivered_ms))
        summary->newest = saved;
    if (saved->delivered_ms >= now_ms - PACE_SWEPT_MS && saved->swept_ms < summary->swept_ms)
        summary->swept_ms = saved->swept_ms;
    view->files_done += saved->files_done;
    view->files_known += saved->files_known;
    view->files_skipped += saved->files_skipped;
    view->files_failed += saved->files_failed;
}

static struct summary summarize(const struct follower *follower, int64_t now_ms,
                                struct trail_view *view) {
    struct summary summary = {
        .failing = follower_is_failing(follower),
        .complete = true,
        .swept_ms = INT64_MAX,
    };

    for (size_t i = 0; i < follower->place_count; i++)
        summarize_place(follower->places[i], now_ms, &summary, view);
    return summary;
}

static const char *status_of(const struct follower *follower, const struct summary *summary) {
    if (summary->failing)
        return "failing";
    if (!follower->discovered)
        return "starting";
    return summary->complete ? "following" : "catching up";
}

static void view_newest(const struct trail_place *newest, int64_t now_ms, struct arena *arena,
                        struct trail_view *view) {
    view->delivered_ms = -1;
    view->lag_ms = -1;
    view->newest_key = SPAN_NONE;
    if (newest == NULL)
        return;
    view->delivered_ms = newest->delivered_ms;
    view->newest_key = arena_copy(arena, newest->newest_key);
    view->lag_ms = now_ms > newest->delivered_ms ? now_ms - newest->delivered_ms : 0;
}

/* One that has passed is told for a day. */
static void view_error(const struct follower *follower, bool lasts, int64_t now_ms,
                       struct arena *arena, struct trail_view *view) {
    bool recent = follower->error.kind != ERR_NONE && now_ms - follower->error_ms < MS_PER_DAY;

    view->error = SPAN_NONE;
    view->error_ms = -1;
    if (follower->error.kind == ERR_NONE || !(lasts || recent))
        return;
    view->error = arena_copy(arena, span_of(follower->error.text));
    view->error_ms = follower->error_ms;
}

static void view_under_lock(const struct follower *follower, struct arena *arena,
                            struct trail_view *view) {
    int64_t now_ms = follower->config->now_ms();
    struct summary summary = summarize(follower, now_ms, view);

    view->status = status_of(follower, &summary);
    view->listed_ms = follower->listed_ms;
    view->swept_ms = summary.swept_ms < INT64_MAX ? summary.swept_ms : -1;
    view->places = (int64_t)follower->place_count;
    view->retries = (int64_t)follower->retry_keys.count;
    view->retry_reasons = retry_keys_to_text(&follower->retry_keys, arena);
    view->skipped = trail_notes_to_text(&follower->notes, arena);
    view_newest(summary.newest, now_ms, arena, view);
    view_error(follower, summary.failing || view->retries > 0, now_ms, arena, view);
}

void follower_view(struct follower *follower, struct arena *arena, struct trail_view *out) {
    struct trail_view view = {
        .id = follower->id,
        .bucket = arena_copy(arena, follower->bucket),
        .prefix = arena_copy(arena, follower->prefix),
        .configured = follower->configured,
        .from_ms = follower->from_ms,
        .created_ms = follower->created_ms,
    };

    pthread_mutex_lock(&follower->lock);
    view_under_lock(follower, arena, &view);
    pthread_mutex_unlock(&follower->lock);
    *out = view;
}
