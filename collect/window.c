#include "collect/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void window_init(struct window *window, const struct import_progress *settled, struct span skipped,
                 struct span position) {
    *window = (struct window){.live = *settled, .settled = *settled};
    skipped_files_from_text(skipped, &window->live_skipped);
    skipped_files_from_text(skipped, &window->settled_skipped);
    window->slots = memory_new(WINDOW_SLOTS, sizeof(struct window_slot *));
    buffer_init(&window->position, 0);
    buffer_append(&window->position, position);
}

static struct window_slot **slot_at(const struct window *window, size_t number) {
    return &window->slots[(window->first + number) % WINDOW_SLOTS];
}

void window_clear(struct window *window) {
    for (size_t i = 0; i < window->count; i++)
        free(*slot_at(window, i));
    free(window->slots);
    buffer_clear(&window->position);
    skipped_files_clear(&window->live_skipped);
    skipped_files_clear(&window->settled_skipped);
    *window = (struct window){0};
}

size_t window_room(const struct window *window) {
    return WINDOW_SLOTS - window->count;
}

/* Copies to `*at` and moves it on. */
static struct span put(char **at, struct span bytes) {
    if (bytes.data == NULL)
        return SPAN_NONE;
    struct span copy = {memcpy(*at, bytes.data, bytes.length), bytes.length};
    *at += bytes.length;
    return copy;
}

static struct window_slot *slot_new(const struct s3_object *object) {
    size_t length =
        object->bucket.length + object->key.length + object->version.length + object->etag.length;
    struct window_slot *slot = memory_new(1, sizeof(*slot) + length);
    char *at = slot->bytes;

    slot->fetch.object = (struct s3_object){
        .bucket = put(&at, object->bucket),
        .key = put(&at, object->key),
        .version = put(&at, object->version),
        .etag = put(&at, object->etag),
        .bytes = object->bytes,
        .modified_ms = object->modified_ms,
    };
    return slot;
}

static int64_t bytes_of(const struct window_slot *slot) {
    return slot->fetch.object.bytes > 0 ? slot->fetch.object.bytes : 0;
}

struct window_slot *window_add(struct window *window, const struct s3_object *object) {
    struct window_slot *slot = slot_new(object);

    *slot_at(window, window->count++) = slot;
    window->live.files_listed++;
    window->live.bytes_listed += bytes_of(slot);
    return slot;
}

/* The first `next` that wait to be tried again are few: each failed in a way that passes. */
static struct window_slot *take_again(struct window *window, int64_t now_ms) {
    for (size_t i = 0; window->again > 0 && i < window->next; i++) {
        struct window_slot *slot = *slot_at(window, i);
        if (slot->state == SLOT_LISTED && slot->not_before_ms <= now_ms) {
            window->again--;
            return slot;
        }
    }
    return NULL;
}

static struct window_slot *take_new(struct window *window) {
    while (window->next < window->count) {
        struct window_slot *slot = *slot_at(window, window->next++);
        if (slot->state == SLOT_LISTED)
            return slot;
    }
    return NULL;
}

struct window_slot *window_take(struct window *window, int64_t now_ms) {
    struct window_slot *slot = take_again(window, now_ms);

    if (slot == NULL)
        slot = take_new(window);
    if (slot != NULL) {
        slot->state = SLOT_UNDER_WAY;
        window->under_way++;
    }
    return slot;
}

int64_t window_next_due(const struct window *window, size_t most) {
    int64_t due_ms = INT64_MAX;

    if (window->under_way >= most)
        return due_ms;
    for (size_t i = 0; window->again > 0 && i < window->next; i++) {
        const struct window_slot *slot = *slot_at(window, i);
        if (slot->state == SLOT_LISTED && slot->not_before_ms < due_ms)
            due_ms = slot->not_before_ms;
    }
    return due_ms;
}

static void count_end(struct import_progress *progress, struct skipped_files *skipped,
                      struct window_slot *slot) {
    struct slot_end *end = &slot->end;

    progress->files_done += end->outcome == FETCH_IMPORTED;
    progress->files_known += end->outcome == FETCH_KNOWN;
    progress->files_skipped += end->outcome == FETCH_SKIPPED;
    progress->files_failed += end->outcome == FETCH_FAILED;
    progress->bytes_done += bytes_of(slot);
    progress->records += end->records;
    progress->inserted += end->inserted;
    progress->duplicates += end->duplicates;
    progress->rejected += end->rejected;
    if (end->outcome == FETCH_SKIPPED)
        end->skipped = skipped_files_add(skipped, end->skipped, slot->fetch.object.key);
}

static void settle(struct window *window) {
    struct window_slot *slot = *slot_at(window, 0);

    window->settled.files_listed++;
    window->settled.bytes_listed += bytes_of(slot);
    count_end(&window->settled, &window->settled_skipped, slot);
    window->position.length = 0;
    buffer_append(&window->position, slot->fetch.object.key);
    free(slot);
    window->first = (window->first + 1) % WINDOW_SLOTS;
    window->count--;
    /* Unless it was finished before anybody took it. */
    if (window->next > 0)
        window->next--;
}

void window_finish(struct window *window, struct window_slot *slot, const struct slot_end *end) {
    window->under_way -= slot->state == SLOT_UNDER_WAY;
    slot->state = SLOT_FINISHED;
    slot->end = *end;
    count_end(&window->live, &window->live_skipped, slot);
    while (window->count > 0 && (*slot_at(window, 0))->state == SLOT_FINISHED)
        settle(window);
}

void window_put_back(struct window *window, struct window_slot *slot, int64_t not_before_ms,
                     bool counts) {
    window->under_way--;
    window->again++;
    slot->state = SLOT_LISTED;
    slot->attempts++;
    slot->failures += counts;
    slot->not_before_ms = not_before_ms;
}
