#include "collect/leftovers.h"

#include "base/log.h"
#include "base/utc.h"

/* One that cannot be saved, such as on a full disk, keeps nobody from starting: the next start
 * finds it again. */
static void fail_saved(struct store *store, const struct prefix_import *saved,
                       const struct err *why) {
    struct prefix_import import = *saved;
    struct err err;

    import.status = IMPORT_FAILED;
    import.progress.ended_ms = utc_now_ms();
    import.error = span_of(why->text);
    log_say(LOG_WARN, "an unfinished import from S3 is not resumed", "reason", import.error);
    if (!store_save_prefix_import(store, &import, &err))
        log_say(LOG_ERROR, "the end of an import from S3 cannot be saved", "reason",
                span_of(err.text));
}

static bool check_allowed(const struct collector *collector, const struct import_request *request,
                          struct err *err) {
    if (request->objects == NULL)
        return allow_list_check(&collector->allow, request->bucket, request->prefix, err);
    return allow_list_check_objects(&collector->allow, request->objects, request->count, err);
}

/* NULL: it has ended as failed. */
static struct import_run *resume(struct collector *collector, const struct prefix_import *saved,
                                 void (*over)(struct import_run *run)) {
    struct store *store = collector->config.store;
    struct import_run *run;
    struct err why = {0};

    if (!import_run_new(collector, saved, over, &run, &why)) {
        fail_saved(store, saved, &why);
        return NULL;
    }
    if (!check_allowed(collector, &run->request, &why)) {
        import_run_free(run);
        fail_saved(store, saved, &why);
        return NULL;
    }
    return run;
}

bool leftovers_resume(struct collector *collector, void (*over)(struct import_run *run),
                      struct import_run **out, struct err *err) {
    struct prefix_import_list list;
    struct arena CLEANUP(arena_clear) arena = {0};

    *out = NULL;
    if (!store_list_prefix_imports(collector->config.store, &arena, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        *out = resume(collector, &list.imports[i], over);
        if (*out != NULL)
            out = &(*out)->next;
    }
    return true;
}

bool leftovers_give_up(const struct collector *collector, struct err *err) {
    struct store *store = collector->config.store;
    struct prefix_import_list list;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct err why = {0};

    if (!store_list_prefix_imports(store, &arena, &list, err))
        return false;
    err_set(&why, ERR_FORBIDDEN, "reading from S3 was turned off before it ended");
    for (size_t i = 0; i < list.count; i++)
        fail_saved(store, &list.imports[i], &why);
    return true;
}
