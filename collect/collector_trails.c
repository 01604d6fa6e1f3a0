/* The part of the door that concerns trails. */
#include "collect/state.h"
#include "collect/trails.h"

bool collector_follow(struct collector *collector, struct span bucket, struct span prefix,
                      int64_t from_ms, struct arena *arena, struct trail_view *out, bool *out_new,
                      struct err *err) {
    return allow_list_check(&collector->allow, bucket, prefix, err) &&
           trails_follow(collector->trails, bucket, prefix, from_ms, arena, out, out_new, err);
}

void collector_list_trails(struct collector *collector, struct arena *arena,
                           struct trail_views *out) {
    trails_list(collector->trails, arena, out);
}

bool collector_get_trail(struct collector *collector, int64_t id, struct arena *arena,
                         struct trail_view *out, struct err *err) {
    return trails_get(collector->trails, id, arena, out, err);
}

bool collector_unfollow(struct collector *collector, int64_t id, struct err *err) {
    return trails_unfollow(collector->trails, id, err);
}
