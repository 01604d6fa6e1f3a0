#include "server/tidier.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/condition.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"

/* Between two looks at the store, each of which costs next to nothing when no block came. */
#define PAUSE_MS 1000

/* Behind a failure, such as a full disk. */
#define LONG_PAUSE_MS 60000

struct tidier {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    atomic_bool stopping; /* set with the lock held */
    int64_t last_import;  /* of the store when it was looked at last */
    bool quiet;           /* nothing had come since the look before that */
    bool failing;
};

static void log_failure(struct tidier *tidier, const struct err *err) {
    if (err->kind == ERR_CANCELLED)
        return;
    if (!tidier->failing)
        log_say(LOG_ERROR, "blocks cannot be merged; lists may be slow", "reason",
                span_of(err->text));
    tidier->failing = true;
}

static void log_success(struct tidier *tidier) {
    if (tidier->failing)
        log_say(LOG_INFO, "blocks can be merged again", NULL, SPAN_NONE);
    tidier->failing = false;
}

/* Returns how long to wait until the next look. */
static int64_t tidy(struct tidier *tidier) {
    struct tidy_report report = {.more = true};
    bool merged = false;
    struct err err;

    while (report.more) {
        if (!store_tidy(tidier->store, tidier->quiet ? TIDY_QUIET : TIDY_BUSY, &tidier->stopping,
                        &report, &err)) {
            log_failure(tidier, &err);
            return LONG_PAUSE_MS;
        }
        merged = merged || report.more;
        tidier->quiet = report.last_import == tidier->last_import;
        tidier->last_import = report.last_import;
    }
    if (merged) {
        log_success(tidier);
        memory_give_back();
    }
    return PAUSE_MS;
}

/* With the lock held. */
static void wait_for(struct tidier *tidier, int64_t ms) {
    int64_t deadline_ms = monotonic_ms() + ms;
    bool in_time = true;

    while (!tidier->stopping && in_time)
        in_time = condition_wait_until(&tidier->woken, &tidier->lock, deadline_ms);
}

static void *run(void *argument) {
    struct tidier *tidier = argument;
    int64_t pause_ms = PAUSE_MS;

    pthread_mutex_lock(&tidier->lock);
    for (;;) {
        wait_for(tidier, pause_ms);
        if (tidier->stopping)
            break;
        pthread_mutex_unlock(&tidier->lock);
        pause_ms = tidy(tidier);
        pthread_mutex_lock(&tidier->lock);
    }
    pthread_mutex_unlock(&tidier->lock);
    return NULL;
}

static void tidier_free(struct tidier *tidier) {
    pthread_cond_destroy(&tidier->woken);
    pthread_mutex_destroy(&tidier->lock);
    free(tidier);
}

bool tidier_start(struct store *store, struct tidier **out, struct err *err) {
    struct tidier *tidier = memory_new(1, sizeof(*tidier));

    tidier->store = store;
    pthread_mutex_init(&tidier->lock, NULL);
    condition_init(&tidier->woken);
    int failure = pthread_create(&tidier->thread, NULL, run, tidier);
    if (failure != 0) {
        tidier_free(tidier);
        return err_set(err, ERR_INTERNAL, "starting a thread: %s", strerror(failure));
    }
    *out = tidier;
    return true;
}

void tidier_stop(struct tidier *tidier) {
    if (tidier == NULL)
        return;
    pthread_mutex_lock(&tidier->lock);
    tidier->stopping = true;
    pthread_cond_signal(&tidier->woken);
    pthread_mutex_unlock(&tidier->lock);
    pthread_join(tidier->thread, NULL);
    tidier_free(tidier);
}
