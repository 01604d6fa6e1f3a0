/* collect/follower.c, discovery.c, look.c, follower_fetches.c: what a trail costs, and that it
 * takes no more than its share. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "tests/support_follower.h"
#include "tests/support_patience.h"

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
    following_open(&following);
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
    assert_int_equal(count_gets(&following), 0);
    following_close(&following);
}

/* Page by page; then only from the last day on. */
static void test_many_pages(void **state) {
    struct following following;
    char key[256];

    (void)state;
    following_open(&following);
    for (int i = 0; i < 2500; i++) {
        snprintf(key, sizeof(key), "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/%02d/%04d.txt",
                 1 + i / 500, i);
        fake_s3_put(following.collecting.s3, "bucket", key, SPAN("x"));
    }
    follow(&following, "AWSLogs/" ONE "/CloudTrail/" EAST "/", NULL);
    wait_runs(&following, 2);
    assert_int_equal(count_lists(&following), 3);
    assert_int_equal(view_trail(&following).files_skipped, 2500);
    look(&following);
    assert_int_equal(view_trail(&following).files_skipped, 2500);
    assert_int_equal(count_lists(&following), 4);
    following_close(&following);
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
    following_open(&following);
    struct gate gate = gate_new();
    for (int i = 0; i < FOLLOWER_FETCHES / 2; i++) {
        char random[16];
        snprintf(random, sizeof(random), "slow%04d", i);
        put_file(&following, ONE, EAST, "2026/11/22 1150", random, 0);
        put_file(&following, TWO, EAST, "2026/11/22 1150", random, 0);
    }
    fake_s3_fault(following.collecting.s3, hold, &gate);
    follow(&following, "", NULL);
    struct patience patience = {0};
    while (count_fetches(&following) < FOLLOWER_FETCHES)
        patience_nap(&patience, "fetches");
    put_file(&following, ONE, WEST, "2026/11/22 1150", "mm", 1);
    agenda_set(following.agenda, &following.follower->discovery.item, 0);
    while (!is_waiting(&following))
        patience_nap(&patience, "a place that waits");
    wait_runs(&following, 2);
    gate_open(&gate);
    wait_runs(&following, 5);
    check_events(&following, 2);
    assert_int_equal(view_trail(&following).files_done + view_trail(&following).files_known,
                     FOLLOWER_FETCHES + 1);
    assert_int_equal(count_fetches(&following), 0);
    following_close(&following);
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
    following_open(&following);
    for (int i = 0; i < 6; i++) {
        char region[] = "us-east-0";
        region[8] = (char)('0' + i);
        put_file(&following, ONE, region, "2026/11/22 1150", "mm", i);
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
    following_close(&following);
}

/* Ended while a download stalls: at once, and it is fetched later. What its page brought before was
 * not counted yet, and is known then. */
static void test_stop_while_stalled(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct stall stall = {.s3 = following.collecting.s3, .part = "_mm", .gate = gate_new()};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(&following, ONE, EAST, "2026/11/22 1155", "zz", 2);
    fake_s3_fault(following.collecting.s3, stall_some, &stall);
    follow(&following, "", NULL);
    gate_wait_inside(&stall.gate, 1);
    wait_runs(&following, 1); /* the look goes on, the discovery is over */
    assert_string_equal(view_trail(&following).status, "catching up");
    for (struct patience patience = {0}; count_events(&following.collecting) == 0;)
        patience_nap(&patience, "the other file");
    following_close_parts(&following);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    gate_open(&stall.gate);
    following_open_parts(&following);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    check_events(&following, 2);
    struct trail_view seen = view_trail(&following);
    assert_int_equal(seen.files_done, 1);
    assert_int_equal(seen.files_known, 1);
    following_close(&following);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_cost_of_an_organization), TEST(test_many_pages),
        TEST(test_too_many_under_way),      TEST(test_lists_that_hang),
        TEST(test_stop_while_stalled),
    };

    return rows_run("follower_load", all, ARRAY_LENGTH(all));
}
