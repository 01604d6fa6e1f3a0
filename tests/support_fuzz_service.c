#include "tests/support_fuzz_service.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "collect/collector.h"
#include "ingest/ingest.h"

static char directory[] = "/tmp/traild-fuzz-XXXXXX";
static struct service service;

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *position) {
    (void)status;
    (void)type;
    (void)position;
    return remove(path);
}

static void leave(void) {
    collector_stop(service.collector);
    store_close(service.store);
    metrics_free(service.metrics);
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static bool start(struct err *err) {
    struct collector_config config = {.variable = no_variable,
                                      .downloads = DEFAULT_DOWNLOADS,
                                      .max_object_bytes = DEFAULT_MAX_UPLOAD,
                                      .max_inflated = DEFAULT_MAX_INFLATED,
                                      .follow_interval_ms = DEFAULT_FOLLOW_INTERVAL_MS};

    if (mkdtemp(directory) == NULL || !store_open(directory, &service.store, err))
        return false;
    config.store = service.store;
    return collector_start(&config, &service.collector, err);
}

struct service *fuzz_service(struct span records) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span_reader body;
    struct receipt receipt;
    struct err err = {0};

    log_silence();
    service = (struct service){.metrics = metrics_new(), .max_inflated = DEFAULT_MAX_INFLATED};
    span_reader_init(&body, records);
    const struct ingest_input input = {
        .body = &body.reader, .source = SPAN("fuzz"), .max_inflated = DEFAULT_MAX_INFLATED};
    if (!start(&err) || !ingest_file(service.store, &input, &arena, &receipt, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    atexit(leave);
    return &service;
}
