/* collect/follower.c, discovery.c, look.c, follower_fetches.c, follower_retries.c: a trail in a
 * made-up S3, with a clock that the test sets and looks that the test begins. */
#include "tests/rows.h"

#include <stdio.h>
#include <unistd.h>

#include "aws/client.h"
#include "base/utc.h"
#include "collect/follower.h"
#include "collect/single_object.h"
#include "tests/support_collect.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define ONE  "111111111111"
#define TWO  "222222222222"
#define EAST "us-east-1"
#define WEST "eu-west-1"

/* Nothing but what the test begins and what follows from it at once. */
#define NEVER_MS (1000 * DAY)

static _Atomic int64_t clock_ms;

static int64_t read_clock(void) {
    return clock_ms;
}

static void set_clock(const char *text) {
    int64_t ms;

    assert_true(utc_parse(span_of(text), &ms));
    clock_ms = ms;
}

struct following {
    struct collecting collecting;
    struct aws_client *client;
    struct fetcher *fetcher;
    struct agenda *agenda;
    struct allow_list allow;
    struct trails_config config;
    struct follower *follower;
    struct arena arena;
};

static struct trail stored_trail(struct following *following, const char *prefix,
                                 const char *from) {
    struct trail wanted = {.bucket = SPAN("bucket"), .prefix = span_of(prefix)};
    struct trail trail;
    struct err err;
    bool added;

    if (from != NULL)
        assert_true(utc_parse(span_of(from), &wanted.from_ms));
    assert_true(
        store_add_trail(following->config.store, &wanted, &following->arena, &trail, &added, &err));
    return trail;
}

/* Its discovery begins by itself. */
static void follow(struct following *following, const char *prefix, const char *from) {
    struct trail trail = stored_trail(following, prefix, from);
    struct err err;

    assert_true(follower_open(&following->config, &trail, NULL, &following->follower, &err));
}

static void open_parts(struct following *following) {
    struct err err;

    assert_true(aws_client_open(fake_s3_variable, &following->client, &err));
    const struct fetcher_config config = {
        .store = following->collecting.scratch.store,
        .spools = &following->collecting.spools,
        .client = following->client,
        .downloads = 4,
        .max_object_bytes = 10000,
        .max_inflated = MIB,
    };
    assert_true(fetcher_open(&config, &following->fetcher, &err));
    assert_true(agenda_open(following->client, FOLLOWER_LOOKS + 1, &following->agenda, &err));
    following->config = (struct trails_config){
        .store = following->collecting.scratch.store,
        .fetcher = following->fetcher,
        .agenda = following->agenda,
        .allow = &following->allow,
        .interval_ms = NEVER_MS,
        .now_ms = read_clock,
    };
}

static void open_all(struct following *following) {
    *following = (struct following){0};
    collecting_open_store(&following->collecting);
    open_parts(following);
    set_clock("2026-11-22T12:00:00Z");
}

static void close_parts(struct following *following) {
    follower_close(following->follower);
    agenda_close(following->agenda);
    fetcher_close(following->fetcher);
    aws_client_close(following->client);
    following->follower = NULL;
}

static void close_all(struct following *following) {
    close_parts(following);
    arena_clear(&following->arena);
    collecting_close(&following->collecting);
}

/* As a new process does. */
static void restart(struct following *following) {
    close_parts(following);
    scratch_reopen(&following->collecting.scratch);
    open_parts(following);
    follow(following, "", NULL);
}

/* ---- what the test begins ---- */

static int64_t count_runs(struct following *following) {
    pthread_mutex_lock(&following->follower->lock);
    int64_t runs = following->follower->runs;
    pthread_mutex_unlock(&following->follower->lock);
    return runs;
}

static void wait_runs(struct following *following, int64_t runs) {
    for (int i = 0; count_runs(following) < runs; i++) {
        if (i == 20000)
            fail_msg("%lld runs, not %lld", (long long)count_runs(following), (long long)runs);
        usleep(1000);
    }
    assert_int_equal(count_runs(following), runs);
}

/* A discovery, and the first look at each place that it finds. */
static void discover(struct following *following, int64_t new_places) {
    int64_t runs = count_runs(following);

    agenda_set(following->agenda, &following->follower->discovery.item, 0);
    wait_runs(following, runs + 1 + new_places);
}

/* One look at each place. */
static void look(struct following *following) {
    struct follower *follower = following->follower;
    int64_t runs = count_runs(following);

    for (size_t i = 0; i < follower->place_count; i++)
        agenda_set(following->agenda, &follower->places[i]->item, 0);
    wait_runs(following, runs + (int64_t)follower->place_count);
}

static void try_again(struct following *following) {
    int64_t runs = count_runs(following);

    agenda_set(following->agenda, &following->follower->retries.item, 0);
    wait_runs(following, runs + 1);
}

static struct trail_view view(struct following *following) {
    struct trail_view view;

    follower_view(following->follower, &following->arena, &view);
    return view;
}

/* ---- what S3 holds ---- */

/* `at` as "2026/11/22 1155": the folder of the day and the minute of the name. */
static const char *key_of(const char *account, const char *region, const char *at,
                          const char *random) {
    static char key[256];

    snprintf(key, sizeof(key),
             "AWSLogs/%s/CloudTrail/%s/%.10s/%s_CloudTrail_%s_%.4s%.2s%.2sT%.4sZ_%s.json", account,
             region, at, account, region, at, at + 5, at + 8, at + 11, random);
    return key;
}

static void put(struct following *following, const char *account, const char *region,
                const char *at, const char *random, int number) {
    fake_s3_put(following->collecting.s3, "bucket", key_of(account, region, at, random),
                log_file(number));
}

static size_t gets(struct following *following) {
    return fake_s3_all_gets(following->collecting.s3);
}

static size_t lists(struct following *following) {
    return fake_s3_lists(following->collecting.s3);
}

static void check_events(struct following *following, int64_t events) {
    assert_int_equal(count_events(&following->collecting), events);
}

static bool skips(const struct trail_view *view, const char *part) {
    return memmem(view->skipped.data, view->skipped.length, part, strlen(part)) != NULL;
}

/* A trail of two accounts with a region each, two files; everything is seen. */
static void open_usual(struct following *following) {
    open_all(following);
    put(following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put(following, TWO, WEST, "2026/11/22 1155", "mm", 2);
    follow(following, "", NULL);
    wait_runs(following, 3);
    check_events(following, 2);
}

/* ---- tests ---- */

static void test_first_looks(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    struct trail_view seen = view(&following);
    assert_string_equal(seen.status, "following");
    assert_int_equal(seen.places, 2);
    assert_int_equal(seen.files_done, 2);
    assert_int_equal(seen.files_known + seen.files_skipped + seen.files_failed, 0);
    assert_int_equal(seen.lag_ms, 5 * MINUTE);
    assert_int_equal(seen.delivered_ms, clock_ms - 5 * MINUTE);
    assert_int_equal(seen.listed_ms, clock_ms);
    assert_true(span_equal(seen.newest_key, span_of(key_of(TWO, WEST, "2026/11/22 1155", "mm"))));
    assert_null(seen.error.data);
    close_all(&following);
}

static void test_once_each(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    size_t lists_before = lists(&following);
    look(&following);
    put(&following, ONE, EAST, "2026/11/22 1200", "aa", 3);
    look(&following);
    look(&following);
    check_events(&following, 3);
    assert_int_equal(gets(&following), 3);
    assert_int_equal(lists(&following), lists_before + 6);
    assert_int_equal(view(&following).files_known, 0);
    close_all(&following);
}

static const struct late_row {
    const char *name;
    const char *newest; /* there is at first */
    const char *late;   /* comes then */
    bool at_once;       /* found by the next look, else by that of the next hour */
} lates[] = {
    {"of the same minute, before it", "2026/11/22 1155", "2026/11/22 1155", true},
    {"of an hour ago", "2026/11/22 1155", "2026/11/22 1055", true},
    {"of more than an hour ago", "2026/11/22 1155", "2026/11/22 1054", false},
    {"of this morning", "2026/11/22 1155", "2026/11/22 0001", false},
    {"of the day before, behind midnight", "2026/11/22 0010", "2026/11/21 2355", true},
    {"of the evening before", "2026/11/22 0010", "2026/11/21 1800", false},
    {"in the folder of the day before", "2026/11/01 0000", "2026/10/31 2359", true},
};

static void test_late(void **state) {
    const struct late_row *row = *state;
    struct following following;

    open_all(&following);
    put(&following, ONE, EAST, row->newest, "mm", 1);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    clock_ms += 10 * MINUTE;
    put(&following, ONE, EAST, row->late, "aa", 2);
    look(&following);
    check_events(&following, row->at_once ? 2 : 1);
    clock_ms += 50 * MINUTE;
    look(&following);
    check_events(&following, 2);
    assert_int_equal(gets(&following), 2);
    assert_true(
        span_equal(view(&following).newest_key, span_of(key_of(ONE, EAST, row->newest, "mm"))));
    close_all(&following);
}

static void test_next_day(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    set_clock("2026-11-23T00:07:00Z");
    put(&following, ONE, EAST, "2026/11/23 0005", "aa", 3);
    look(&following);
    check_events(&following, 3);
    assert_int_equal(view(&following).lag_ms, 2 * MINUTE);
    close_all(&following);
}

static void test_new_account_and_region(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    put(&following, ONE, WEST, "2026/11/22 1158", "mm", 3);
    put(&following, "o-ab12cd34ef/333333333333", EAST, "2026/11/22 1159", "mm", 4);
    look(&following);
    check_events(&following, 2);
    discover(&following, 2);
    check_events(&following, 4);
    assert_int_equal(view(&following).places, 4);
    discover(&following, 0);
    close_all(&following);
}

static void test_restart(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    put(&following, ONE, EAST, "2026/11/22 1156", "mm", 3);
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 3);
    assert_int_equal(gets(&following), 3);
    struct trail_view seen = view(&following);
    assert_string_equal(seen.status, "following");
    assert_int_equal(seen.files_done, 3);
    assert_int_equal(seen.places, 2);
    close_all(&following);
}

static void test_replaced(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 7);
    look(&following);
    check_events(&following, 3);
    close_all(&following);
}

static void test_from(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    put(&following, ONE, EAST, "2026/11/20 1150", "mm", 1);
    put(&following, ONE, EAST, "2026/11/21 1150", "mm", 2);
    put(&following, ONE, EAST, "2026/11/21 1200", "mm", 3);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 4);
    follow(&following, "", "2026-11-21T12:00:00Z");
    wait_runs(&following, 2);
    check_events(&following, 2);
    clock_ms += HOUR;
    look(&following);
    check_events(&following, 2);
    close_all(&following);
}

/* ---- what goes wrong ---- */

struct refusal {
    struct fake_s3 *s3;
    const char *part; /* of the key, or of a list's prefix; NULL: nothing */
    bool lists;
    int status;
    const char *code;
};

static bool refuse(void *context, struct fake_connection *connection,
                   const struct fake_question *question) {
    const struct refusal *refusal = context;
    struct span text = question->list ? question->prefix : question->key;

    if (refusal->lists != question->list ||
        memmem(text.data, text.length, refusal->part, strlen(refusal->part)) == NULL)
        return false;
    fake_s3_refuse(connection, refusal->status, refusal->code);
    return true;
}

static const struct denied_row {
    const char *name;
    int status;
    const char *code;
    int64_t receipts; /* of failures, after three that failed */
} denieds[] = {
    {"refused", 403, "AccessDenied", 1},
    {"out of order", 500, "InternalError", 0},
};

static int64_t count_failures(struct following *following) {
    return (int64_t)list_files(&following->collecting, -1, 1u << IMPORT_FAILED).count;
}

static void test_object_denied(void **state) {
    const struct denied_row *row = *state;
    struct following following;

    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, row->status, row->code};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    put(&following, ONE, EAST, "2026/11/22 1155", "mm", 2);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    check_events(&following, 1);
    struct trail_view seen = view(&following);
    assert_int_equal(seen.files_failed, 1);
    assert_int_equal(seen.retries, 1);
    assert_non_null(memmem(seen.error.data, seen.error.length, row->code, strlen(row->code)));

    /* A look leaves it alone; it has its own time. */
    size_t before = gets(&following);
    look(&following);
    try_again(&following);
    assert_int_equal(gets(&following), before);
    clock_ms += MINUTE;
    try_again(&following);
    clock_ms += MINUTE;
    try_again(&following);
    clock_ms += MINUTE;
    try_again(&following);
    assert_true(gets(&following) > before);
    assert_int_equal(count_failures(&following), row->receipts);
    assert_int_equal(view(&following).files_failed, 1);

    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += HOUR;
    try_again(&following);
    check_events(&following, 2);
    seen = view(&following);
    assert_int_equal(seen.files_failed, 0);
    assert_int_equal(seen.files_done, 2);
    assert_int_equal(seen.retries, 0);
    close_all(&following);
}

static void test_retry_after_restart(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += DAY;
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 1);
    assert_int_equal(view(&following).retries, 0);
    close_all(&following);
}

static void test_gone_meanwhile(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    fake_s3_delete(following.collecting.s3, "bucket", key_of(ONE, EAST, "2026/11/22 1150", "bad"));
    clock_ms += HOUR;
    try_again(&following);
    assert_int_equal(view(&following).retries, 1);
    for (int i = 0; i < 3; i++) {
        clock_ms += HOUR;
        try_again(&following);
    }
    assert_int_equal(view(&following).retries, 0);
    assert_int_equal(view(&following).files_failed, 1);
    assert_int_equal(count_failures(&following), 2);
    close_all(&following);
}

/* What is listed for ever and never there, as a list that was not repaired has it, is given up. */
static void test_never_there(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 404, "NoSuchKey"};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    for (int i = 0; i < 10; i++) {
        clock_ms += 10 * MINUTE;
        look(&following);
        try_again(&following);
    }
    assert_int_equal(gets(&following), 5);
    assert_int_equal(count_failures(&following), 2);
    assert_int_equal(view(&following).files_failed, 1);
    assert_int_equal(view(&following).retries, 0);
    restart(&following);
    wait_runs(&following, 2);
    assert_int_equal(gets(&following), 5);
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    check_events(&following, 1);
    close_all(&following);
}

/* As S3s that are not consistent at once have it. */
static void test_listed_before_it_is_there(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 404, "NoSuchKey"};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += MINUTE;
    try_again(&following);
    check_events(&following, 1);
    assert_int_equal(view(&following).files_failed, 0);
    close_all(&following);
}

/* The clock was ahead when it failed, and is right again. */
static void test_retry_after_the_clock_was_ahead(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    clock_ms += 365 * DAY;
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    clock_ms -= 365 * DAY;
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    try_again(&following);
    check_events(&following, 1);
    close_all(&following);
}

/* As if it had failed, and the process was killed before its page was saved. */
static void save_retry(struct following *following, const char *key, int64_t next_ms) {
    const struct retry retry = {
        .key = span_of(key),
        .etag = SPAN_NONE,
        .bytes = -1,
        .attempts = 1,
        .next_ms = next_ms,
        .reason = SPAN("AccessDenied"),
    };
    struct err err;

    assert_true(store_save_retry(following->config.store, following->follower->id, &retry, &err));
}

static void test_killed_before_it_was_counted(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    put(&following, ONE, EAST, "2026/11/22 1150", "bad", 3);
    save_retry(&following, key_of(ONE, EAST, "2026/11/22 1150", "bad"), clock_ms);
    restart(&following);
    wait_runs(&following, 4);
    check_events(&following, 3);
    assert_int_equal(view(&following).files_failed, 0);
    assert_int_equal(view(&following).files_done, 3);
    assert_int_equal(view(&following).retries, 0);
    close_all(&following);
}

/* Another source has brought what waits to be tried again: it counts once. */
static void test_brought_meanwhile(void **state) {
    struct following following;
    struct receipt receipt;
    struct err err;

    (void)state;
    open_usual(&following);
    const char *key = key_of(ONE, EAST, "2026/11/22 1155", "bad");
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = span_of(key), .bytes = -1, .modified_ms = -1};
    fake_s3_put(following.collecting.s3, "bucket", key, log_file(3));
    assert_true(single_object_import(following.fetcher, &object, 0, NULL, &following.arena,
                                     &receipt, &err));
    save_retry(&following, key, clock_ms + MINUTE);
    restart(&following);
    wait_runs(&following, 4);
    assert_int_equal(view(&following).files_known, 0);
    clock_ms += MINUTE;
    try_again(&following);
    assert_int_equal(view(&following).files_known, 1);
    assert_int_equal(view(&following).files_done, 2);
    check_events(&following, 3);
    close_all(&following);
}

/* What cannot be read is not read again until it is another one. */
static void test_unreadable(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    const char *key = key_of(ONE, EAST, "2026/11/22 1150", "mm");
    fake_s3_put(following.collecting.s3, "bucket", key, SPAN("{\"Records\":[{"));
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    look(&following);
    restart(&following);
    wait_runs(&following, 2);
    assert_int_equal(gets(&following), 1);
    assert_int_equal(view(&following).files_failed, 1);
    assert_int_equal(view(&following).retries, 0);
    assert_int_equal(count_failures(&following), 1);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    look(&following);
    check_events(&following, 1);
    close_all(&following);
}

static void test_list_denied(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    struct refusal refusal = {following.collecting.s3, EAST, true, 403, "AccessDenied"};
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    put(&following, ONE, EAST, "2026/11/22 1159", "mm", 3);
    put(&following, TWO, WEST, "2026/11/22 1159", "mm", 4);
    look(&following);
    struct trail_view seen = view(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "AccessDenied", 12));
    assert_int_equal(seen.error_ms, clock_ms);
    check_events(&following, 3);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    assert_string_equal(view(&following).status, "following");
    check_events(&following, 4);
    close_all(&following);
}

static void test_discovery_denied(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct refusal refusal = {following.collecting.s3, "AWSLogs/", true, 403, "AccessDenied"};
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 1);
    assert_string_equal(view(&following).status, "failing");
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    discover(&following, 1);
    assert_string_equal(view(&following).status, "following");
    check_events(&following, 1);
    close_all(&following);
}

static void test_nothing_there(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    fake_s3_put(following.collecting.s3, "bucket", "README.txt", SPAN("hello"));
    follow(&following, "", NULL);
    wait_runs(&following, 1);
    struct trail_view seen = view(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "no log files of CloudTrail", 26));
    close_all(&following);
}

/* ---- what is left alone ---- */

static void test_strangers(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    struct fake_s3 *s3 = following.collecting.s3;
    fake_s3_put(s3, "bucket", "AWSLogs/" ONE "/CloudTrail-Digest/" EAST "/2026/11/22/d.json.gz",
                SPAN("x"));
    fake_s3_put(s3, "bucket", "AWSLogs/" TWO "/CloudTrail-Digest/" EAST "/2026/11/22/d.json.gz",
                SPAN("x"));
    fake_s3_put(s3, "bucket", "AWSLogs/" ONE "/CloudTrail-Insight/" EAST "/2026/11/22/i.json.gz",
                SPAN("x"));
    fake_s3_put(s3, "bucket", "AWSLogs/" ONE "/Config/" EAST "/c.json.gz", SPAN("x"));
    fake_s3_put(s3, "bucket", "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/22/README.txt",
                SPAN("x"));
    fake_s3_put(s3, "bucket", "AWSLogs/notes/x.json", SPAN("x"));
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    look(&following);
    struct trail_view seen = view(&following);
    assert_true(skips(&seen, "\"digest\":{\"folders\":2,\"objects\":0,"));
    assert_true(skips(&seen, "\"insight\":{\"folders\":1,\"objects\":0,"));
    assert_true(skips(&seen,
                      "\"other_service\":{\"folders\":1,\"objects\":0,\"example\":"
                      "\"AWSLogs/" ONE "/Config/\"}"));
    assert_true(skips(&seen, "\"foreign\":{\"folders\":1,\"objects\":1,"));
    assert_int_equal(seen.files_skipped, 1);
    assert_int_equal(gets(&following), 1);
    restart(&following);
    wait_runs(&following, 2);
    seen = view(&following);
    assert_true(skips(&seen, "\"digest\":{\"folders\":2,\"objects\":0,"));
    assert_true(skips(&seen, "\"foreign\":{\"folders\":1,\"objects\":1,"));
    close_all(&following);
}

#define ARCHIVED_KEY                                                                               \
    "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/22/" ONE "_CloudTrail_" EAST                      \
    "_20261122T1150Z_x.json.gz"

static bool list_archived(void *context, struct fake_connection *connection,
                          const struct fake_question *question) {
    (void)context;
    if (!question->list || question->delimiter.length > 0)
        return false;
    fake_answer(
        connection, 200, "Content-Type: application/xml\r\n",
        SPAN("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>" ARCHIVED_KEY
             "</Key><LastModified>2026-11-22T11:50:00.000Z</LastModified>"
             "<ETag>&quot;e&quot;</ETag><Size>9</Size><StorageClass>DEEP_ARCHIVE"
             "</StorageClass></Contents><IsTruncated>false</IsTruncated>"
             "</ListBucketResult>"));
    return true;
}

static void test_archived(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    fake_s3_put(following.collecting.s3, "bucket", ARCHIVED_KEY, SPAN("archived!"));
    fake_s3_fault(following.collecting.s3, list_archived, NULL);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    struct trail_view seen = view(&following);
    assert_true(skips(&seen, "\"archived\":{\"folders\":0,\"objects\":1,\"example\":\"AWSLogs/"));
    assert_int_equal(gets(&following), 0);
    close_all(&following);
}

/* A folder of a day to come would hide all that is delivered until then. */
static void test_days_to_come(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put(&following, ONE, EAST, "2027/01/01 0000", "mm", 2);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    put(&following, ONE, EAST, "2026/11/22 1200", "mm", 3);
    look(&following);
    check_events(&following, 2);
    set_clock("2027-01-01T00:10:00Z");
    look(&following);
    check_events(&following, 3);
    close_all(&following);
}

/* A copy whose name tells a day that has not come: files before it are found none the less. */
static void test_name_of_a_day_to_come(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    fake_s3_put(following.collecting.s3, "bucket",
                "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/22/" ONE "_CloudTrail_" EAST
                "_20991231T2355Z_x.json",
                log_file(2));
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    assert_int_equal(view(&following).lag_ms, 10 * MINUTE);
    put(&following, ONE, EAST, "2026/11/22 1155", "mm", 3);
    look(&following);
    check_events(&following, 3);
    close_all(&following);
}

/* ---- what it costs ---- */

struct lists_seen {
    pthread_mutex_t lock;
    size_t outside; /* of a prefix that is none of CloudTrail's */
    size_t folders;
    size_t objects;
};

static bool watch_lists(void *context, struct fake_connection *connection,
                        const struct fake_question *question) {
    struct lists_seen *seen = context;
    bool inside = span_starts_with(question->prefix, SPAN("AWSLogs/")) ||
                  span_equal(question->prefix, SPAN("o-"));

    (void)connection;
    pthread_mutex_lock(&seen->lock);
    seen->outside += question->list && !inside;
    seen->folders += question->list && question->delimiter.length > 0;
    seen->objects += question->list && question->delimiter.length == 0;
    pthread_mutex_unlock(&seen->lock);
    return false;
}

/* 50 accounts with 10 regions each, and much else in the bucket. */
static void test_cost_of_an_organization(void **state) {
    struct lists_seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct following following;
    char key[256];

    (void)state;
    open_all(&following);
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof(key),
                 "AWSLogs/o-ab12cd34ef/%012d/CloudTrail/us-east-%d/2026/11/22/readme.txt", i / 10,
                 i % 10);
        fake_s3_put(following.collecting.s3, "bucket", key, SPAN("x"));
        snprintf(key, sizeof(key), "data/%d/table.parquet", i);
        fake_s3_put(following.collecting.s3, "bucket", key, SPAN("x"));
    }
    fake_s3_fault(following.collecting.s3, watch_lists, &seen);
    follow(&following, "", NULL);
    wait_runs(&following, 501);
    /* AWSLogs/, o-, the organization; each account and its regions. */
    assert_int_equal(seen.folders, 3 + 2 * 50);
    assert_int_equal(seen.objects, 500);
    discover(&following, 0);
    /* What else the accounts hold is looked up once a day. */
    assert_int_equal(seen.folders, 3 + 2 * 50 + 3 + 50);
    look(&following);
    assert_int_equal(seen.objects, 1000);
    assert_int_equal(seen.outside, 0);
    assert_int_equal(gets(&following), 0);
    close_all(&following);
}

/* Page by page; then only from the last day on. */
static void test_many_pages(void **state) {
    struct following following;
    char key[256];

    (void)state;
    open_all(&following);
    for (int i = 0; i < 2500; i++) {
        snprintf(key, sizeof(key), "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/%02d/%04d.txt",
                 1 + i / 500, i);
        fake_s3_put(following.collecting.s3, "bucket", key, SPAN("x"));
    }
    follow(&following, "AWSLogs/" ONE "/CloudTrail/" EAST "/", NULL);
    wait_runs(&following, 2);
    assert_int_equal(lists(&following), 3);
    assert_int_equal(view(&following).files_skipped, 2500);
    look(&following);
    assert_int_equal(view(&following).files_skipped, 2500);
    assert_int_equal(lists(&following), 4);
    close_all(&following);
}

/* ---- what the store refuses, and what has to wait ---- */

/* The trail's row is gone, so nothing of it can be saved. */
static void drop_row(struct following *following) {
    struct err err;

    assert_true(store_drop_trail(following->config.store, following->follower->id, &err));
}

static void test_place_not_saved(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    drop_row(&following);
    put(&following, ONE, EAST, "2026/11/22 1159", "mm", 3);
    look(&following);
    struct trail_view seen = view(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "there is no trail", 17));
    check_events(&following, 3);
    close_all(&following);
}

/* What is neither imported nor kept is listed again, whatever comes behind it. */
static void test_retry_not_saved(void **state) {
    struct following following;

    (void)state;
    open_usual(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    fake_s3_fault(following.collecting.s3, refuse, &refusal);
    put(&following, ONE, EAST, "2026/11/22 1151", "bad", 3);
    put(&following, ONE, EAST, "2026/11/22 1159", "mm", 4);
    drop_row(&following);
    look(&following);
    assert_string_equal(view(&following).status, "failing");
    assert_int_equal(view(&following).retries, 0);
    assert_true(span_equal(view(&following).newest_key,
                           span_of(key_of(TWO, WEST, "2026/11/22 1155", "mm"))));
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    check_events(&following, 4);
    struct trail_view seen = view(&following);
    assert_int_equal(seen.files_done + seen.files_known, 4);
    assert_int_equal(seen.files_failed, 0);
    close_all(&following);
}

static bool is_waiting(struct following *following) {
    pthread_mutex_lock(&following->follower->lock);
    bool waiting = following->follower->waiting != NULL;
    pthread_mutex_unlock(&following->follower->lock);
    return waiting;
}

static size_t count_fetches(struct following *following) {
    pthread_mutex_lock(&following->follower->lock);
    size_t fetches = following->follower->fetches;
    pthread_mutex_unlock(&following->follower->lock);
    return fetches;
}

/* Objects wait at the gate. */
static bool hold(void *context, struct fake_connection *connection,
                 const struct fake_question *question) {
    (void)connection;
    if (!question->list)
        gate_pass(context);
    return false;
}

/* Two places whose downloads take long hold as much as a trail may; a third one waits. */
static void test_too_many_under_way(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct gate gate = gate_new();
    for (int i = 0; i < FOLLOWER_FETCHES / 2; i++) {
        char random[16];
        snprintf(random, sizeof(random), "slow%04d", i);
        put(&following, ONE, EAST, "2026/11/22 1150", random, 0);
        put(&following, TWO, EAST, "2026/11/22 1150", random, 0);
    }
    fake_s3_fault(following.collecting.s3, hold, &gate);
    follow(&following, "", NULL);
    while (count_fetches(&following) < FOLLOWER_FETCHES)
        usleep(1000);
    put(&following, ONE, WEST, "2026/11/22 1150", "mm", 1);
    agenda_set(following.agenda, &following.follower->discovery.item, 0);
    while (!is_waiting(&following))
        usleep(1000);
    wait_runs(&following, 2);
    gate_open(&gate);
    wait_runs(&following, 5);
    check_events(&following, 2);
    assert_int_equal(view(&following).files_done + view(&following).files_known,
                     FOLLOWER_FETCHES + 1);
    assert_int_equal(count_fetches(&following), 0);
    close_all(&following);
}

static bool hold_places(void *context, struct fake_connection *connection,
                        const struct fake_question *question) {
    (void)connection;
    if (question->list && question->delimiter.length == 0)
        gate_pass(context);
    return false;
}

/* Lists of a trail that hang leave threads to others. */
static void test_lists_that_hang(void **state) {
    struct gate gate = gate_new();
    struct following following;

    (void)state;
    open_all(&following);
    for (int i = 0; i < 6; i++) {
        char region[] = "us-east-0";
        region[8] = (char)('0' + i);
        put(&following, ONE, region, "2026/11/22 1150", "mm", i);
    }
    fake_s3_fault(following.collecting.s3, hold_places, &gate);
    follow(&following, "", NULL);
    gate_wait_inside(&gate, FOLLOWER_LOOKS);
    wait_runs(&following, 1);
    discover(&following, 0);
    assert_int_equal(gate_inside(&gate), FOLLOWER_LOOKS);
    gate_open(&gate);
    wait_runs(&following, 8);
    check_events(&following, 6);
    close_all(&following);
}

/* Ended while a download stalls: at once, and it is fetched later. */
static void test_stop_while_stalled(void **state) {
    struct following following;

    (void)state;
    open_all(&following);
    struct stall stall = {.s3 = following.collecting.s3, .part = "_mm", .gate = gate_new()};
    put(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put(&following, ONE, EAST, "2026/11/22 1155", "zz", 2);
    fake_s3_fault(following.collecting.s3, stall_some, &stall);
    follow(&following, "", NULL);
    gate_wait_inside(&stall.gate, 1);
    assert_string_equal(view(&following).status, "catching up");
    close_parts(&following);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    gate_open(&stall.gate);
    open_parts(&following);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    check_events(&following, 2);
    close_all(&following);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_first_looks),
        TEST(test_once_each),
        ROWS(test_late, lates),
        TEST(test_next_day),
        TEST(test_new_account_and_region),
        TEST(test_restart),
        TEST(test_replaced),
        TEST(test_from),
        ROWS(test_object_denied, denieds),
        TEST(test_retry_after_restart),
        TEST(test_gone_meanwhile),
        TEST(test_never_there),
        TEST(test_listed_before_it_is_there),
        TEST(test_retry_after_the_clock_was_ahead),
        TEST(test_killed_before_it_was_counted),
        TEST(test_brought_meanwhile),
        TEST(test_unreadable),
        TEST(test_list_denied),
        TEST(test_discovery_denied),
        TEST(test_nothing_there),
        TEST(test_strangers),
        TEST(test_archived),
        TEST(test_days_to_come),
        TEST(test_name_of_a_day_to_come),
        TEST(test_cost_of_an_organization),
        TEST(test_many_pages),
        TEST(test_place_not_saved),
        TEST(test_retry_not_saved),
        TEST(test_too_many_under_way),
        TEST(test_lists_that_hang),
        TEST(test_stop_while_stalled),
    };

    return rows_run("follower", all, ARRAY_LENGTH(all));
}
