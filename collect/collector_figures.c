/* The part of the door that tells how it goes. */
#include "collect/prefix_imports.h"
#include "collect/queue_watch.h"
#include "collect/state.h"
#include "collect/trails.h"

static void measure_queues(const struct collector *collector, struct collector_figures *out) {
    struct queue_figures queues;

    if (collector->queues == NULL)
        return;
    queue_watch_measure(collector->queues, &queues);
    out->messages_received = queues.received;
    out->messages_deleted = queues.deleted;
    out->messages_failed = queues.failed;
}

static void measure_trails(const struct collector *collector, struct collector_figures *out) {
    struct trails_figures figures;

    if (collector->trails == NULL)
        return;
    trails_measure(collector->trails, &figures);
    out->trails = figures.trails;
    out->failing_trails = figures.failing;
    out->lag_ms = figures.lag_ms;
    out->retries = figures.retries;
}

void collector_measure(struct collector *collector, struct collector_figures *out) {
    struct fetcher_figures fetcher = {0};

    *out = (struct collector_figures){.lag_ms = -1};
    measure_trails(collector, out);
    if (collector->client == NULL)
        return;
    fetcher_measure(collector->fetcher, &fetcher);
    out->imported = fetcher.outcomes[FETCH_IMPORTED];
    out->known = fetcher.outcomes[FETCH_KNOWN];
    out->skipped = fetcher.outcomes[FETCH_SKIPPED];
    out->failed = fetcher.outcomes[FETCH_FAILED];
    out->bytes = fetcher.bytes;
    out->under_way = fetcher.under_way;
    out->waiting = fetcher.waiting;
    out->prefix_imports = (int64_t)prefix_imports_count(collector->imports);
    measure_queues(collector, out);
}
