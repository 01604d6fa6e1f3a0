/* A look at a place: one listing, page by page; each page is finished, its files imported or kept
 * to be tried again, before the next one is asked for. */
#include "collect/follower.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/utc.h"
#include "collect/pace.h"
#include "collect/selection.h"

#define MS_PER_HOUR INT64_C(3600000)
#define MS_PER_DAY  (24 * MS_PER_HOUR)

static void replace(struct buffer *buffer, struct span text) {
    buffer->length = 0;
    buffer_append(buffer, text);
}

/* What a page of the listing brought. */
struct page {
    struct batch batch; /* first */
    struct place *place;
    struct s3_page listed;
    bool more;
    struct span last;   /* the last key in the layout, SPAN_NONE without */
    struct span newest; /* the newest file's, SPAN_NONE without */
    int64_t newest_ms;
    struct span position; /* of the place before: what is behind it is counted */
    int64_t known;
    int64_t skipped;
};

static void page_free(struct page *page) {
    arena_clear(&page->batch.arena);
    free(page);
}

static void set_in(const struct place *place, int64_t wait_ms) {
    agenda_set(place->follower->config->agenda, (struct agenda_item *)&place->item,
               monotonic_ms() + wait_ms);
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
    follower_wake(follower);
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
    set_in(place, found ? follower->config->interval_ms
                        : pace_wait_ms(follower->config->interval_ms,
                                       delivered_ms < 0 ? -1 : now_ms - delivered_ms));
}

/* What is kept of the page, once all of it is done. With the lock held. */
static bool take_over(struct page *page) {
    struct place *place = page->place;
    struct trail_place *saved = &place->saved;
    bool moves =
        page->last.data != NULL && span_compare(page->last, buffer_span(&place->position)) > 0;

    if (moves)
        replace(&place->position, page->last);
    if (page->newest.data != NULL && page->newest_ms > saved->delivered_ms) {
        saved->delivered_ms = page->newest_ms;
        replace(&place->newest_key, page->newest);
        moves = true;
    }
    saved->files_known += page->known;
    saved->files_skipped += page->skipped;
    place->failures = 0;
    place->follower->listed_ms = place->follower->config->now_ms();
    place_point_saved(place);
    bool changed = moves || place->counted || page->known + page->skipped > 0;
    place->counted = false;
    return changed;
}

/* A copy to be saved outside of the lock, in the page's arena. */
static bool save(struct page *page, struct err *err) {
    struct place *place = page->place;
    struct follower *follower = place->follower;
    struct arena *arena = &page->batch.arena;

    pthread_mutex_lock(&follower->lock);
    bool changed = take_over(page);
    struct trail_place copy = place->saved;
    copy.position = arena_copy(arena, copy.position);
    copy.newest_key = arena_copy(arena, copy.newest_key);
    pthread_mutex_unlock(&follower->lock);
    return !changed || store_save_place(follower->config->store, follower->id, &copy, err);
}

static bool save_notes(struct page *page, struct err *err) {
    struct follower *follower = page->batch.follower;
    struct span text = SPAN_NONE;

    pthread_mutex_lock(&follower->lock);
    if (follower->notes.changed)
        text = trail_notes_to_text(&follower->notes, &page->batch.arena);
    follower->notes.changed = false;
    pthread_mutex_unlock(&follower->lock);
    return text.data == NULL ||
           store_save_trail_notes(follower->config->store, follower->id, text, err);
}

/* It is all done, so nothing need be listed again for it; it is saved with the next page. */
static void not_saved(struct place *place, const struct err *err) {
    struct follower *follower = place->follower;

    follower_note_error(follower, err);
    pthread_mutex_lock(&follower->lock);
    place->counted = true;
    follower->notes.changed = true;
    pthread_mutex_unlock(&follower->lock);
    look_failed(place);
}

static void page_ended(struct batch *batch) {
    struct page *page = (struct page *)batch;
    struct place *place = page->place;
    struct err err;

    if (batch->cancelled) {
        page_free(page);
        return;
    }
    if (batch->lost) {
        look_failed(place);
    } else if (!save(page, &err) || !save_notes(page, &err)) {
        not_saved(place, &err);
    } else if (page->more) {
        set_in(place, 0);
    } else {
        look_ended(place);
    }
    page_free(page);
}

/* ---- what is on a page ---- */

static struct page *page_new(struct place *place) {
    struct follower *follower = place->follower;
    struct page *page = memory_new(1, sizeof(*page));

    page->batch = (struct batch){.follower = follower, .ended = page_ended};
    page->place = place;
    pthread_mutex_lock(&follower->lock);
    page->position = arena_copy(&page->batch.arena, buffer_span(&place->position));
    pthread_mutex_unlock(&follower->lock);
    return page;
}

static void note(struct page *page, size_t kind, struct span key) {
    struct follower *follower = page->batch.follower;

    if (span_compare(key, page->position) <= 0)
        return;
    page->skipped++;
    pthread_mutex_lock(&follower->lock);
    trail_notes_add_object(&follower->notes, kind, key);
    pthread_mutex_unlock(&follower->lock);
}

/* How far the listing has come, and which file is the newest. */
static void follow_time(struct page *page, struct span key, const struct key_facts *facts) {
    if (facts->day_ms < 0)
        return;
    page->last = key;
    if (facts->kind == KEY_LOG && facts->delivered_ms >= page->newest_ms) {
        page->newest = key;
        page->newest_ms = facts->delivered_ms;
    }
}

/* The objects that the trail is about, in place of all that were listed. A folder of days to come
 * ends the page: nothing in it was delivered, and a position there would hide what will be. */
static void keep_log_files(struct page *page, const struct selector *selector, int64_t now_ms) {
    struct s3_page *listed = &page->listed;
    size_t kept = 0;

    for (size_t i = 0; i < listed->count; i++) {
        struct span key = listed->objects[i].key;
        struct key_facts facts = key_facts_of(key);
        enum selection_answer answer = selector_judge(selector, &facts);
        if (facts.day_ms > now_ms + MS_PER_DAY) {
            page->more = false;
            break;
        }
        follow_time(page, key, &facts);
        if (answer == SELECTION_SKIPPED)
            note(page, facts.kind, key);
        if (answer == SELECTION_WANTED)
            listed->objects[kept++] = listed->objects[i];
    }
    listed->count = kept;
}

static bool find_known(struct page *page, int64_t **out_imports, struct err *err) {
    struct arena *arena = &page->batch.arena;
    size_t count = page->listed.count;
    struct object_mark *marks = arena_new(arena, count, sizeof(*marks));
    int64_t *imports = arena_new(arena, count, sizeof(*imports));

    for (size_t i = 0; i < count; i++) {
        const struct s3_object *object = &page->listed.objects[i];
        marks[i] = object_mark_of(page->batch.follower->bucket, object->key, object->etag);
    }
    if (!store_find_objects(page->batch.follower->config->store, marks, count, imports, err))
        return false;
    *out_imports = imports;
    return true;
}

static bool is_archived(const struct s3_object *object) {
    return span_equal(object->storage_class, SPAN("GLACIER")) ||
           span_equal(object->storage_class, SPAN("DEEP_ARCHIVE"));
}

static bool waits_for_retry(struct follower *follower, struct span key) {
    pthread_mutex_lock(&follower->lock);
    bool waits = retry_keys_hold(&follower->retry_keys, key);
    pthread_mutex_unlock(&follower->lock);
    return waits;
}

static bool is_wanted(struct page *page, const struct s3_object *object, int64_t import) {
    if (import != 0) {
        page->known += span_compare(object->key, page->position) > 0;
        return false;
    }
    if (waits_for_retry(page->batch.follower, object->key))
        return false;
    if (is_archived(object)) {
        note(page, TRAIL_NOTE_ARCHIVED, object->key);
        return false;
    }
    return true;
}

static void gather_wanted(struct page *page, const int64_t *imports) {
    struct batch *batch = &page->batch;

    batch->wanted = arena_new(&batch->arena, page->listed.count, sizeof(*batch->wanted));
    for (size_t i = 0; i < page->listed.count; i++) {
        struct s3_object *object = &page->listed.objects[i];
        if (!is_wanted(page, object, imports[i]))
            continue;
        object->bucket = batch->follower->bucket;
        batch->wanted[batch->count].place = page->place;
        batch->wanted[batch->count++].fetch.object = *object;
    }
    page->place->found |= batch->count > 0;
}

/* ---- a look ---- */

static void look_begin(struct place *place, int64_t now_ms, struct arena *arena) {
    struct follower *follower = place->follower;
    bool deep =
        place->deep_ms < 0 || now_ms < place->deep_ms || now_ms - place->deep_ms >= MS_PER_HOUR;

    pthread_mutex_lock(&follower->lock);
    const struct pace_state state = {
        .folder = place->folder,
        .position = buffer_span(&place->position),
        .delivered_ms = place->saved.delivered_ms,
        .from_ms = follower->from_ms,
    };
    replace(&place->cursor, pace_start_after(&state, deep, arena));
    pthread_mutex_unlock(&follower->lock);
    place->deep_ms = deep ? now_ms : place->deep_ms;
    place->looking = true;
    place->found = false;
}

static bool list(struct page *page, struct aws_channel *channel, struct err *err) {
    struct place *place = page->place;
    struct follower *follower = place->follower;
    const struct s3_list ask = {
        .bucket = follower->bucket,
        .prefix = place->folder,
        .start_after = buffer_span(&place->cursor),
    };

    if (!s3_list_page(channel, &ask, &follower->cancel, &page->batch.arena, &page->listed, err))
        return false;
    page->more = page->listed.more;
    if (page->listed.count > 0)
        replace(&place->cursor, page->listed.objects[page->listed.count - 1].key);
    return true;
}

static bool read_page(struct page *page, struct aws_channel *channel, int64_t now_ms,
                      struct err *err) {
    struct follower *follower = page->batch.follower;
    struct selection selection = SELECTION_ALL;
    struct selector selector;
    int64_t *imports;

    selection.from_ms = follower->from_ms > 0 ? follower->from_ms : -1;
    selector_init(&selector, &selection, page->place->folder);
    if (!list(page, channel, err))
        return false;
    keep_log_files(page, &selector, now_ms);
    if (!find_known(page, &imports, err))
        return false;
    gather_wanted(page, imports);
    return true;
}

void look_run(struct agenda_item *item, struct aws_channel *channel) {
    struct place *place = (struct place *)item;
    struct follower *follower = place->follower;
    int64_t now_ms = follower->config->now_ms();
    struct err err;

    if (!follower_enter(follower, place))
        return;
    struct page *page = page_new(place);
    if (!place->looking)
        look_begin(place, now_ms, &page->batch.arena);
    if (read_page(page, channel, now_ms, &err)) {
        batch_start(&page->batch);
        return;
    }
    page_free(page);
    follower_note_error(follower, &err);
    look_failed(place);
}
