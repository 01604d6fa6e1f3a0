#include "collect/collector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/utc.h"
#include "collect/import_request.h"
#include "collect/leftovers.h"
#include "collect/prefix_imports.h"
#include "collect/queue_watch.h"
#include "collect/single_object.h"
#include "collect/sns_inbox.h"
#include "collect/state.h"
#include "collect/trails.h"

/* ---- start ---- */

static bool wants_anything(const struct collector_config *config) {
    return config->allow_everything || config->allow_count > 0 || config->follow_count > 0 ||
           config->queue_count > 0 || config->sns_topic_count > 0;
}

static bool start_fetcher(struct collector *collector, struct err *err) {
    const struct collector_config *config = &collector->config;
    const struct fetcher_config fetcher = {
        .store = config->store,
        .spools = config->spools,
        .client = collector->client,
        .downloads = config->downloads,
        .max_object_bytes = config->max_object_bytes,
        .max_inflated = config->max_inflated,
        .imported = config->imported,
        .context = config->context,
    };

    return fetcher_open(&fetcher, &collector->fetcher, err);
}

static bool start_notifications(struct collector *collector, struct err *err) {
    const struct collector_config *config = &collector->config;

    return (config->sns_topic_count == 0 ||
            sns_inbox_open(collector, NULL, &collector->inbox, err)) &&
           (config->queue_count == 0 || queue_watch_open(collector, &collector->queues, err));
}

/* Also with S3 off: then they are shown with the reason why they are not followed. */
static bool start_trails(struct collector *collector, struct err *err) {
    const struct collector_config *config = &collector->config;
    const struct trails_config trails = {
        .store = config->store,
        .fetcher = collector->fetcher,
        .agenda = collector->agenda,
        .allow = &collector->allow,
        .follow = config->follow,
        .follow_count = config->follow_count,
        .interval_ms = config->follow_interval_ms > 0 ? config->follow_interval_ms
                                                      : DEFAULT_FOLLOW_INTERVAL_MS,
        .now_ms = utc_now_ms,
    };

    return config->allow_everything || trails_open(&trails, &collector->trails, err);
}

static bool start_all(struct collector *collector, struct err *err) {
    return aws_client_open(collector->config.variable, &collector->client, err) &&
           start_fetcher(collector, err) &&
           agenda_open(collector->client, AGENDA_THREADS, AGENDA_SPARES, &collector->agenda, err) &&
           prefix_imports_open(collector, &collector->imports, err) &&
           start_notifications(collector, err);
}

static bool check_config(const struct collector_config *config, struct err *err) {
    if (config->downloads < 1 || config->downloads > LIMIT_DOWNLOADS)
        return err_set(err, ERR_INVALID, "--downloads must be 1 to %d", LIMIT_DOWNLOADS);
    return true;
}

bool collector_start(const struct collector_config *config, struct collector **out,
                     struct err *err) {
    struct collector *collector = memory_new(1, sizeof(*collector));

    collector->config = *config;
    bool good = check_config(config, err) &&
                allow_list_init(&collector->allow, config->allow, config->allow_count, err);
    collector->allow.everything = config->allow_everything;
    if (good)
        good =
            wants_anything(config) ? start_all(collector, err) : leftovers_give_up(collector, err);
    if (!good || !start_trails(collector, err)) {
        collector_stop(collector);
        return false;
    }
    *out = collector;
    return true;
}

void collector_interrupt(struct collector *collector) {
    if (collector->imports != NULL)
        prefix_imports_interrupt(collector->imports);
    trails_stop(collector->trails);
    if (collector->inbox != NULL)
        sns_inbox_interrupt(collector->inbox);
    if (collector->queues != NULL)
        queue_watch_interrupt(collector->queues);
    if (collector->fetcher != NULL)
        fetcher_stop(collector->fetcher);
}

/* First all is told to end, then each is waited for. */
void collector_stop(struct collector *collector) {
    if (collector == NULL)
        return;
    collector_interrupt(collector);
    queue_watch_close(collector->queues);
    sns_inbox_close(collector->inbox);
    trails_close(collector->trails);
    prefix_imports_close(collector->imports);
    agenda_close(collector->agenda);
    fetcher_close(collector->fetcher);
    aws_client_close(collector->client);
    allow_list_clear(&collector->allow);
    free(collector);
}

/* ---- single objects and prefixes ---- */

/* The same failure, and what may have been meant. */
static bool add_hint(struct span key, struct err *err) {
    size_t length = strlen(err->text);

    snprintf(err->text + length, sizeof(err->text) - length, "%s",
             s3_failure_hint(key, span_of(err->text)));
    return false;
}

bool collector_import_object(struct collector *collector, const struct s3_object *object,
                             int64_t deadline_ms, const atomic_bool *cancel, struct arena *arena,
                             struct receipt *out, struct err *err) {
    return allow_list_check(&collector->allow, object->bucket, object->key, err) &&
           (single_object_import(collector->fetcher, object, deadline_ms, cancel, arena, out,
                                 err) ||
            add_hint(object->key, err));
}

static bool check_prefix(struct span prefix, struct err *err) {
    if (prefix.length > LIMIT_KEY_BYTES)
        return err_set(err, ERR_INVALID, "a prefix can be at most %d bytes long", LIMIT_KEY_BYTES);
    return prefix.length == 0 || span_ends_with(prefix, SPAN("/")) ||
           err_set(err, ERR_INVALID, "a prefix ends in a slash");
}

bool collector_begin_prefix(struct collector *collector, struct span bucket, struct span prefix,
                            const struct selection *selection, struct arena *arena,
                            struct receipt *out, struct err *err) {
    const struct import_request request = {
        .bucket = bucket,
        .prefix = prefix,
        .selection = selection != NULL ? *selection : SELECTION_ALL,
    };

    return check_prefix(prefix, err) && selection_check(&request.selection, err) &&
           allow_list_check(&collector->allow, bucket, prefix, err) &&
           prefix_imports_begin(collector->imports, &request, arena, out, err);
}

bool collector_begin_objects(struct collector *collector, const struct s3_object *objects,
                             size_t count, struct arena *arena, struct receipt *out,
                             struct err *err) {
    if (count < 1 || count > LIMIT_NOTICE_OBJECTS)
        return err_set(err, ERR_INVALID, "1 to %d objects can be named at once",
                       LIMIT_NOTICE_OBJECTS);
    if (!allow_list_check_objects(&collector->allow, objects, count, err))
        return false;
    const struct import_request request = import_request_of(objects, count, arena);
    return prefix_imports_begin(collector->imports, &request, arena, out, err);
}

bool collector_progress(struct collector *collector, int64_t id, struct arena *arena,
                        struct import_live *out) {
    return collector->imports != NULL &&
           prefix_imports_progress(collector->imports, id, arena, out);
}

static bool cancel_without_imports(struct collector *collector, int64_t id, bool *out_over,
                                   struct err *err) {
    struct arena arena = {0};
    struct receipt receipt;
    bool good = store_get_receipt(collector->config.store, id, &arena, &receipt, err);

    arena_clear(&arena);
    if (good)
        *out_over = true;
    return good;
}

bool collector_cancel(struct collector *collector, int64_t id, bool *out_over, struct err *err) {
    if (collector->imports == NULL)
        return cancel_without_imports(collector, id, out_over, err);
    return prefix_imports_cancel(collector->imports, id, out_over, err);
}
