#include "collect/gathering.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/condition.h"
#include "base/memory.h"
#include "base/utc.h"

/* Whoever has set `taken` may use it without the lock. */
struct lane {
    struct gathering *gathering;
    struct import_group *group;
    bool taken;       /* guarded by the lock, like `due` */
    bool due;         /* to be committed by the one who has it */
    size_t files;     /* gathered */
    int64_t since_ms; /* monotonic: when the first of them came */
};

struct gathering {
    struct store *store; /* borrowed */
    gathering_told *told;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t freed; /* a lane */
    pthread_cond_t clock; /* a lane has begun to gather, or it is time to stop */
    bool stopping;
    bool started;
    pthread_t thread;
    size_t count;
    struct lane lanes[GATHERING_LANES];
};

static void file_done(void *context, void *ticket, const struct receipt *receipt,
                      const struct err *err) {
    struct lane *lane = context;
    struct gathering *gathering = lane->gathering;

    lane->files--;
    gathering->told(gathering->context, ticket, receipt, err);
}

/* ---- lanes; with the lock held ---- */

static struct lane *fullest_free(struct gathering *gathering) {
    struct lane *best = NULL;

    for (size_t i = 0; i < gathering->count; i++) {
        struct lane *lane = &gathering->lanes[i];
        if (!lane->taken && (best == NULL || lane->files > best->files))
            best = lane;
    }
    return best;
}

static struct lane *take(struct gathering *gathering) {
    struct lane *lane;

    while ((lane = fullest_free(gathering)) == NULL)
        pthread_cond_wait(&gathering->freed, &gathering->lock);
    lane->taken = true;
    return lane;
}

static bool wants_commit(const struct lane *lane) {
    return lane->files > 0 && (lane->due || lane->files >= GATHERING_FILES ||
                               monotonic_ms() - lane->since_ms >= GATHERING_MS);
}

/* Whoever had it commits it first if it is time to. */
static void give_back(struct lane *lane) {
    struct gathering *gathering = lane->gathering;
    struct err ignored; /* each of the files is told */

    while (wants_commit(lane)) {
        pthread_mutex_unlock(&gathering->lock);
        (void)!import_group_commit(lane->group, &ignored);
        pthread_mutex_lock(&gathering->lock);
    }
    lane->taken = false;
    lane->due = false;
    pthread_cond_signal(&gathering->freed);
    if (lane->files > 0)
        pthread_cond_signal(&gathering->clock);
}

static void commit_lane(struct lane *lane) {
    lane->due = true;
    if (lane->taken)
        return;
    lane->taken = true;
    give_back(lane);
}

/* When the next lane that nobody has is due; those that somebody has are looked at when they are
 * given back. */
static int64_t next_due(const struct gathering *gathering) {
    int64_t due_ms = INT64_MAX;

    for (size_t i = 0; i < gathering->count; i++) {
        const struct lane *lane = &gathering->lanes[i];
        if (!lane->taken && lane->files > 0 && lane->since_ms + GATHERING_MS < due_ms)
            due_ms = lane->since_ms + GATHERING_MS;
    }
    return due_ms;
}

static void commit_old(struct gathering *gathering) {
    for (size_t i = 0; i < gathering->count; i++) {
        struct lane *lane = &gathering->lanes[i];
        if (!lane->taken && wants_commit(lane))
            commit_lane(lane);
    }
}

/* ---- the thread that looks at the clock ---- */

static void *watch_clock(void *argument) {
    struct gathering *gathering = argument;

    pthread_mutex_lock(&gathering->lock);
    while (!gathering->stopping) {
        int64_t due_ms = next_due(gathering);
        if (due_ms == INT64_MAX)
            pthread_cond_wait(&gathering->clock, &gathering->lock);
        else if (due_ms > monotonic_ms())
            (void)condition_wait_until(&gathering->clock, &gathering->lock, due_ms);
        else
            commit_old(gathering);
    }
    pthread_mutex_unlock(&gathering->lock);
    return NULL;
}

/* ---- for those who have files ---- */

bool gathering_add(struct gathering *gathering, const struct ingest_input *input, void *ticket,
                   struct arena *arena, struct receipt *out, struct err *err) {
    pthread_mutex_lock(&gathering->lock);
    struct lane *lane = take(gathering);
    pthread_mutex_unlock(&gathering->lock);
    lane->files++; /* it may be told of before ingest_into returns */
    bool good = ingest_into(gathering->store, lane->group, input, ticket, arena, out, err);
    if (!good || out->id != 0)
        lane->files--;
    else if (lane->files == 1)
        lane->since_ms = monotonic_ms();
    pthread_mutex_lock(&gathering->lock);
    give_back(lane);
    pthread_mutex_unlock(&gathering->lock);
    return good;
}

void gathering_flush(struct gathering *gathering) {
    pthread_mutex_lock(&gathering->lock);
    for (size_t i = 0; i < gathering->count; i++)
        commit_lane(&gathering->lanes[i]);
    pthread_mutex_unlock(&gathering->lock);
}

/* ---- life ---- */

static void open_lanes(struct gathering *gathering, size_t lanes) {
    gathering->count = lanes;
    for (size_t i = 0; i < lanes; i++) {
        struct lane *lane = &gathering->lanes[i];
        lane->gathering = gathering;
        lane->group = import_group_begin(gathering->store, file_done, lane);
    }
}

bool gathering_open(struct store *store, size_t lanes, gathering_told *told, void *context,
                    struct gathering **out, struct err *err) {
    struct gathering *gathering = memory_new(1, sizeof(*gathering));

    gathering->store = store;
    gathering->told = told;
    gathering->context = context;
    pthread_mutex_init(&gathering->lock, NULL);
    pthread_cond_init(&gathering->freed, NULL);
    condition_init(&gathering->clock);
    open_lanes(gathering, lanes);
    int failure = pthread_create(&gathering->thread, NULL, watch_clock, gathering);
    gathering->started = failure == 0;
    if (failure != 0) {
        gathering_close(gathering);
        return err_set(err, ERR_INTERNAL,
                       "starting the thread that commits what was downloaded: %s",
                       strerror(failure));
    }
    *out = gathering;
    return true;
}

static void stop(struct gathering *gathering) {
    pthread_mutex_lock(&gathering->lock);
    gathering->stopping = true;
    pthread_cond_signal(&gathering->clock);
    pthread_mutex_unlock(&gathering->lock);
    pthread_join(gathering->thread, NULL);
}

void gathering_close(struct gathering *gathering) {
    if (gathering == NULL)
        return;
    if (gathering->started)
        stop(gathering);
    for (size_t i = 0; i < gathering->count; i++)
        import_group_abort(gathering->lanes[i].group);
    pthread_cond_destroy(&gathering->clock);
    pthread_cond_destroy(&gathering->freed);
    pthread_mutex_destroy(&gathering->lock);
    free(gathering);
}
