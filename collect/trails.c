#include "collect/follower.h"

#include <stdlib.h>

#include "base/memory.h"
#include "collect/trail_prefix.h"

struct trails {
    struct trails_config config;
    pthread_mutex_t changes; /* one trail comes or goes at a time; taken before `lock` */
    pthread_mutex_t lock;
    struct follower **followers; /* owned, in the order of their ids */
    size_t count;
    size_t capacity;
};

/* ---- the list; with the lock held ---- */

static size_t place_of(const struct trails *trails, int64_t id) {
    size_t at = 0;

    while (at < trails->count && trails->followers[at]->id < id)
        at++;
    return at;
}

static struct follower *find(const struct trails *trails, int64_t id) {
    size_t at = place_of(trails, id);

    return at < trails->count && trails->followers[at]->id == id ? trails->followers[at] : NULL;
}

static void insert(struct trails *trails, struct follower *follower) {
    size_t at = place_of(trails, follower->id);

    if (trails->count == trails->capacity) {
        trails->capacity = trails->capacity == 0 ? 8 : trails->capacity * 2;
        trails->followers =
            memory_resize(trails->followers, trails->capacity, sizeof(struct follower *));
    }
    memmove(trails->followers + at + 1, trails->followers + at,
            (trails->count - at) * sizeof(struct follower *));
    trails->followers[at] = follower;
    trails->count++;
}

static void take_out(struct trails *trails, const struct follower *follower) {
    size_t at = place_of(trails, follower->id);

    trails->count--;
    memmove(trails->followers + at, trails->followers + at + 1,
            (trails->count - at) * sizeof(struct follower *));
}

static struct follower *find_under_lock(struct trails *trails, int64_t id) {
    pthread_mutex_lock(&trails->lock);
    struct follower *follower = find(trails, id);
    pthread_mutex_unlock(&trails->lock);
    return follower;
}

static bool absent(int64_t id, struct err *err) {
    return err_set(err, ERR_NOT_FOUND, "there is no trail %lld", (long long)id);
}

/* ---- trails begin ---- */

static bool open_one(struct trails *trails, const struct trail *trail, const struct err *reason,
                     bool configured, struct err *err) {
    struct follower *follower;

    if (!follower_open(&trails->config, trail, reason, &follower, err))
        return false;
    follower->configured = configured;
    pthread_mutex_lock(&trails->lock);
    insert(trails, follower);
    pthread_mutex_unlock(&trails->lock);
    return true;
}

static bool add_configured(struct trails *trails, const char *text, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trail wanted = {.configured = true};
    struct trail trail;
    bool added;

    if (!s3_uri_parse(span_of(text), &wanted.bucket, &wanted.prefix, err) ||
        !trail_prefix_read(wanted.prefix, &arena, &wanted.prefix, err))
        return err_add(err, "--follow %s", text);
    if (!store_add_trail(trails->config.store, &wanted, &arena, &trail, &added, err))
        return false;
    return find_under_lock(trails, trail.id) != NULL || open_one(trails, &trail, NULL, true, err);
}

/* One that is not allowed any more, or while S3 is off, is shown with the reason. */
static bool add_stored(struct trails *trails, const struct trail *trail, struct err *err) {
    struct err reason;
    bool allowed = allow_list_check(trails->config.allow, trail->bucket, trail->prefix, &reason);

    if (trail->configured || find_under_lock(trails, trail->id) != NULL)
        return true;
    return open_one(trails, trail, allowed ? NULL : &reason, false, err);
}

static bool add_all(struct trails *trails, struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trail_list list;

    for (size_t i = 0; i < trails->config.follow_count; i++) {
        if (!add_configured(trails, trails->config.follow[i], err))
            return false;
    }
    if (!store_list_trails(trails->config.store, &arena, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (!add_stored(trails, &list.trails[i], err))
            return false;
    }
    return true;
}

bool trails_open(const struct trails_config *config, struct trails **out, struct err *err) {
    struct trails *trails = memory_new(1, sizeof(*trails));

    trails->config = *config;
    pthread_mutex_init(&trails->changes, NULL);
    pthread_mutex_init(&trails->lock, NULL);
    if (!add_all(trails, err)) {
        trails_close(trails);
        return false;
    }
    *out = trails;
    return true;
}

/* ---- and end ---- */

void trails_stop(struct trails *trails) {
    if (trails == NULL)
        return;
    pthread_mutex_lock(&trails->lock);
    for (size_t i = 0; i < trails->count; i++)
        follower_stop(trails->followers[i]);
    pthread_mutex_unlock(&trails->lock);
}

void trails_close(struct trails *trails) {
    if (trails == NULL)
        return;
    trails_stop(trails);
    for (size_t i = 0; i < trails->count; i++)
        follower_close(trails->followers[i]);
    free(trails->followers);
    pthread_mutex_destroy(&trails->changes);
    pthread_mutex_destroy(&trails->lock);
    free(trails);
}

/* ---- requests ---- */

static bool is_followed(struct trails *trails, const struct trail *wanted) {
    bool found = false;

    pthread_mutex_lock(&trails->lock);
    for (size_t i = 0; i < trails->count && !found; i++) {
        const struct follower *follower = trails->followers[i];

        found = span_equal(follower->bucket, wanted->bucket) &&
                span_equal(follower->prefix, wanted->prefix);
    }
    pthread_mutex_unlock(&trails->lock);
    return found;
}

static bool follow(struct trails *trails, struct trail *wanted, struct arena *arena,
                   struct trail_view *out, bool *out_new, struct err *err) {
    struct trail trail;
    bool added;

    if (!trail_prefix_read(wanted->prefix, arena, &wanted->prefix, err))
        return false;
    if (trails->count >= LIMIT_TRAILS && !is_followed(trails, wanted))
        return err_set(err, ERR_BUSY, "%d trails are followed already, the most there can be",
                       LIMIT_TRAILS);
    if (!store_add_trail(trails->config.store, wanted, arena, &trail, &added, err))
        return false;
    bool is_new = find_under_lock(trails, trail.id) == NULL;
    if (is_new && !open_one(trails, &trail, NULL, false, err))
        return false;
    follower_view(find_under_lock(trails, trail.id), arena, out);
    *out_new = is_new;
    return true;
}

bool trails_follow(struct trails *trails, struct span bucket, struct span prefix, int64_t from_ms,
                   struct arena *arena, struct trail_view *out, bool *out_new, struct err *err) {
    struct trail wanted = {.bucket = bucket, .prefix = prefix, .from_ms = from_ms};

    pthread_mutex_lock(&trails->changes);
    bool good = follow(trails, &wanted, arena, out, out_new, err);
    pthread_mutex_unlock(&trails->changes);
    return good;
}

void trails_list(struct trails *trails, struct arena *arena, struct trail_views *out) {
    pthread_mutex_lock(&trails->lock);
    out->trails = arena_new(arena, trails->count, sizeof(*out->trails));
    out->count = trails->count;
    for (size_t i = 0; i < trails->count; i++)
        follower_view(trails->followers[i], arena, &out->trails[i]);
    pthread_mutex_unlock(&trails->lock);
}

bool trails_get(struct trails *trails, int64_t id, struct arena *arena, struct trail_view *out,
                struct err *err) {
    pthread_mutex_lock(&trails->lock);
    struct follower *follower = find(trails, id);
    if (follower != NULL)
        follower_view(follower, arena, out);
    pthread_mutex_unlock(&trails->lock);
    return follower != NULL || absent(id, err);
}

static bool unfollow(struct trails *trails, int64_t id, struct err *err) {
    struct follower *follower = find_under_lock(trails, id);

    if (follower == NULL)
        return absent(id, err);
    if (follower->configured)
        return err_set(err, ERR_INVALID,
                       "trail %lld is one of --follow: it ends when the settings change",
                       (long long)id);
    /* First what may fail: then it is followed as before. What is under way finds that it cannot
     * save any more. */
    if (!store_drop_trail(trails->config.store, id, err))
        return false;
    pthread_mutex_lock(&trails->lock);
    take_out(trails, follower);
    pthread_mutex_unlock(&trails->lock);
    follower_close(follower);
    return true;
}

bool trails_unfollow(struct trails *trails, int64_t id, struct err *err) {
    pthread_mutex_lock(&trails->changes);
    bool good = unfollow(trails, id, err);
    pthread_mutex_unlock(&trails->changes);
    return good;
}

static void measure(const struct trail_view *view, struct trails_figures *figures) {
    figures->trails++;
    figures->failing += strcmp(view->status, "failing") == 0;
    figures->lag_ms = view->lag_ms > figures->lag_ms ? view->lag_ms : figures->lag_ms;
    figures->retries += view->retries;
}

void trails_measure(struct trails *trails, struct trails_figures *out) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct trails_figures figures = {.lag_ms = -1};
    struct trail_views views;

    trails_list(trails, &arena, &views);
    for (size_t i = 0; i < views.count; i++)
        measure(&views.trails[i], &figures);
    *out = figures;
}
