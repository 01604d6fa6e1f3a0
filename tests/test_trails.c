/* collect/trails.c and the door to it: trails come, go and stay, with all pthreads of a collector.
 */
#include "tests/rows.h"

#include <stdio.h>

#include "base/utc.h"
#include "store/state.h"
#include "tests/support_collect.h"
#include "tests/support_patience.h"

#define FOLDER "AWSLogs/111111111111/CloudTrail/us-east-1/2024/05/01/"

static const char *const followed[] = {"s3://bucket/configured"};

static void start(struct collecting *collecting, bool allowed, bool configured) {
    struct collector_config config = collecting_config(collecting, 4);
    struct err err;

    config.follow_interval_ms = 5;
    config.allow_count = allowed ? config.allow_count : 0;
    config.follow = followed;
    config.follow_count = configured ? 1 : 0;
    if (!collector_start(&config, &collecting->collector, &err))
        fail_msg("%s", err.text);
}

static void restart(struct collecting *collecting, bool allowed, bool configured) {
    collecting_stop(collecting);
    scratch_reopen(&collecting->scratch);
    start(collecting, allowed, configured);
}

static struct trail_view follow(struct collecting *collecting, const char *prefix, bool is_new) {
    struct trail_view view;
    struct err err;
    bool new;

    if (!collector_follow(collecting->collector, SPAN("bucket"), span_of(prefix), 0,
                          &collecting->arena, &view, &new, &err))
        fail_msg("%s", err.text);
    assert_int_equal(new, is_new);
    return view;
}

static struct trail_view get(struct collecting *collecting, int64_t id) {
    struct trail_view view;
    struct err err;

    if (!collector_get_trail(collecting->collector, id, &collecting->arena, &view, &err))
        fail_msg("%s", err.text);
    return view;
}

static struct trail_views list(struct collecting *collecting) {
    struct trail_views views;

    collector_list_trails(collecting->collector, &collecting->arena, &views);
    return views;
}

/* Until it has seen so many files and follows. */
static struct trail_view wait_files(struct collecting *collecting, int64_t id, int64_t files) {
    struct trail_view view = get(collecting, id);

    for (struct patience patience = {0};
         view.files_done < files || strcmp(view.status, "following") != 0;) {
        patience_nap(&patience, "files that are followed");
        view = get(collecting, id);
    }
    assert_int_equal(view.files_done, files);
    return view;
}

static void wait_status(struct collecting *collecting, int64_t id, const char *status) {
    for (struct patience patience = {0}; strcmp(get(collecting, id).status, status) != 0;)
        patience_nap(&patience, status);
}

/* ---- tests ---- */

static void test_life_of_a_trail(void **state) {
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    start(&collecting, true, false);
    put_files(collecting.s3, "logs/" FOLDER, 0, 3);
    put_files(collecting.s3, "other/" FOLDER, 3, 5);
    struct trail_view trail = follow(&collecting, "logs", true);
    assert_true(span_equal(trail.prefix, SPAN("logs/")));
    assert_false(trail.configured);
    wait_files(&collecting, trail.id, 3);
    assert_int_equal(follow(&collecting, "logs/", false).id, trail.id);
    put_files(collecting.s3, "logs/" FOLDER, 10, 12);
    wait_files(&collecting, trail.id, 5);
    int64_t other = follow(&collecting, "other/", true).id;
    wait_files(&collecting, other, 2);
    assert_int_equal(list(&collecting).count, 2);

    restart(&collecting, true, false);
    put_files(collecting.s3, "logs/" FOLDER, 20, 21);
    wait_files(&collecting, trail.id, 6);
    assert_int_equal(fake_s3_all_gets(collecting.s3), 8);

    assert_true(collector_unfollow(collecting.collector, trail.id, &err));
    assert_int_equal(list(&collecting).count, 1);
    assert_false(collector_unfollow(collecting.collector, trail.id, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    restart(&collecting, true, false);
    assert_int_equal(list(&collecting).count, 1);
    assert_int_equal(list(&collecting).trails[0].id, other);
    assert_int_equal(count_events(&collecting), 8);
    collecting_close(&collecting);
}

static void test_of_the_settings(void **state) {
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    put_files(collecting.s3, "configured/" FOLDER, 0, 2);
    start(&collecting, false, true);
    struct trail_views views = list(&collecting);
    assert_int_equal(views.count, 1);
    assert_true(views.trails[0].configured);
    int64_t id = views.trails[0].id;
    wait_files(&collecting, id, 2);
    assert_false(collector_unfollow(collecting.collector, id, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "--follow"));

    /* It rests while the settings do not name it, and goes on from there. */
    restart(&collecting, true, false);
    assert_int_equal(list(&collecting).count, 0);
    restart(&collecting, false, true);
    assert_int_equal(wait_files(&collecting, id, 2).id, id);
    assert_int_equal(fake_s3_all_gets(collecting.s3), 2);
    collecting_close(&collecting);
}

static void test_not_allowed_any_more(void **state) {
    struct collecting collecting;

    (void)state;
    collecting_open_store(&collecting);
    put_files(collecting.s3, "logs/" FOLDER, 0, 1);
    start(&collecting, true, false);
    int64_t id = follow(&collecting, "logs/", true).id;
    wait_files(&collecting, id, 1);
    size_t before = fake_s3_lists(collecting.s3);
    restart(&collecting, false, false);
    before = fake_s3_lists(collecting.s3);
    struct trail_view view = get(&collecting, id);
    assert_string_equal(view.status, "failing");
    assert_int_equal(view.files_done, 1);
    assert_non_null(memmem(view.error.data, view.error.length, "--s3-allow", 10));
    assert_int_equal(fake_s3_lists(collecting.s3), before);
    restart(&collecting, true, false);
    wait_files(&collecting, id, 1);
    collecting_close(&collecting);
}

static const struct refused_row {
    const char *name;
    const char *bucket;
    const char *prefix;
    enum err_kind kind;
    const char *text;
} refusals[] = {
    {"another bucket", "elsewhere", "", ERR_FORBIDDEN, "elsewhere"},
    {"below a region", "bucket", FOLDER, ERR_INVALID, "must end behind an account"},
    {"below a folder that is no region", "bucket", "AWSLogs/111111111111/CloudTrail/US/",
     ERR_INVALID, "must end behind an account"},
    {"digests", "bucket", "AWSLogs/111111111111/CloudTrail-Digest/", ERR_INVALID,
     "CloudTrail delivers none to AWSLogs/"},
    {"another service", "bucket", "AWSLogs/111111111111/Config/", ERR_INVALID,
     "CloudTrail delivers none to AWSLogs/"},
    {"no account", "bucket", "AWSLogs/11111111111/", ERR_INVALID,
     "CloudTrail delivers none to AWSLogs/"},
};

static void test_refused(void **state) {
    const struct refused_row *row = *state;
    struct collecting collecting;
    struct trail_view view;
    struct err err;
    bool new;

    collecting_open_store(&collecting);
    start(&collecting, true, false);
    assert_false(collector_follow(collecting.collector, span_of(row->bucket), span_of(row->prefix),
                                  0, &collecting.arena, &view, &new, &err));
    assert_int_equal(err.kind, row->kind);
    assert_non_null(strstr(err.text, row->text));
    assert_int_equal(list(&collecting).count, 0);
    collecting_close(&collecting);
}

static const struct prefix_row {
    const char *name;
    const char *prefix;
    int64_t files; /* of the four */
} prefixes[] = {
    {"the whole bucket", "", 1},
    {"AWSLogs itself", "AWSLogs", 1},
    {"an account", "AWSLogs/111111111111/", 1},
    {"its log files", "AWSLogs/111111111111/CloudTrail/", 1},
    {"a region", "AWSLogs/111111111111/CloudTrail/us-east-1/", 1},
    {"a trail's prefix", "logs/", 2},
    {"an organization", "logs/AWSLogs/o-ab12cd34ef/", 1},
    {"Control Tower's bucket", "tower/", 1},
    {"Control Tower's organization", "tower/o-ab12cd34ef", 1},
    {"AWSLogs as a prefix", "twice/AWSLogs/", 1},
};

static void test_prefix(void **state) {
    const struct prefix_row *row = *state;
    struct collecting collecting;

    collecting_open_store(&collecting);
    put_files(collecting.s3, FOLDER, 0, 1);
    put_files(collecting.s3, "logs/" FOLDER, 1, 2);
    put_files(collecting.s3,
              "logs/AWSLogs/o-ab12cd34ef/222222222222/CloudTrail/us-east-1/2024/05/01/", 2, 3);
    put_files(collecting.s3,
              "tower/o-ab12cd34ef/AWSLogs/o-ab12cd34ef/222222222222/CloudTrail/us-east-1/2024/05/"
              "01/",
              3, 4);
    put_files(collecting.s3, "twice/AWSLogs/" FOLDER, 4, 5);
    start(&collecting, true, false);
    int64_t id = follow(&collecting, row->prefix, true).id;
    wait_files(&collecting, id, row->files);
    collecting_close(&collecting);
}

static void test_bad_settings(void **state) {
    static const char *const bad[] = {"s3://bucket/" FOLDER};
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    struct collector_config config = collecting_config(&collecting, 4);
    config.follow = bad;
    config.follow_count = 1;
    assert_false(collector_start(&config, &collecting.collector, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "--follow s3://bucket/"));
    collecting.collector = NULL;
    collecting_close(&collecting);
}

static void run_as_writer(struct collecting *collecting, const char *sql) {
    struct store *store = collecting->scratch.store;

    pthread_mutex_lock(&store->writing);
    assert_int_equal(sqlite3_exec(store->writer.handle, sql, NULL, NULL, NULL), SQLITE_OK);
    pthread_mutex_unlock(&store->writing);
}

/* All but the last are of a bucket that is not allowed, which costs nothing. */
static void test_as_many_as_there_can_be(void **state) {
    struct collecting collecting;
    struct trail_view view;
    struct err err;
    char sql[400];
    bool new;

    (void)state;
    collecting_open_store(&collecting);
    start(&collecting, true, false);
    int64_t id = follow(&collecting, "logs/", true).id;
    snprintf(sql, sizeof(sql),
             "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO trail(bucket, prefix, from_ms, configured, created_ms)"
             " SELECT 'closed', i || '/', 0, 0, 0 FROM n",
             LIMIT_TRAILS);
    run_as_writer(&collecting, sql);
    restart(&collecting, true, false);
    assert_int_equal(list(&collecting).count, LIMIT_TRAILS);
    assert_int_equal(follow(&collecting, "logs/", false).id, id);
    assert_false(collector_follow(collecting.collector, SPAN("bucket"), SPAN("others/"), 0,
                                  &collecting.arena, &view, &new, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(list(&collecting).count, LIMIT_TRAILS);
    collecting_close(&collecting);
}

/* Then it is followed as before, and may be ended once more. */
static void test_end_not_saved(void **state) {
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    put_files(collecting.s3, "logs/" FOLDER, 0, 1);
    start(&collecting, true, false);
    int64_t id = follow(&collecting, "logs/", true).id;
    wait_files(&collecting, id, 1);
    run_as_writer(&collecting,
                  "CREATE TRIGGER refuse BEFORE DELETE ON trail BEGIN"
                  " SELECT raise(ABORT, 'refused for a test'); END");
    assert_false(collector_unfollow(collecting.collector, id, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    put_files(collecting.s3, "logs/" FOLDER, 10, 12);
    wait_files(&collecting, id, 3);
    run_as_writer(&collecting, "DROP TRIGGER refuse");
    assert_true(collector_unfollow(collecting.collector, id, &err));
    assert_int_equal(list(&collecting).count, 0);
    collecting_close(&collecting);
}

/* A trail whose downloads all stall holds up neither another one nor its own end. */
static void test_stalled(void **state) {
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    struct stall stall = {.s3 = collecting.s3, .part = "slow/", .gate = gate_new()};
    put_files(collecting.s3, "slow/" FOLDER, 0, 20);
    put_files(collecting.s3, "logs/" FOLDER, 20, 25);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    start(&collecting, true, false);
    int64_t slow = follow(&collecting, "slow/", true).id;
    gate_wait_inside(&stall.gate, 4);
    int64_t id = follow(&collecting, "logs/", true).id;
    wait_files(&collecting, id, 5);
    wait_status(&collecting, slow, "catching up");
    assert_true(collector_unfollow(collecting.collector, slow, &err));
    assert_int_equal(list(&collecting).count, 1);
    gate_open(&stall.gate);
    collecting_close(&collecting);
}

static void test_one_between_others_goes(void **state) {
    struct collecting collecting;
    struct err err;

    (void)state;
    collecting_open_store(&collecting);
    start(&collecting, true, false);
    int64_t first = follow(&collecting, "a/", true).id;
    int64_t second = follow(&collecting, "b/", true).id;
    int64_t third = follow(&collecting, "c/", true).id;
    assert_true(collector_unfollow(collecting.collector, second, &err));
    for (int again = 0; again < 2; again++) {
        struct trail_views views = list(&collecting);
        assert_int_equal(views.count, 2);
        assert_int_equal(views.trails[0].id, first);
        assert_int_equal(views.trails[1].id, third);
        assert_true(span_equal(get(&collecting, third).prefix, SPAN("c/")));
        restart(&collecting, true, false);
    }
    collecting_close(&collecting);
}

static bool refuse_objects(void *context, struct fake_connection *connection,
                           const struct fake_question *question) {
    (void)context;
    if (!question->list)
        fake_s3_refuse(connection, 403, "AccessDenied");
    return !question->list;
}

static void test_measured(void **state) {
    struct collector_figures figures;
    struct collecting collecting;

    (void)state;
    collecting_open_store(&collecting);
    put_files(collecting.s3, FOLDER "111111111111_CloudTrail_us-east-1_20240501T1000Z_", 0, 2);
    start(&collecting, true, true);
    int64_t id = follow(&collecting, "", true).id;
    wait_files(&collecting, id, 2);
    wait_status(&collecting, list(&collecting).trails[0].id, "failing");
    collector_measure(collecting.collector, &figures);
    assert_int_equal(figures.trails, 2);
    assert_int_equal(figures.failing_trails, 1);
    assert_int_equal(figures.retries, 0);
    int64_t delivered_ms;
    assert_true(utc_parse(SPAN("2024-05-01T10:00:00Z"), &delivered_ms));
    assert_true(figures.lag_ms > 0 && figures.lag_ms <= utc_now_ms() - delivered_ms);

    fake_s3_fault(collecting.s3, refuse_objects, NULL);
    put_files(collecting.s3, FOLDER "111111111111_CloudTrail_us-east-1_20240501T1000Z_", 2, 3);
    for (struct patience patience = {0}; figures.retries == 0;) {
        patience_nap(&patience, "a file that is refused");
        collector_measure(collecting.collector, &figures);
    }
    assert_int_equal(figures.retries, 1);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_as_many_as_there_can_be),
        TEST(test_end_not_saved),
        TEST(test_life_of_a_trail),
        TEST(test_of_the_settings),
        TEST(test_not_allowed_any_more),
        ROWS(test_refused, refusals),
        ROWS(test_prefix, prefixes),
        TEST(test_bad_settings),
        TEST(test_stalled),
        TEST(test_one_between_others_goes),
        TEST(test_measured),
    };

    return rows_run("trails", all, ARRAY_LENGTH(all));
}
