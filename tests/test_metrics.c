#include "tests/rows.h"

#include <stdio.h>

#include "handlers/metrics.h"

static const struct store_figures figures = {.events = 1000,
                                             .pending_events = 10,
                                             .blocks = 3,
                                             .merges = 2,
                                             .merged_blocks = 25,
                                             .imports = 4,
                                             .bytes = 123456};

static const struct collector_figures collected = {.imported = 1,
                                                   .known = 2,
                                                   .skipped = 3,
                                                   .failed = 4,
                                                   .bytes = INT64_C(5) << 40,
                                                   .under_way = 6,
                                                   .waiting = 7,
                                                   .prefix_imports = 8,
                                                   .trails = 9,
                                                   .failing_trails = 10,
                                                   .lag_ms = 11012,
                                                   .retries = 12,
                                                   .messages_received = 13,
                                                   .messages_deleted = 14,
                                                   .messages_failed = 15};

static char *page_with(struct metrics *metrics, const struct collector_figures *collector) {
    struct buffer page = {0};
    size_t length;

    metrics_write(metrics, &figures, collector, &page);
    buffer_append_byte(&page, '\0');
    return buffer_detach(&page, &length);
}

/* The page, ending with NUL; freed with free(). */
static char *page_of(struct metrics *metrics) {
    return page_with(metrics, &collected);
}

static void expect_line(const char *page, const char *line) {
    char *CLEANUP(memory_free_at) whole = memory_new(strlen(line) + 3, 1);

    whole[0] = '\n';
    memcpy(whole + 1, line, strlen(line));
    whole[strlen(line) + 1] = '\n';
    if (strstr(page, whole) == NULL)
        fail_msg("no line \"%s\" in\n%s", line, page);
}

static void test_requests(void **state) {
    struct metrics *metrics = metrics_new();

    (void)state;
    metrics_count_request(metrics, "/v1/events", 200, 400, 1000);
    metrics_count_request(metrics, "/v1/events", 200, 1500000, 2000);
    metrics_count_request(metrics, "/v1/events", 400, 60000000, 30);
    metrics_count_request(metrics, "/healthz", 200, 500, 5);
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    expect_line(page, "traild_http_requests_total{route=\"/v1/events\",status=\"200\"} 2");
    expect_line(page, "traild_http_requests_total{route=\"/v1/events\",status=\"400\"} 1");
    expect_line(page, "traild_http_requests_total{route=\"/healthz\",status=\"200\"} 1");
    expect_line(page, "traild_http_response_bytes_total{route=\"/v1/events\"} 3030");
    metrics_free(metrics);
}

static const struct bucket_row {
    const char *name;
    const char *line;
} bucket_lines[] = {
    {"the smallest holds its own end", "_bucket{route=\"/a\",le=\"0.0005\"} 1"},
    {"a larger one holds the smaller too", "_bucket{route=\"/a\",le=\"0.001\"} 2"},
    {"up to the largest", "_bucket{route=\"/a\",le=\"30\"} 3"},
    {"infinity holds all", "_bucket{route=\"/a\",le=\"+Inf\"} 4"},
    {"the count is infinity's", "_count{route=\"/a\"} 4"},
    {"the sum is in seconds", "_sum{route=\"/a\"} 62.001501"},
};

static void test_bucket(void **state) {
    const struct bucket_row *row = *state;
    static const int64_t durations[] = {500, 501, 2000500, 60000000};
    struct metrics *metrics = metrics_new();
    char line[200];

    for (size_t i = 0; i < ARRAY_LENGTH(durations); i++)
        metrics_count_request(metrics, "/a", 200, durations[i], 1);
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    snprintf(line, sizeof(line), "traild_http_request_duration_seconds%s", row->line);
    expect_line(page, line);
    metrics_free(metrics);
}

static void test_imports(void **state) {
    struct metrics *metrics = metrics_new();
    const struct receipt done = {
        .id = 1, .records = 9, .inserted = 5, .duplicates = 1, .rejected = 3};
    const struct receipt skipped = {.id = 2, .status = IMPORT_SKIPPED};
    const struct receipt again = {.id = 1, .duplicates = 6, .rejected = 3, .duplicate_of = 1};

    (void)state;
    metrics_count_import(metrics, &done);
    metrics_count_import(metrics, &skipped);
    metrics_count_import(metrics, &again);
    metrics_count_import(metrics, NULL);
    metrics_count_import(metrics, NULL);
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    expect_line(page, "traild_imports_total{outcome=\"imported\"} 1");
    expect_line(page, "traild_imports_total{outcome=\"skipped\"} 1");
    expect_line(page, "traild_imports_total{outcome=\"duplicate\"} 1");
    expect_line(page, "traild_imports_total{outcome=\"failed\"} 2");
    expect_line(page, "traild_records_inserted_total 5");
    expect_line(page, "traild_records_duplicate_total 7");
    expect_line(page, "traild_records_rejected_total 3");
    metrics_free(metrics);
}

static void test_gauges(void **state) {
    struct metrics *metrics = metrics_new();

    (void)state;
    metrics_set_connections(metrics, 12);
    metrics_set_connections(metrics, 11);
    metrics_set_queue(metrics, 2);
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    expect_line(page, "traild_http_connections 11");
    expect_line(page, "traild_http_queued_requests 2");
    expect_line(page, "traild_store_events 1000");
    expect_line(page, "traild_store_pending_events 10");
    expect_line(page, "traild_store_blocks 3");
    expect_line(page, "traild_store_merges_total 2");
    expect_line(page, "traild_store_merged_blocks_total 25");
    expect_line(page, "traild_store_imports 4");
    expect_line(page, "traild_store_size_bytes 123456");
    expect_line(page, "traild_build_info{version=\"" TRAILD_VERSION "\"} 1");
    metrics_free(metrics);
}

static const struct collected_row {
    const char *name;
    const char *line;
} collected_lines[] = {
    {"imported", "traild_s3_objects_total{outcome=\"imported\"} 1"},
    {"known", "traild_s3_objects_total{outcome=\"known\"} 2"},
    {"skipped", "traild_s3_objects_total{outcome=\"skipped\"} 3"},
    {"failed", "traild_s3_objects_total{outcome=\"failed\"} 4"},
    {"bytes", "traild_s3_bytes_total 5497558138880"},
    {"under way", "traild_s3_objects_under_way 6"},
    {"waiting", "traild_s3_objects_waiting 7"},
    {"imports", "traild_s3_imports_unfinished 8"},
    {"trails", "traild_trails 9"},
    {"failing trails", "traild_trails_failing 10"},
    {"lag", "traild_trail_lag_seconds 11.012"},
    {"retries", "traild_trail_retries 12"},
    {"received", "traild_queue_messages_received_total 13"},
    {"deleted", "traild_queue_messages_deleted_total 14"},
    {"failed messages", "traild_queue_messages_failed_total 15"},
};

static void test_collected(void **state) {
    const struct collected_row *row = *state;
    struct metrics *metrics = metrics_new();
    char *CLEANUP(memory_free_at) page = page_of(metrics);

    expect_line(page, row->line);
    metrics_free(metrics);
}

/* Without a trail that has delivered anything there is no lag, not one of 0. */
static void test_no_lag(void **state) {
    const struct collector_figures none = {.lag_ms = -1};
    struct metrics *metrics = metrics_new();
    char *CLEANUP(memory_free_at) page = page_with(metrics, &none);

    (void)state;
    assert_null(strstr(page, "\ntraild_trail_lag_seconds "));
    expect_line(page, "traild_trails 0");
    metrics_free(metrics);
}

/* More routes and statuses than there is room for are counted all the same. */
static void test_no_room(void **state) {
    static char routes[50][16];
    struct metrics *metrics = metrics_new();
    int64_t total = 0;

    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(routes[i], sizeof(routes[i]), "/%d", i);
        for (int status = 400; status < 440; status++)
            metrics_count_request(metrics, routes[i], status, 1, 1);
    }
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    for (char *at = page; (at = strstr(at, "traild_http_requests_total{")) != NULL; at++)
        total += strtoll(strstr(at, "} ") + 2, NULL, 10);
    assert_int_equal(total, 50 * 40);
    metrics_free(metrics);
}

/* Each name has HELP and TYPE before its first sample, and every line is one or the other. */
static void test_format(void **state) {
    struct metrics *metrics = metrics_new();
    char name[100] = "";

    (void)state;
    metrics_count_request(metrics, "/v1/events/{event_id}", 200, 400, 1000);
    char *CLEANUP(memory_free_at) page = page_of(metrics);
    assert_int_equal(page[strlen(page) - 1], '\n');
    for (char *rest = page, *line; (line = strsep(&rest, "\n")) != NULL && rest != NULL;) {
        char type[20];
        char announced[100];
        if (sscanf(line, "# HELP %99s", announced) == 1) {
            memcpy(name, announced, sizeof(name));
        } else if (sscanf(line, "# TYPE %99s %19s", announced, type) == 2) {
            assert_string_equal(announced, name);
            assert_true(strcmp(type, "counter") != 0 ||
                        span_ends_with(span_of(name), SPAN("_total")));
        } else {
            assert_true(strlen(name) > 0 && strncmp(line, name, strlen(name)) == 0);
            assert_non_null(strchr(line, ' '));
        }
    }
    metrics_free(metrics);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_requests),
        ROWS(test_bucket, bucket_lines),
        TEST(test_imports),
        TEST(test_gauges),
        ROWS(test_collected, collected_lines),
        TEST(test_no_lag),
        TEST(test_no_room),
        TEST(test_format),
    };

    return rows_run("metrics", all, ARRAY_LENGTH(all));
}
