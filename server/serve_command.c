#include "server/serve_command.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utc.h"
#include "collect/collector.h"
#include "server/http_server.h"
#include "server/signals.h"
#include "server/tidier.h"

/* For answers that are ready when the patience with running requests is over. */
#define LAST_ANSWERS_MS 1000

/* Everything that runs, in the order in which it is started. */
struct running {
    struct store *store;
    struct tidier *tidier;
    struct service service;
    struct spool_place spools;
    struct workers *workers;
    struct workers *waiters;
    struct reaper *reaper;
    struct inflight inflight;
    struct exchanges shared;
    struct http_server *server;
    char address[SOCKET_TEXT_BYTES];
};

/* A descriptor for each connection and for each spooled body; the usual soft limit is 1024. */
static void raise_descriptor_limit(void) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool open_data(const struct settings *settings, struct running *running, struct err *err) {
    if (!store_open(settings->data, &running->store, err)) {
        if (err->kind == ERR_BUSY)
            err_set(
                err, ERR_BUSY,
                "another traild (a server or an import) has %.200s open; one at a time may use it",
                settings->data);
        return false;
    }
    return spool_place_open(&running->spools, settings->data, err);
}

static bool start_threads(const struct settings *settings, struct running *running,
                          struct err *err) {
    const struct pace pace = {
        .header_ms = settings->header_timeout_ms,
        .idle_ms = settings->idle_timeout_ms,
        .transfer_ms = settings->transfer_timeout_ms,
        .min_rate = settings->min_rate,
    };

    size_t backlog = (size_t)settings->backlog;
    /* Those that take a body leave one free: what cancels imports and ends trails has none. */
    size_t waiters = (size_t)settings->downloads + 1;

    return workers_start((size_t)settings->workers, backlog, &running->workers, err) &&
           workers_start(waiters, backlog, &running->waiters, err) &&
           reaper_start(&pace, &running->reaper, err);
}

static int64_t longest(const struct settings *settings) {
    int64_t longest = settings->header_timeout_ms;

    if (settings->idle_timeout_ms > longest)
        longest = settings->idle_timeout_ms;
    return settings->transfer_timeout_ms > longest ? settings->transfer_timeout_ms : longest;
}

static bool start_http(const struct settings *settings, struct running *running, struct err *err) {
    struct http_config config = {
        .threads = settings->threads,
        .connections = settings->connections,
        .connections_per_address = settings->connections_per_address,
        .silence_ms = longest(settings),
    };

    running->shared = (struct exchanges){
        .service = &running->service,
        .workers = running->workers,
        .waiters = running->waiters,
        .reaper = running->reaper,
        .spools = &running->spools,
        .inflight = &running->inflight,
        .hosts = span_of(settings->hosts != NULL ? settings->hosts : ""),
    };
    return listener_open(&settings->listen, &config.descriptor, running->address, err) &&
           http_server_start(&config, &running->shared, &running->server, err);
}

static void count_import(void *context, const struct receipt *receipt) {
    metrics_count_import(context, receipt);
}

static const char *const *texts_of(const struct text_list *list) {
    return (const char *const *)list->texts;
}

static bool start_collector(const struct settings *settings, struct running *running,
                            struct err *err) {
    const struct collector_config config = {
        .store = running->store,
        .spools = &running->spools,
        .variable = getenv,
        .downloads = (size_t)settings->downloads,
        .max_object_bytes = settings->max_upload,
        .max_inflated = settings->max_inflated,
        .allow = texts_of(&settings->s3_allow),
        .allow_count = settings->s3_allow.count,
        .follow = texts_of(&settings->follow),
        .follow_count = settings->follow.count,
        .follow_interval_ms = settings->follow_interval_ms,
        .queues = texts_of(&settings->queues),
        .queue_count = settings->queues.count,
        .sns_topics = texts_of(&settings->sns_topics),
        .sns_topic_count = settings->sns_topics.count,
        .imported = count_import,
        .context = running->service.metrics,
    };

    return collector_start(&config, &running->service.collector, err);
}

static bool start(const struct settings *settings, struct running *running, struct err *err) {
    inflight_init(&running->inflight);
    raise_descriptor_limit();
    if (!open_data(settings, running, err))
        return false;
    running->service.store = running->store;
    running->service.metrics = metrics_new();
    running->service.max_inflated = settings->max_inflated;
    running->service.max_upload = settings->max_upload;
    return tidier_start(running->store, &running->tidier, err) &&
           start_collector(settings, running, err) && start_threads(settings, running, err) &&
           start_http(settings, running, err);
}

/* Lets running requests end; gives up on those that take too long. */
static bool drain(const struct settings *settings, struct running *running) {
    atomic_store(&running->service.stopping, true);
    http_server_drain(running->server);
    collector_interrupt(running->service.collector);
    if (inflight_wait(&running->inflight, settings->drain_timeout_ms))
        return true;
    atomic_store(&running->spools.abandon, true);
    reaper_cancel_all(running->reaper);
    return false;
}

/* What was started, backwards; works after a start that failed half-way, too. */
static void stop(struct running *running) {
    tidier_stop(running->tidier);
    /* All that waits for a worker is answered here, since the library aborts the process when it
     * is stopped with a suspended connection. */
    workers_end(running->workers);
    workers_end(running->waiters);
    if (running->server != NULL)
        inflight_wait(&running->inflight, LAST_ANSWERS_MS);
    http_server_stop(running->server);
    workers_free(running->workers);
    workers_free(running->waiters);
    reaper_stop(running->reaper);
    collector_stop(running->service.collector);
    metrics_free(running->service.metrics);
    spool_place_close(&running->spools);
    store_close(running->store);
    inflight_clear(&running->inflight);
}

static void log_listening(const struct settings *settings, const struct running *running) {
    struct log_line line;

    log_begin(&line, LOG_INFO, "listening");
    log_text(&line, "address", span_of(running->address));
    log_text(&line, "data", span_of(settings->data));
    log_text(&line, "version", SPAN(TRAILD_VERSION));
    log_number(&line, "process", getpid());
    log_end(&line);
}

static void log_stopped(bool drained, int64_t began_ms) {
    struct log_line line;

    log_begin(&line, drained ? LOG_INFO : LOG_WARN,
              drained ? "stopped" : "stopped, giving up on requests that took too long");
    log_number(&line, "milliseconds", monotonic_ms() - began_ms);
    log_end(&line);
}

int serve_command(const struct settings *settings) {
    struct running running = {0};
    struct err err;

    signals_prepare();
    if (!start(settings, &running, &err)) {
        log_say(LOG_ERROR, "cannot start", "reason", span_of(err.text));
        stop(&running);
        return EXIT_FAILURE;
    }
    log_listening(settings, &running);
    const char *signal = signals_wait();
    int64_t began_ms = monotonic_ms();
    log_say(LOG_INFO, "stopping", "signal", span_of(signal));
    bool drained = drain(settings, &running);
    stop(&running);
    log_stopped(drained, began_ms);
    return EXIT_SUCCESS;
}
