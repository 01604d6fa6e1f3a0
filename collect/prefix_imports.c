#include "collect/prefix_imports.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/utc.h"
#include "collect/leftovers.h"

/* How often those that wait look whether one that goes on brings nothing. */
#define LOOK_EVERY_MS 1000

struct prefix_imports {
    struct agenda_item turn; /* first; begins those that wait */
    struct collector *collector;
    pthread_mutex_t adding;     /* one is added at a time; taken before `lock` */
    pthread_mutex_t cancelling; /* one is cancelled at a time; who wants the same waits for its
                                   end; taken before `lock` */
    pthread_mutex_t lock;       /* held for moments, never while the disk is asked */
    struct import_run *runs;    /* in the order of their ids; ended ones until they are swept */
    bool stopping;
};

/* ---- the list; with the lock held ---- */

static void insert(struct prefix_imports *imports, struct import_run *run) {
    struct import_run **at = &imports->runs;

    while (*at != NULL && (*at)->id < run->id)
        at = &(*at)->next;
    run->next = *at;
    *at = run;
}

static struct import_run *find(const struct prefix_imports *imports, int64_t id) {
    struct import_run *run = imports->runs;

    while (run != NULL && run->id != id)
        run = run->next;
    return run;
}

static void take_off(struct prefix_imports *imports, struct import_run *run) {
    struct import_run **at = &imports->runs;

    while (*at != run)
        at = &(*at)->next;
    *at = run->next;
}

/* Whether another one may begin beside those that go on. */
static bool has_room(const struct prefix_imports *imports) {
    size_t moving = 0;
    size_t stuck = 0;

    for (struct import_run *run = imports->runs; run != NULL; run = run->next) {
        bool going_on = run->begun && !run->halted && !import_run_ended(run);
        bool is_stuck = going_on && import_run_is_stuck(run);
        stuck += is_stuck;
        moving += going_on && !is_stuck;
    }
    return !imports->stopping && moving < PREFIX_IMPORTS_AT_ONCE &&
           moving + stuck < PREFIX_IMPORTS_AT_ONCE + PREFIX_IMPORTS_STUCK;
}

static struct import_run *first_waiting(const struct prefix_imports *imports) {
    struct import_run *run = imports->runs;

    while (run != NULL && (run->begun || run->halted))
        run = run->next;
    return run;
}

static void begin_next(struct prefix_imports *imports) {
    struct import_run *run;

    while ((run = first_waiting(imports)) != NULL && has_room(imports)) {
        run->begun = true;
        import_run_begin(run);
    }
    if (run != NULL)
        agenda_set(imports->collector->agenda, &imports->turn, monotonic_ms() + LOOK_EVERY_MS);
}

static void take_turn(struct agenda_item *item, struct aws_channel *channel) {
    struct prefix_imports *imports = (struct prefix_imports *)item;

    (void)channel;
    pthread_mutex_lock(&imports->lock);
    begin_next(imports);
    pthread_mutex_unlock(&imports->lock);
}

/* ---- ends ---- */

/* Called by the run's own item, which is why it is not freed here. */
static void run_over(struct import_run *run) {
    struct prefix_imports *imports = run->collector->imports;

    pthread_mutex_lock(&imports->lock);
    begin_next(imports);
    pthread_mutex_unlock(&imports->lock);
}

static struct import_run *take_ended(struct prefix_imports *imports) {
    pthread_mutex_lock(&imports->lock);
    struct import_run *run = imports->runs;
    while (run != NULL && !import_run_ended(run))
        run = run->next;
    if (run != NULL)
        take_off(imports, run);
    pthread_mutex_unlock(&imports->lock);
    return run;
}

static void sweep(struct prefix_imports *imports) {
    struct import_run *run;

    while ((run = take_ended(imports)) != NULL)
        import_run_free(run);
}

static size_t count_unfinished(const struct prefix_imports *imports) {
    size_t count = 0;

    for (struct import_run *run = imports->runs; run != NULL; run = run->next)
        count += !import_run_ended(run);
    return count;
}

size_t prefix_imports_count(struct prefix_imports *imports) {
    pthread_mutex_lock(&imports->lock);
    size_t count = count_unfinished(imports);
    pthread_mutex_unlock(&imports->lock);
    return count;
}

/* ---- life ---- */

bool prefix_imports_open(struct collector *collector, struct prefix_imports **out,
                         struct err *err) {
    struct prefix_imports *imports = memory_new(1, sizeof(*imports));

    imports->turn.run = take_turn;
    imports->collector = collector;
    pthread_mutex_init(&imports->adding, NULL);
    pthread_mutex_init(&imports->cancelling, NULL);
    pthread_mutex_init(&imports->lock, NULL);
    if (!collector->config.allow_everything &&
        !leftovers_resume(collector, run_over, &imports->runs, err)) {
        prefix_imports_close(imports);
        return false;
    }
    *out = imports;
    /* A run that ends looks for the others there. */
    collector->imports = imports;
    pthread_mutex_lock(&imports->lock);
    begin_next(imports);
    pthread_mutex_unlock(&imports->lock);
    return true;
}

void prefix_imports_interrupt(struct prefix_imports *imports) {
    pthread_mutex_lock(&imports->lock);
    imports->stopping = true;
    for (struct import_run *run = imports->runs; run != NULL; run = run->next)
        import_run_interrupt(run);
    pthread_mutex_unlock(&imports->lock);
}

static void save_and_free(struct import_run *run) {
    struct err err;

    import_run_halt(run);
    if (!import_run_ended(run) && !import_run_save(run, &err))
        log_say(LOG_ERROR, "how far an import from S3 has come cannot be saved", "reason",
                span_of(err.text));
    import_run_free(run);
}

/* Others that are just ending look through the list meanwhile. */
static struct import_run *take_first(struct prefix_imports *imports) {
    pthread_mutex_lock(&imports->lock);
    struct import_run *run = imports->runs;
    if (run != NULL)
        imports->runs = run->next;
    pthread_mutex_unlock(&imports->lock);
    return run;
}

void prefix_imports_close(struct prefix_imports *imports) {
    struct import_run *run;

    if (imports == NULL)
        return;
    prefix_imports_interrupt(imports);
    agenda_remove(imports->collector->agenda, &imports->turn);
    while ((run = take_first(imports)) != NULL)
        save_and_free(run);
    pthread_mutex_destroy(&imports->adding);
    pthread_mutex_destroy(&imports->cancelling);
    pthread_mutex_destroy(&imports->lock);
    free(imports);
}

/* ---- requests ---- */

static bool add(struct prefix_imports *imports, const struct import_request *request,
                struct arena *arena, struct receipt *out, struct err *err) {
    struct span text = import_request_write(request, arena);
    struct import_run *run;

    if (!store_add_prefix_import(imports->collector->config.store, import_request_kind(request),
                                 import_request_source(request, arena), text, arena, out, err))
        return false;
    const struct prefix_import saved = {
        .id = out->id, .status = IMPORT_QUEUED, .request = text, .position = SPAN("")};
    if (!import_run_new(imports->collector, &saved, run_over, &run, err))
        return false;
    pthread_mutex_lock(&imports->lock);
    insert(imports, run);
    begin_next(imports);
    pthread_mutex_unlock(&imports->lock);
    return true;
}

static bool may_add(struct prefix_imports *imports, struct err *err) {
    pthread_mutex_lock(&imports->lock);
    bool stopping = imports->stopping;
    size_t unfinished = count_unfinished(imports);
    pthread_mutex_unlock(&imports->lock);
    if (stopping)
        return err_set(err, ERR_BUSY, "the service is stopping");
    return unfinished < LIMIT_PREFIX_IMPORTS ||
           err_set(err, ERR_BUSY, "%d imports from S3 are waiting already", LIMIT_PREFIX_IMPORTS);
}

bool prefix_imports_begin(struct prefix_imports *imports, const struct import_request *request,
                          struct arena *arena, struct receipt *out, struct err *err) {
    sweep(imports);
    pthread_mutex_lock(&imports->adding);
    bool good = may_add(imports, err) && add(imports, request, arena, out, err);
    pthread_mutex_unlock(&imports->adding);
    return good;
}

bool prefix_imports_progress(struct prefix_imports *imports, int64_t id, struct arena *arena,
                             struct import_live *out) {
    pthread_mutex_lock(&imports->lock);
    struct import_run *run = find(imports, id);
    bool found = run != NULL && !import_run_ended(run);
    if (found)
        import_run_measure(run, arena, out);
    pthread_mutex_unlock(&imports->lock);
    return found;
}

/* Whoever takes a run off the list ends it. */
static struct import_run *take_to_cancel(struct prefix_imports *imports, int64_t id) {
    pthread_mutex_lock(&imports->lock);
    struct import_run *run = imports->stopping ? NULL : find(imports, id);
    if (run != NULL)
        take_off(imports, run);
    pthread_mutex_unlock(&imports->lock);
    return run;
}

/* It stands still from now on, and its place is another's. */
static void halt(struct prefix_imports *imports, struct import_run *run) {
    import_run_halt(run);
    if (import_run_ended(run) || run->halted)
        return;
    pthread_mutex_lock(&imports->lock);
    run->halted = true;
    begin_next(imports);
    pthread_mutex_unlock(&imports->lock);
}

/* Until it is cancelled once more, or goes on in the next process. */
static void put_back(struct prefix_imports *imports, struct import_run *run,
                     const struct err *why) {
    import_run_wait_for(run, why);
    pthread_mutex_lock(&imports->lock);
    insert(imports, run);
    pthread_mutex_unlock(&imports->lock);
}

static bool cancel_run(struct prefix_imports *imports, struct import_run *run, bool *out_over,
                       struct err *err) {
    halt(imports, run);
    bool over = import_run_ended(run);

    if (!over && !import_run_save_cancelled(run, err)) {
        put_back(imports, run, err);
        return false;
    }
    import_run_free(run);
    *out_over = over;
    return true;
}

/* What is not over goes on in the next process. */
static bool find_over(const struct prefix_imports *imports, int64_t id, bool *out_over,
                      struct err *err) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct receipt receipt;

    if (!store_get_receipt(imports->collector->config.store, id, &arena, &receipt, err))
        return false;
    if (receipt.status == IMPORT_QUEUED || receipt.status == IMPORT_RUNNING)
        return err_set(err, ERR_BUSY, "the import stands still until the service is started again");
    *out_over = true;
    return true;
}

bool prefix_imports_cancel(struct prefix_imports *imports, int64_t id, bool *out_over,
                           struct err *err) {
    pthread_mutex_lock(&imports->cancelling);
    struct import_run *run = take_to_cancel(imports, id);
    bool good = run != NULL ? cancel_run(imports, run, out_over, err)
                            : find_over(imports, id, out_over, err);
    pthread_mutex_unlock(&imports->cancelling);
    return good;
}
