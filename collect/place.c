/* The places of a trail, each a folder of one account and region, in the order of their folders. */
#include "collect/follower.h"

#include <stdlib.h>

#include "base/memory.h"

/* The first whose folder is not before `folder`. */
static size_t find(const struct follower *follower, struct span folder) {
    size_t low = 0;
    size_t high = follower->place_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(follower->places[middle]->folder, folder) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct place *place_find(struct follower *follower, struct span key) {
    size_t at = find(follower, key);

    /* No place lies within another one, so it is the last one before the key. */
    if (at == 0 || !span_starts_with(key, follower->places[at - 1]->folder))
        return NULL;
    return follower->places[at - 1];
}

void place_replace(struct buffer *buffer, struct span text) {
    buffer->length = 0;
    buffer_append(buffer, text);
}

void place_point_saved(struct place *place) {
    place->saved.folder = place->folder;
    place->saved.position = buffer_span(&place->position);
    place->saved.newest_key = buffer_span(&place->newest_key);
}

static struct place *place_new(struct follower *follower, struct span folder,
                               const struct trail_place *saved) {
    struct place *place = memory_new(1, sizeof(*place));

    *place = (struct place){
        .item = {.run = look_run},
        .follower = follower,
        .folder = arena_copy(&follower->arena, folder),
        .saved = {.delivered_ms = -1, .swept_ms = -1},
        .deep_ms = -1,
        .sweep_ms = -1,
    };
    buffer_init(&place->position, 0);
    buffer_init(&place->newest_key, 0);
    buffer_init(&place->cursor, 0);
    if (saved != NULL) {
        place->saved = *saved;
        buffer_append(&place->position, saved->position);
        buffer_append(&place->newest_key, saved->newest_key);
    }
    place_point_saved(place);
    return place;
}

struct place *place_add(struct follower *follower, struct span folder,
                        const struct trail_place *saved) {
    size_t at = find(follower, folder);
    struct place **places = follower->places;

    if (at < follower->place_count && span_equal(places[at]->folder, folder))
        return places[at];
    if (follower->place_count == follower->place_capacity) {
        follower->place_capacity = places == NULL ? 16 : follower->place_capacity * 2;
        places = memory_resize(places, follower->place_capacity, sizeof(struct place *));
        follower->places = places;
    }
    memmove(places + at + 1, places + at, (follower->place_count - at) * sizeof(struct place *));
    places[at] = place_new(follower, folder, saved);
    follower->place_count++;
    return places[at];
}

void place_free(struct place *place) {
    buffer_clear(&place->position);
    buffer_clear(&place->newest_key);
    buffer_clear(&place->cursor);
    free(place);
}
