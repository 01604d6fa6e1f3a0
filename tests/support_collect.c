#include "tests/support_collect.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "store/state.h"
#include "tests/rows.h"
#include "tests/support_patience.h"

void collecting_open_store(struct collecting *collecting) {
    struct err err;

    log_silence();
    *collecting = (struct collecting){0};
    scratch_open(&collecting->scratch);
    if (!spool_place_open(&collecting->spools, collecting->scratch.directory, &err))
        fail_msg("%s", err.text);
    collecting->s3 = fake_s3_start();
}

struct collector_config collecting_config(const struct collecting *collecting, size_t downloads) {
    static const char *const allowed[] = {"bucket"};

    return (struct collector_config){
        .store = collecting->scratch.store,
        .spools = (struct spool_place *)&collecting->spools,
        .variable = fake_s3_variable,
        .downloads = downloads,
        .max_object_bytes = MIB,
        .max_inflated = 4 * MIB,
        .allow = allowed,
        .allow_count = ARRAY_LENGTH(allowed),
        .follow_interval_ms = DEFAULT_FOLLOW_INTERVAL_MS,
    };
}

void collecting_start(struct collecting *collecting, size_t downloads) {
    const struct collector_config config = collecting_config(collecting, downloads);
    struct err err;

    if (!collector_start(&config, &collecting->collector, &err))
        fail_msg("%s", err.text);
}

void collecting_open(struct collecting *collecting, size_t downloads) {
    collecting_open_store(collecting);
    collecting_start(collecting, downloads);
}

void collecting_stop(struct collecting *collecting) {
    collector_stop(collecting->collector);
    collecting->collector = NULL;
}

void collecting_close(struct collecting *collecting) {
    collecting_stop(collecting);
    fake_s3_stop(collecting->s3);
    spool_place_close(&collecting->spools);
    scratch_close(&collecting->scratch);
    arena_clear(&collecting->arena);
}

struct span log_file(int number) {
    static char text[512];

    int length = snprintf(
        text, sizeof(text),
        "{\"Records\":[{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:%02d:%02dZ\","
        "\"eventSource\":\"ram.amazonaws.com\",\"eventName\":\"CreateResourceShare\","
        "\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"192.0.2.1\","
        "\"eventID\":\"00000000-0000-4000-8000-%012d\",\"eventType\":\"AwsApiCall\","
        "\"recipientAccountId\":\"111122223333\"}]}",
        number / 60 % 60, number % 60, number);
    return (struct span){text, (size_t)length};
}

struct span large_log_file(int number, size_t bytes) {
    static char text[100000];
    struct span small = log_file(number);
    uint64_t random = 88172645463325252u;

    assert_true(bytes <= sizeof(text));
    memset(text, 0, sizeof(text));
    memcpy(text, small.data, small.length - 3);
    strcat(text, ",\"userAgent\":\"");
    for (size_t at = strlen(text); at < bytes - 8; at++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        text[at] = (char)('a' + random % 26);
    }
    strcat(text, "\"}]}");
    return span_of(text);
}

void put_files(struct fake_s3 *s3, const char *folder, int from, int to) {
    char key[256];

    for (int number = from; number < to; number++) {
        snprintf(key, sizeof(key), "%s%04d.json", folder, number);
        fake_s3_put(s3, "bucket", key, log_file(number));
    }
}

int64_t begin_prefix(struct collecting *collecting, const char *prefix) {
    struct receipt receipt;
    struct err err;

    if (!collector_begin_prefix(collecting->collector, SPAN("bucket"), span_of(prefix), NULL,
                                &collecting->arena, &receipt, &err))
        fail_msg("%s", err.text);
    assert_int_equal(receipt.status, IMPORT_QUEUED);
    return receipt.id;
}

struct receipt get_receipt(struct collecting *collecting, int64_t id) {
    struct receipt receipt;
    struct err err;

    if (!store_get_receipt(collecting->scratch.store, id, &collecting->arena, &receipt, &err))
        fail_msg("%s", err.text);
    return receipt;
}

struct import_live progress_of(struct collecting *collecting, int64_t id) {
    struct import_live live;

    assert_true(collector_progress(collecting->collector, id, &collecting->arena, &live));
    return live;
}

void check_progress(const struct import_progress *progress, int64_t done, int64_t known,
                    int64_t skipped, int64_t failed) {
    assert_int_equal(progress->files_done, done);
    assert_int_equal(progress->files_known, known);
    assert_int_equal(progress->files_skipped, skipped);
    assert_int_equal(progress->files_failed, failed);
    assert_int_equal(progress->files_listed, done + known + skipped + failed);
}

void check_skipped(struct span text, const char *expected) {
    if (!span_equal(text, span_of(expected)))
        fail_msg("%.*s", SPAN_ARGS(text));
}

struct receipt wait_over(struct collecting *collecting, int64_t id) {
    struct import_live live;

    for (struct patience patience = {0};
         collector_progress(collecting->collector, id, &collecting->arena, &live);)
        patience_nap(&patience, "the end of an import");
    return get_receipt(collecting, id);
}

void wait_ended_files(struct collecting *collecting, int64_t id, int64_t files) {
    struct patience patience = {0};
    struct import_live live;

    while (collector_progress(collecting->collector, id, &collecting->arena, &live) &&
           import_progress_files(&live.progress) < files)
        patience_nap(&patience, "files of an import");
}

void wait_listed(struct collecting *collecting, int64_t id, int64_t files) {
    struct patience patience = {0};
    struct import_live live;

    while (collector_progress(collecting->collector, id, &collecting->arena, &live) &&
           live.progress.files_listed < files)
        patience_nap(&patience, "a list of files");
}

struct receipt_page list_files(struct collecting *collecting, int64_t parent, unsigned statuses) {
    const struct receipt_filter filter = {
        .before = INT64_MAX, .limit = 10000, .parent = parent, .statuses = statuses};
    struct receipt_page page;
    struct err err;

    if (!store_list_receipts(collecting->scratch.store, &filter, &collecting->arena, &page, &err))
        fail_msg("%s", err.text);
    return page;
}

void write_sql(struct collecting *collecting, const char *sql) {
    struct store *store = collecting->scratch.store;

    pthread_mutex_lock(&store->writing);
    assert_int_equal(sqlite3_exec(store->writer.handle, sql, NULL, NULL, NULL), SQLITE_OK);
    pthread_mutex_unlock(&store->writing);
}

void let_grow(struct collecting *collecting, const char *pages) {
    char sql[64];

    snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %s", pages);
    write_sql(collecting, sql);
}

int64_t count_events(struct collecting *collecting) {
    struct store_figures figures;
    struct err err;

    if (!store_measure(collecting->scratch.store, &figures, &err))
        fail_msg("%s", err.text);
    return figures.events;
}

bool stall_some(void *context, struct fake_connection *connection,
                const struct fake_question *question) {
    struct stall *stall = context;

    if (question->list ||
        memmem(question->key.data, question->key.length, stall->part, strlen(stall->part)) == NULL)
        return false;
    pthread_mutex_lock(&stall->gate.lock);
    bool open = stall->gate.open;
    stall->gate.inside++;
    pthread_cond_broadcast(&stall->gate.changed);
    pthread_mutex_unlock(&stall->gate.lock);
    if (!open)
        fake_stall(connection);
    return !open;
}
