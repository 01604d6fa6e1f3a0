#include "handlers/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Routes are constants of one table and statuses those of problem.c, so neither runs over; if they
 * ever did, the last entry would hold the rest. */
#define ROUTES   32
#define STATUSES 24

/* Upper ends of the buckets; microseconds, and the same in seconds as shown. */
static const struct {
    int64_t microseconds;
    const char *seconds;
} buckets[] = {
    {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"},
    {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"}, {500000, "0.5"},
    {1000000, "1"},   {2500000, "2.5"}, {5000000, "5"},   {10000000, "10"}, {30000000, "30"},
};

struct status_count {
    int status;
    int64_t requests;
};

struct route_counts {
    const char *route;
    struct status_count statuses[STATUSES];
    size_t status_count;
    int64_t within[ARRAY_LENGTH(buckets)]; /* each request counts in its first bucket only */
    int64_t requests;
    int64_t microseconds;
    int64_t bytes;
};

enum outcome {
    OUTCOME_IMPORTED,
    OUTCOME_DUPLICATE,
    OUTCOME_SKIPPED,
    OUTCOME_FAILED,
    OUTCOMES,
};

static const char *const outcome_names[OUTCOMES] = {"imported", "duplicate", "skipped", "failed"};

struct metrics {
    pthread_mutex_t lock; /* guards everything but the two gauges */
    struct route_counts routes[ROUTES];
    size_t route_count;
    int64_t imports[OUTCOMES];
    int64_t inserted;
    int64_t duplicates;
    int64_t rejected;
    atomic_int_fast64_t connections;
    atomic_int_fast64_t queue;
};

struct metrics *metrics_new(void) {
    struct metrics *metrics = memory_new(1, sizeof(*metrics));

    pthread_mutex_init(&metrics->lock, NULL);
    return metrics;
}

void metrics_free(struct metrics *metrics) {
    if (metrics == NULL)
        return;
    pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

static struct route_counts *counts_of(struct metrics *metrics, const char *route) {
    for (size_t i = 0; i < metrics->route_count; i++) {
        if (strcmp(metrics->routes[i].route, route) == 0)
            return &metrics->routes[i];
    }
    if (metrics->route_count == ROUTES)
        return &metrics->routes[ROUTES - 1];
    struct route_counts *counts = &metrics->routes[metrics->route_count++];
    counts->route = route;
    return counts;
}

static void count_status(struct route_counts *counts, int status) {
    size_t i = 0;

    while (i < counts->status_count && counts->statuses[i].status != status)
        i++;
    if (i == counts->status_count && i < STATUSES)
        counts->statuses[counts->status_count++].status = status;
    counts->statuses[i < STATUSES ? i : STATUSES - 1].requests++;
}

void metrics_count_request(struct metrics *metrics, const char *route, int status,
                           int64_t microseconds, int64_t bytes_sent) {
    size_t bucket = 0;

    while (bucket < ARRAY_LENGTH(buckets) && microseconds > buckets[bucket].microseconds)
        bucket++;
    pthread_mutex_lock(&metrics->lock);
    struct route_counts *counts = counts_of(metrics, route);
    count_status(counts, status);
    if (bucket < ARRAY_LENGTH(buckets))
        counts->within[bucket]++;
    counts->requests++;
    counts->microseconds += microseconds;
    counts->bytes += bytes_sent;
    pthread_mutex_unlock(&metrics->lock);
}

static enum outcome outcome_of(const struct receipt *receipt) {
    if (receipt == NULL)
        return OUTCOME_FAILED;
    if (receipt->duplicate_of != 0)
        return OUTCOME_DUPLICATE;
    return receipt->status == IMPORT_SKIPPED ? OUTCOME_SKIPPED : OUTCOME_IMPORTED;
}

void metrics_count_import(struct metrics *metrics, const struct receipt *receipt) {
    pthread_mutex_lock(&metrics->lock);
    metrics->imports[outcome_of(receipt)]++;
    if (receipt != NULL) {
        metrics->inserted += receipt->inserted;
        metrics->duplicates += receipt->duplicates;
        /* A repeated file's receipt is the first one's: its rejects were counted then. */
        metrics->rejected += receipt->duplicate_of == 0 ? receipt->rejected : 0;
    }
    pthread_mutex_unlock(&metrics->lock);
}

void metrics_set_connections(struct metrics *metrics, int64_t open) {
    atomic_store_explicit(&metrics->connections, open, memory_order_relaxed);
}

void metrics_set_queue(struct metrics *metrics, int64_t waiting) {
    atomic_store_explicit(&metrics->queue, waiting, memory_order_relaxed);
}

static void write_head(struct buffer *out, const char *name, const char *type, const char *help) {
    buffer_append_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_one(struct buffer *out, const char *name, const char *type, int64_t value,
                      const char *help) {
    write_head(out, name, type, help);
    buffer_append_format(out, "%s %" PRId64 "\n", name, value);
}

static void write_requests(const struct metrics *metrics, struct buffer *out) {
    write_head(out, "traild_http_requests_total", "counter", "Requests answered.");
    for (size_t i = 0; i < metrics->route_count; i++) {
        const struct route_counts *counts = &metrics->routes[i];
        for (size_t j = 0; j < counts->status_count; j++)
            buffer_append_format(
                out, "traild_http_requests_total{route=\"%s\",status=\"%d\"} %" PRId64 "\n",
                counts->route, counts->statuses[j].status, counts->statuses[j].requests);
    }
}

static void write_duration(const struct route_counts *counts, struct buffer *out) {
    static const char name[] = "traild_http_request_duration_seconds";
    int64_t below = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(buckets); i++) {
        below += counts->within[i];
        buffer_append_format(out, "%s_bucket{route=\"%s\",le=\"%s\"} %" PRId64 "\n", name,
                             counts->route, buckets[i].seconds, below);
    }
    buffer_append_format(out, "%s_bucket{route=\"%s\",le=\"+Inf\"} %" PRId64 "\n", name,
                         counts->route, counts->requests);
    buffer_append_format(out, "%s_sum{route=\"%s\"} %" PRId64 ".%06" PRId64 "\n", name,
                         counts->route, counts->microseconds / 1000000,
                         counts->microseconds % 1000000);
    buffer_append_format(out, "%s_count{route=\"%s\"} %" PRId64 "\n", name, counts->route,
                         counts->requests);
}

static void write_routes(const struct metrics *metrics, struct buffer *out) {
    write_requests(metrics, out);
    write_head(out, "traild_http_request_duration_seconds", "histogram",
               "Time from a request's arrival to its answer.");
    for (size_t i = 0; i < metrics->route_count; i++)
        write_duration(&metrics->routes[i], out);
    write_head(out, "traild_http_response_bytes_total", "counter", "Bytes of bodies sent.");
    for (size_t i = 0; i < metrics->route_count; i++)
        buffer_append_format(out, "traild_http_response_bytes_total{route=\"%s\"} %" PRId64 "\n",
                             metrics->routes[i].route, metrics->routes[i].bytes);
}

static void write_imports(const struct metrics *metrics, struct buffer *out) {
    write_head(out, "traild_imports_total", "counter", "Files taken in, by what became of them.");
    for (size_t i = 0; i < OUTCOMES; i++)
        buffer_append_format(out, "traild_imports_total{outcome=\"%s\"} %" PRId64 "\n",
                             outcome_names[i], metrics->imports[i]);
    write_one(out, "traild_records_inserted_total", "counter", metrics->inserted,
              "Records stored as new events.");
    write_one(out, "traild_records_duplicate_total", "counter", metrics->duplicates,
              "Records whose event was stored already.");
    write_one(out, "traild_records_rejected_total", "counter", metrics->rejected,
              "Records that are no CloudTrail events.");
}

static void write_store(const struct store_figures *figures, struct buffer *out) {
    write_one(out, "traild_store_events", "gauge", figures->events, "Events stored.");
    write_one(out, "traild_store_pending_events", "gauge", figures->pending_events,
              "Events stored but not yet sealed into a block.");
    write_one(out, "traild_store_blocks", "gauge", figures->blocks, "Blocks stored.");
    write_one(out, "traild_store_merges_total", "counter", figures->merges,
              "Times that blocks which overlapped were merged.");
    write_one(out, "traild_store_merged_blocks_total", "counter", figures->merged_blocks,
              "Blocks that were merged.");
    write_one(out, "traild_store_imports", "gauge", figures->imports,
              "Number of the newest receipt; a file that comes twice at once leaves a gap.");
    write_one(out, "traild_store_size_bytes", "gauge", figures->bytes,
              "Size of the store on disk.");
}

static void write_objects(const struct collector_figures *figures, struct buffer *out) {
    const struct {
        const char *outcome;
        int64_t count;
    } outcomes[] = {
        {"imported", figures->imported},
        {"known", figures->known},
        {"skipped", figures->skipped},
        {"failed", figures->failed},
    };

    write_head(out, "traild_s3_objects_total", "counter",
               "Objects of S3 that were wanted, by what became of them.");
    for (size_t i = 0; i < ARRAY_LENGTH(outcomes); i++)
        buffer_append_format(out, "traild_s3_objects_total{outcome=\"%s\"} %" PRId64 "\n",
                             outcomes[i].outcome, outcomes[i].count);
    write_one(out, "traild_s3_bytes_total", "counter", figures->bytes, "Bytes fetched from S3.");
    write_one(out, "traild_s3_objects_under_way", "gauge", figures->under_way,
              "Objects being fetched and imported.");
    write_one(out, "traild_s3_objects_waiting", "gauge", figures->waiting,
              "Objects waiting for that.");
    write_one(out, "traild_s3_imports_unfinished", "gauge", figures->prefix_imports,
              "Imports of many objects that are queued or running.");
}

static void write_trails(const struct collector_figures *figures, struct buffer *out) {
    write_one(out, "traild_trails", "gauge", figures->trails, "Trails that are followed.");
    write_one(out, "traild_trails_failing", "gauge", figures->failing_trails,
              "Trails whose last look at some account and region failed.");
    write_one(out, "traild_trail_retries", "gauge", figures->retries,
              "Objects of trails that failed and will be tried again.");
    write_head(out, "traild_trail_lag_seconds", "gauge",
               "Age of the newest delivered file, of the trail where it is oldest.");
    if (figures->lag_ms >= 0)
        buffer_append_format(out, "traild_trail_lag_seconds %" PRId64 ".%03" PRId64 "\n",
                             figures->lag_ms / 1000, figures->lag_ms % 1000);
}

static void write_messages(const struct collector_figures *figures, struct buffer *out) {
    write_one(out, "traild_queue_messages_received_total", "counter", figures->messages_received,
              "Messages received from SQS queues.");
    write_one(out, "traild_queue_messages_deleted_total", "counter", figures->messages_deleted,
              "Messages deleted there, since their files are stored.");
    write_one(out, "traild_queue_messages_failed_total", "counter", figures->messages_failed,
              "Messages left in their queue, to be delivered again.");
}

void metrics_write(struct metrics *metrics, const struct store_figures *store,
                   const struct collector_figures *collector, struct buffer *out) {
    pthread_mutex_lock(&metrics->lock);
    write_routes(metrics, out);
    write_imports(metrics, out);
    pthread_mutex_unlock(&metrics->lock);
    write_one(out, "traild_http_connections", "gauge", atomic_load(&metrics->connections),
              "Open connections.");
    write_one(out, "traild_http_queued_requests", "gauge", atomic_load(&metrics->queue),
              "Requests waiting for a worker.");
    write_store(store, out);
    write_objects(collector, out);
    write_trails(collector, out);
    write_messages(collector, out);
    write_head(out, "traild_build_info", "gauge", "Always 1; the version is the label.");
    buffer_append_text(out, "traild_build_info{version=\"" TRAILD_VERSION "\"} 1\n");
}
