/* How far an import has come, as it is kept in the store: from time to time, and at its end. */
#include "collect/import_run.h"

#include "base/log.h"
#include "base/utc.h"

/* One of the window's two. */
struct account {
    const struct import_progress *progress;
    const struct skipped_files *skipped;
};

/* With the lock held; in the arena, but for the failure. */
static struct prefix_import as_saved(const struct import_run *run, enum import_status status,
                                     const struct account *account, struct arena *arena) {
    bool failed = status == IMPORT_FAILED;

    return (struct prefix_import){
        .id = run->id,
        .status = status,
        .position = arena_copy(arena, buffer_span(&run->window.position)),
        .progress = *account->progress,
        .skipped = skipped_files_to_text(account->skipped, arena),
        .error = failed ? span_of(run->failure.text) : SPAN_NONE,
    };
}

/* The lock is not held while the disk is written, so that finished downloads need not wait. */
static bool save(struct import_run *run, enum import_status status, const struct account *account,
                 struct err *err) {
    struct arena arena = {0};

    pthread_mutex_lock(&run->lock);
    struct prefix_import import = as_saved(run, status, account, &arena);
    run->saved_ms = monotonic_ms();
    pthread_mutex_unlock(&run->lock);
    bool good = store_save_prefix_import(run->collector->config.store, &import, err);
    pthread_mutex_lock(&run->lock);
    if (good)
        run->saved_files = import.progress.files_listed;
    pthread_mutex_unlock(&run->lock);
    arena_clear(&arena);
    return good;
}

static bool save_end(struct import_run *run, enum import_status status, struct err *err) {
    struct import_progress progress = run->window.live;
    const struct account account = {&progress, &run->window.live_skipped};

    progress.ended_ms = utc_now_ms();
    return save(run, status, &account, err);
}

bool import_run_save(struct import_run *run, struct err *err) {
    const struct account settled = {&run->window.settled, &run->window.settled_skipped};

    return save(run, run->status, &settled, err);
}

bool import_run_save_cancelled(struct import_run *run, struct err *err) {
    return save_end(run, IMPORT_CANCELLED, err);
}

/* A failure is told by `waiting`, and the first in a row in the log; the next save may work. */
static bool say_saved(struct import_run *run, bool good, const struct err *err) {
    if (!good && !run->saving_fails)
        log_say(LOG_ERROR, "how far an import from S3 has come cannot be saved", "reason",
                span_of(err->text));
    run->saving_fails = !good;
    if (good)
        return true;
    import_run_wait_for(run, err);
    return false;
}

void import_save_now(struct import_run *run) {
    struct err err = {0};
    bool good = import_run_save(run, &err);

    (void)say_saved(run, good, &err);
}

/* ---- its end ---- */

static void log_end_of(const struct import_run *run, enum import_status status) {
    const struct import_progress *progress = &run->window.live;
    struct arena arena = {0};
    struct log_line line;

    log_begin(&line, status == IMPORT_FAILED ? LOG_WARN : LOG_INFO, "import from S3 ended");
    log_number(&line, "id", run->id);
    log_text(&line, "source", import_request_source(&run->request, &arena));
    log_text(&line, "status", span_of(import_status_text(status)));
    if (status == IMPORT_FAILED)
        log_text(&line, "reason", span_of(run->failure.text));
    log_number(&line, "files", progress->files_listed);
    log_number(&line, "done", progress->files_done);
    log_number(&line, "known", progress->files_known);
    log_number(&line, "skipped", progress->files_skipped);
    log_number(&line, "failed", progress->files_failed);
    log_number(&line, "inserted", progress->inserted);
    log_end(&line);
    arena_clear(&arena);
}

bool import_end(struct import_run *run) {
    enum import_status status = run->failure.kind == ERR_NONE ? IMPORT_DONE : IMPORT_FAILED;
    /* A person at a terminal sees that the disk is full and need not wait until it is not. */
    bool patient = !run->collector->config.allow_everything;
    struct err err = {0};
    bool good = save_end(run, status, &err);

    if (!say_saved(run, good, &err) && patient)
        return false;
    log_end_of(run, status);
    pthread_mutex_lock(&run->lock);
    run->status = status;
    run->ended = true;
    pthread_mutex_unlock(&run->lock);
    return true;
}
