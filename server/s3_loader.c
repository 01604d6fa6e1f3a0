#include "server/s3_loader.h"

#include <stdlib.h>

#include "aws/s3.h"
#include "base/limits.h"
#include "base/memory.h"
#include "server/progress.h"
#include "server/signals.h"

#define PARTS_AT_ONCE 1000

static void append(struct s3_object **objects, size_t *count, const struct s3_object *object) {
    *objects = memory_resize(*objects, *count + 1, sizeof(**objects));
    (*objects)[(*count)++] = *object;
}

bool s3_loader_add(struct s3_loader *loader, struct span uri, struct err *err) {
    struct s3_object object = {
        .version = SPAN_NONE,
        .etag = SPAN_NONE,
        .bytes = -1,
        .modified_ms = -1,
        .storage_class = SPAN_NONE,
    };

    if (!s3_uri_parse(uri, &object.bucket, &object.key, err))
        return err_add(err, "%.*s", SPAN_ARGS(span_head(uri, 300)));
    if (object.key.length == 0 || span_ends_with(object.key, SPAN("/")))
        append(&loader->prefixes, &loader->prefix_count, &object);
    else
        append(&loader->objects, &loader->object_count, &object);
    return true;
}

bool s3_loader_is_empty(const struct s3_loader *loader) {
    return loader->prefix_count == 0 && loader->object_count == 0;
}

void s3_loader_clear(struct s3_loader *loader) {
    free(loader->prefixes);
    free(loader->objects);
    loader->prefixes = NULL;
    loader->objects = NULL;
}

/* ---- what has become of one import ---- */

static unsigned worth_telling(const struct receipt *import) {
    unsigned statuses = 0;

    if (import->progress.files_failed > 0)
        statuses |= 1u << IMPORT_FAILED;
    if (import->progress.rejected > 0)
        statuses |= 1u << IMPORT_DONE;
    return statuses;
}

static bool tell_page(struct s3_loader *loader, struct receipt_filter *filter, bool *out_more,
                      struct err *err) {
    struct receipt_page page;
    struct arena arena = {0};
    bool good = store_list_receipts(loader->store, filter, &arena, &page, err);

    *out_more = good && page.more;
    for (size_t i = 0; good && i < page.count; i++) {
        const struct receipt *file = &page.receipts[i];
        filter->before = file->id;
        if (file->status == IMPORT_FAILED || file->rejected > 0)
            loader->told(loader->context, file);
    }
    arena_clear(&arena);
    return good;
}

static bool tell_files(struct s3_loader *loader, const struct receipt *import, struct err *err) {
    struct receipt_filter filter = {
        .before = INT64_MAX,
        .limit = PARTS_AT_ONCE,
        .parent = import->id,
        .statuses = worth_telling(import),
    };
    bool more = filter.statuses != 0;

    while (more) {
        if (!tell_page(loader, &filter, &more, err))
            return false;
    }
    return true;
}

/* ---- one import ---- */

static bool interrupt(struct s3_loader *loader, struct collector *collector, int64_t id,
                      struct err *err) {
    bool over;

    loader->interrupted = true;
    return collector_cancel(collector, id, &over, err);
}

static bool watch(struct s3_loader *loader, struct collector *collector, int64_t id,
                  struct err *err) {
    struct import_live live;
    struct arena arena = {0};
    bool good = true;

    while (good && collector_progress(collector, id, &arena, &live)) {
        loader->tick(loader->context, &live);
        arena_reset(&arena);
        if (signals_poll(PROGRESS_TERMINAL_MS) != NULL)
            good = interrupt(loader, collector, id, err);
    }
    arena_clear(&arena);
    return good;
}

static bool finish(struct s3_loader *loader, struct collector *collector, int64_t id,
                   struct err *err) {
    struct receipt import;
    struct arena arena = {0};
    bool good = watch(loader, collector, id, err) &&
                store_get_receipt(loader->store, id, &arena, &import, err) &&
                tell_files(loader, &import, err);

    if (good)
        loader->done(loader->context, &import);
    arena_clear(&arena);
    return good;
}

static struct span *spans_of(const struct text_list *list, struct arena *arena) {
    struct span *spans = arena_new(arena, list->count, sizeof(*spans));

    for (size_t i = 0; i < list->count; i++)
        spans[i] = span_of(list->texts[i]);
    return spans;
}

static bool import_prefix(struct s3_loader *loader, struct collector *collector,
                          const struct s3_object *prefix, struct err *err) {
    const struct settings *settings = loader->settings;
    struct receipt begun;
    struct arena arena = {0};
    const struct selection selection = {
        .accounts = spans_of(&settings->accounts, &arena),
        .account_count = settings->accounts.count,
        .regions = spans_of(&settings->regions, &arena),
        .region_count = settings->regions.count,
        .from_ms = settings->from_ms,
        .to_ms = settings->to_ms,
    };
    bool good = collector_begin_prefix(collector, prefix->bucket, prefix->key, &selection, &arena,
                                       &begun, err) &&
                finish(loader, collector, begun.id, err);

    arena_clear(&arena);
    return good;
}

static bool import_objects(struct s3_loader *loader, struct collector *collector, size_t first,
                           struct err *err) {
    size_t count = loader->object_count - first;
    struct receipt begun;
    struct arena arena = {0};

    if (count > LIMIT_NOTICE_OBJECTS)
        count = LIMIT_NOTICE_OBJECTS;
    bool good =
        collector_begin_objects(collector, loader->objects + first, count, &arena, &begun, err) &&
        finish(loader, collector, begun.id, err);
    arena_clear(&arena);
    return good;
}

/* ---- all of them ---- */

static bool import_all(struct s3_loader *loader, struct collector *collector, struct err *err) {
    bool good = true;

    for (size_t i = 0; good && !loader->interrupted && i < loader->prefix_count; i++)
        good = import_prefix(loader, collector, &loader->prefixes[i], err);
    for (size_t i = 0; good && !loader->interrupted && i < loader->object_count;
         i += LIMIT_NOTICE_OBJECTS)
        good = import_objects(loader, collector, i, err);
    return good;
}

static bool start(struct s3_loader *loader, struct collector **out, struct err *err) {
    const struct settings *settings = loader->settings;
    const struct collector_config config = {
        .store = loader->store,
        .spools = &loader->spools,
        .variable = getenv,
        .downloads = (size_t)settings->downloads,
        .max_object_bytes = settings->max_inflated,
        .max_inflated = settings->max_inflated,
        .follow_interval_ms = DEFAULT_FOLLOW_INTERVAL_MS,
        .allow_everything = true,
    };

    return collector_start(&config, out, err);
}

bool s3_loader_run(struct s3_loader *loader, struct err *err) {
    struct collector *collector = NULL;

    if (!spool_place_open(&loader->spools, store_directory(loader->store), err))
        return false;
    signals_hold();
    bool good = start(loader, &collector, err) && import_all(loader, collector, err);
    collector_stop(collector);
    spool_place_close(&loader->spools);
    signals_release();
    return good;
}
