#include "collect/look_page.h"

#include "base/utc.h"
#include "collect/selection.h"

static void note(struct look_page *page, const char *kind, struct span key) {
    if (span_compare(key, page->position) <= 0)
        return;
    page->skipped++;
    trail_notes_add_object(&page->batch.skipped, span_of(kind), key);
}

/* A name that tells another day than its folder may lie in the future, and then no overlap would
 * be looked at any more. Around midnight either may be an hour off. */
static bool tells_when(const struct key_facts *facts) {
    return facts->delivered_ms >= facts->day_ms - MS_PER_HOUR &&
           facts->delivered_ms < facts->day_ms + MS_PER_DAY + MS_PER_HOUR;
}

/* How far the listing has come, and which file is the newest. */
static void follow_time(struct look_page *page, struct span key, const struct key_facts *facts) {
    if (facts->day_ms < 0)
        return;
    page->last = key;
    if (facts->kind == KEY_LOG && tells_when(facts) && facts->delivered_ms >= page->newest_ms) {
        page->newest = key;
        page->newest_ms = facts->delivered_ms;
    }
}

/* The objects that the trail is about, in place of all that were listed. A folder of days to come
 * ends the page: nothing in it was delivered, and a position there would hide what will be. */
static void keep_log_files(struct look_page *page, const struct selector *selector,
                           int64_t now_ms) {
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
            note(page, key_kind_word(facts.kind), key);
        if (answer == SELECTION_WANTED)
            listed->objects[kept++] = listed->objects[i];
    }
    listed->count = kept;
}

static bool find_known(struct look_page *page, int64_t **out_imports, struct err *err) {
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

static bool is_wanted(struct look_page *page, const struct s3_object *object, int64_t import) {
    /* Then it counts, too, even if another source has brought it meanwhile. */
    if (waits_for_retry(page->batch.follower, object->key))
        return false;
    if (import != 0) {
        page->known += span_compare(object->key, page->position) > 0;
        return false;
    }
    if (is_archived(object)) {
        note(page, "archived", object->key);
        return false;
    }
    return true;
}

static void gather_wanted(struct look_page *page, const int64_t *imports) {
    struct fetch_batch *batch = &page->batch;

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

static bool list(struct look_page *page, struct aws_channel *channel, struct err *err) {
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
        place_replace(&place->cursor, page->listed.objects[page->listed.count - 1].key);
    return true;
}

bool look_page_read(struct look_page *page, struct aws_channel *channel, int64_t now_ms,
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
