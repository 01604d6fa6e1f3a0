/* Counters for /metrics, in the Prometheus text format 0.0.4. Any thread may count. */
#ifndef TRAILD_HANDLERS_METRICS_H
#define TRAILD_HANDLERS_METRICS_H

#include <stdint.h>

#include "base/buffer.h"
#include "collect/collector.h"
#include "store/store.h"

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* One answered request. `route` is a constant of the route table. */
void metrics_count_request(struct metrics *metrics, const char *route, int status,
                           int64_t microseconds, int64_t bytes_sent);

/* One import that ended: its receipt, or NULL when it failed. */
void metrics_count_import(struct metrics *metrics, const struct receipt *receipt);

/* Open connections and requests waiting for a worker: set by the server. */
void metrics_set_connections(struct metrics *metrics, int64_t open);
void metrics_set_queue(struct metrics *metrics, int64_t waiting);

/* The whole page: what was counted, and the figures of the store and of what comes from S3. */
void metrics_write(struct metrics *metrics, const struct store_figures *store,
                   const struct collector_figures *collector, struct buffer *out);

#endif
