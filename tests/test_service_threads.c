/* Many threads at once: pages neither repeat nor skip an event while others import. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "tests/support_call.h"

#define IMPORTERS   2
#define READERS     3
#define FILES       40 /* of each importer */
#define FILE_EVENTS 30
#define STANDING    200 /* events that are there from the beginning */

/* Failures are counted, since only the main thread may fail the test. */
struct shared {
    struct caller caller;
    atomic_int failures;
    atomic_int importing;
};

struct worker {
    struct shared *shared;
    int number;
    pthread_t thread;
};

/* Events [from, to) of a file; their times lie between those of the standing ones. */
static void write_events(struct buffer *out, const char *prefix, int from, int to) {
    for (int i = from; i < to; i++)
        buffer_append_format(out,
                             "{\"eventID\":\"%s%d\",\"eventTime\":\"2026-10-01T00:%02d:%02dZ\","
                             "\"awsRegion\":\"%s\"}\n",
                             prefix, i, i / 60 % 60, i % 60, prefix);
}

static void *import_files(void *context) {
    struct worker *worker = context;
    struct shared *shared = worker->shared;

    for (int file = 0; file < FILES; file++) {
        struct buffer CLEANUP(buffer_clear) body = {0};
        char prefix[40];
        snprintf(prefix, sizeof(prefix), "new-%d-%d-", worker->number, file);
        write_events(&body, prefix, 0, FILE_EVENTS);
        const struct sending sending = {.body = buffer_span(&body)};
        struct response response = call_sending(&shared->caller, "POST /v1/imports", &sending);
        if (response.status != 201)
            atomic_fetch_add(&shared->failures, 1);
        response_clear(&response);
    }
    atomic_fetch_sub(&shared->importing, 1);
    return NULL;
}

/* Marks the standing events of a page; false when one stood on an earlier page too. */
static bool mark_events(json_t *page, bool *seen) {
    json_t *event;
    size_t i;

    json_array_foreach(json_object_get(page, "events"), i, event) {
        const char *id = json_string_value(json_object_get(event, "event_id"));
        int number;
        if (sscanf(id, "old%d", &number) != 1)
            continue;
        if (seen[number])
            return false;
        seen[number] = true;
    }
    return true;
}

/* Walks a list once; every standing event must be on exactly one of its pages. */
static bool walk_once(struct shared *shared, const char *order) {
    struct arena CLEANUP(arena_clear) arena = {0};
    bool seen[STANDING] = {false};
    const char *cursor = "";

    while (cursor != NULL) {
        struct span request =
            arena_format(&arena, "GET /v1/events?view=summary&limit=37&order=%s%s%s", order,
                         *cursor != '\0' ? "&cursor=" : "", cursor);
        struct response response = call(&shared->caller, request.data);
        json_t *page = json_loadb(response.body.data, response.body.length, 0, NULL);
        bool good = response.status == 200 && page != NULL && mark_events(page, seen);
        const char *next = json_string_value(json_object_get(page, "next_cursor"));
        cursor = next == NULL ? NULL : arena_format(&arena, "%s", next).data;
        json_decref(page);
        response_clear(&response);
        if (!good)
            return false;
    }
    return memchr(seen, false, sizeof(seen)) == NULL;
}

static void *read_lists(void *context) {
    static const char *const orders[] = {"desc", "asc", "arrival"};
    struct worker *worker = context;

    do {
        if (!walk_once(worker->shared, orders[worker->number]))
            atomic_fetch_add(&worker->shared->failures, 1);
    } while (atomic_load(&worker->shared->importing) > 0);
    return NULL;
}

static void start(struct worker *worker, struct shared *shared, int number, void *(*work)(void *)) {
    *worker = (struct worker){.shared = shared, .number = number};
    assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
}

static void test_reading_while_importing(void **state) {
    struct buffer CLEANUP(buffer_clear) standing = {0};
    struct worker importers[IMPORTERS];
    struct worker readers[READERS];
    static struct shared shared;

    (void)state;
    caller_open(&shared.caller);
    write_events(&standing, "old", 0, STANDING);
    call_import(&shared.caller, buffer_span(&standing));
    atomic_store(&shared.importing, IMPORTERS);
    for (int i = 0; i < IMPORTERS; i++)
        start(&importers[i], &shared, i, import_files);
    for (int i = 0; i < READERS; i++)
        start(&readers[i], &shared, i, read_lists);
    for (int i = 0; i < IMPORTERS; i++)
        pthread_join(importers[i].thread, NULL);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i].thread, NULL);
    assert_int_equal(atomic_load(&shared.failures), 0);
    json_t *list = call_json_status(&shared.caller, "GET /v1/imports?limit=1000", 200);
    assert_int_equal(json_array_size(json_object_get(list, "imports")), 1 + IMPORTERS * FILES);
    json_decref(list);
    caller_close(&shared.caller);
}

int main(void) {
    const struct rows all[] = {TEST(test_reading_while_importing)};

    return rows_run("service_threads", all, ARRAY_LENGTH(all));
}
