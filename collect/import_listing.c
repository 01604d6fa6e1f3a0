/* What an import of many objects is about, page by page into its window: a listing of the prefix,
 * or the objects that were named. */
#include "collect/import_run.h"

#include "base/utc.h"

static struct window_slot *add(struct import_run *run, const struct s3_object *object) {
    struct window_slot *slot = window_add(&run->window, object);

    slot->owner = run;
    return slot;
}

static void add_wanted(struct import_run *run, const struct s3_object *object,
                       struct arena *arena) {
    struct window_slot *slot = add(run, object);

    if (known_failures_hold(&run->known_failures, s3_uri(object->bucket, object->key, arena),
                            object->version)) {
        const struct slot_end failed = {.outcome = FETCH_FAILED};
        window_finish(&run->window, slot, &failed);
    }
}

static void add_skipped(struct import_run *run, const struct s3_object *object,
                        const struct key_facts *facts) {
    const struct slot_end skipped = {
        .outcome = FETCH_SKIPPED,
        .skipped = span_of(selector_skipped_word(facts)),
    };

    window_finish(&run->window, add(run, object), &skipped);
}

/* Unless it is of another account, region or time than asked for. With the lock held. */
static void add_listed(struct import_run *run, const struct s3_object *object,
                       struct arena *arena) {
    const struct key_facts facts = key_facts_of(object->key);
    enum selection_answer answer = selector_judge(&run->selector, &facts);

    if (answer == SELECTION_WANTED)
        add_wanted(run, object, arena);
    else if (answer == SELECTION_SKIPPED)
        add_skipped(run, object, &facts);
}

static void add_page(struct import_run *run, const struct s3_page *page, struct arena *arena) {
    pthread_mutex_lock(&run->lock);
    for (size_t i = 0; i < page->count; i++)
        add_listed(run, &page->objects[i], arena);
    run->listed = !page->more || page->count == 0;
    run->moved_ms = monotonic_ms();
    pthread_mutex_unlock(&run->lock);
    if (page->count > 0) {
        run->listed_up_to.length = 0;
        buffer_append(&run->listed_up_to, page->objects[page->count - 1].key);
    }
}

static void set_listed(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    run->listed = true;
    pthread_mutex_unlock(&run->lock);
}

static bool list_prefix(struct import_run *run, struct aws_channel *channel, struct arena *arena,
                        struct err *err) {
    struct s3_list list = {.bucket = run->request.bucket, .prefix = run->request.prefix};
    struct span position = buffer_span(&run->listed_up_to);
    struct s3_page page;

    if (position.length == 0)
        position = list.prefix;
    if (!selector_seek(&run->selector, position, arena, &list.start_after)) {
        set_listed(run);
        return true;
    }
    if (!s3_list_page(channel, &list, &run->cancel, arena, &page, err))
        return false;
    add_page(run, &page, arena);
    return true;
}

static void list_named(struct import_run *run, struct arena *arena) {
    const struct import_request *request = &run->request;

    pthread_mutex_lock(&run->lock);
    for (size_t i = 0; i < S3_PAGE_KEYS && run->next_object < request->count; i++)
        add_wanted(run, &request->objects[run->next_object++], arena);
    run->listed = run->next_object >= request->count;
    pthread_mutex_unlock(&run->lock);
}

bool import_list_page(struct import_run *run, struct aws_channel *channel, struct err *err) {
    struct arena arena = {0};
    bool good = true;

    if (!run->failures_read) {
        good = known_failures_read(run->collector->config.store, run->id, WINDOW_SLOTS,
                                   &run->known_failures, err);
        run->failures_read = good;
    }
    if (good && run->request.objects != NULL)
        list_named(run, &arena);
    else if (good)
        good = list_prefix(run, channel, &arena, err);
    arena_clear(&arena);
    return good;
}
