/* collect/follower_retries.c, follower_fetches.c: objects of a trail that cannot be had, and are
 * tried again. */
#include "tests/rows.h"

#include <pthread.h>

#include "collect/single_object.h"
#include "tests/support_follower.h"
#include "tests/support_patience.h"

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

    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, row->status, row->code};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    put_file(&following, ONE, EAST, "2026/11/22 1155", "mm", 2);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    check_events(&following, 1);
    struct trail_view seen = view_trail(&following);
    assert_int_equal(seen.files_failed, 1);
    assert_int_equal(seen.retries, 1);
    assert_non_null(memmem(seen.error.data, seen.error.length, row->code, strlen(row->code)));

    /* A look leaves it alone; it has its own time. */
    size_t before = count_gets(&following);
    look(&following);
    try_again(&following);
    assert_int_equal(count_gets(&following), before);
    clock_ms += MINUTE;
    try_again(&following);
    clock_ms += MINUTE;
    try_again(&following);
    clock_ms += MINUTE;
    try_again(&following);
    assert_true(count_gets(&following) > before);
    assert_int_equal(count_failures(&following), row->receipts);
    assert_int_equal(view_trail(&following).files_failed, 1);

    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += HOUR;
    try_again(&following);
    check_events(&following, 2);
    seen = view_trail(&following);
    assert_int_equal(seen.files_failed, 0);
    assert_int_equal(seen.files_done, 2);
    assert_int_equal(seen.retries, 0);
    following_close(&following);
}

static void test_retry_after_restart(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += DAY;
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 1);
    assert_int_equal(view_trail(&following).retries, 0);
    following_close(&following);
}

static void test_gone_meanwhile(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    fake_s3_delete(following.collecting.s3, "bucket", key_of(ONE, EAST, "2026/11/22 1150", "bad"));
    clock_ms += HOUR;
    try_again(&following);
    assert_int_equal(view_trail(&following).retries, 1);
    for (int i = 0; i < 3; i++) {
        clock_ms += HOUR;
        try_again(&following);
    }
    assert_int_equal(view_trail(&following).retries, 0);
    assert_int_equal(view_trail(&following).files_failed, 1);
    assert_int_equal(count_failures(&following), 2);
    following_close(&following);
}

/* What is listed for ever and never there, as a list that was not repaired has it, is given up. */
static void test_never_there(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 404, "NoSuchKey"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    for (int i = 0; i < 10; i++) {
        clock_ms += 10 * MINUTE;
        look(&following);
        try_again(&following);
    }
    assert_int_equal(count_gets(&following), 5);
    assert_int_equal(count_failures(&following), 2);
    assert_int_equal(view_trail(&following).files_failed, 1);
    assert_int_equal(view_trail(&following).retries, 0);
    restart(&following);
    wait_runs(&following, 2);
    assert_int_equal(count_gets(&following), 5);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    check_events(&following, 1);
    following_close(&following);
}

/* As S3s that are not consistent at once have it. */
static void test_listed_before_it_is_there(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 404, "NoSuchKey"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += MINUTE;
    try_again(&following);
    check_events(&following, 1);
    assert_int_equal(view_trail(&following).files_failed, 0);
    following_close(&following);
}

/* The clock was ahead when it failed, and is right again. */
static void test_retry_after_the_clock_was_ahead(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    clock_ms += 365 * DAY;
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    clock_ms -= 365 * DAY;
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    try_again(&following);
    check_events(&following, 1);
    following_close(&following);
}

/* As if it had failed, and the process was killed before its page was saved. */
static void save_retry(struct following *following, const char *key, int64_t next_ms) {
    const struct trail_retry retry = {
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
    following_open_usual(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 3);
    save_retry(&following, key_of(ONE, EAST, "2026/11/22 1150", "bad"), clock_ms);
    restart(&following);
    wait_runs(&following, 4);
    check_events(&following, 3);
    assert_int_equal(view_trail(&following).files_failed, 0);
    assert_int_equal(view_trail(&following).files_done, 3);
    assert_int_equal(view_trail(&following).retries, 0);
    following_close(&following);
}

/* Another source has brought what waits to be tried again: it counts once. */
static void test_brought_meanwhile(void **state) {
    const struct err reason = {.kind = ERR_REMOTE, .text = "AccessDenied"};
    struct following following;
    struct receipt receipt;
    struct err err;

    (void)state;
    following_open_usual(&following);
    const char *key = key_of(ONE, EAST, "2026/11/22 1155", "bad");
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = span_of(key), .bytes = -1, .modified_ms = -1};
    fake_s3_put(following.collecting.s3, "bucket", key, log_file(3));
    assert_true(single_object_import(following.fetcher, &object, 0, NULL, &following.arena,
                                     &receipt, &err));
    assert_true(retries_keep(following.follower, &object, 1, &reason, &err));
    look(&following);
    assert_int_equal(view_trail(&following).files_known, 0);
    clock_ms += MINUTE;
    try_again(&following);
    assert_int_equal(view_trail(&following).files_known, 1);
    assert_int_equal(view_trail(&following).files_done, 2);
    check_events(&following, 3);
    following_close(&following);
}

static bool waits_for(struct following *following, const char *part) {
    struct span reasons = view_trail(following).retry_reasons;

    return memmem(reasons.data, reasons.length, part, strlen(part)) != NULL;
}

static void fail_often(struct following *following, int times) {
    for (int i = 0; i < times; i++) {
        clock_ms += DAY;
        try_again(following);
    }
}

/* Two that are refused for weeks: once a day, until one gets through. */
static void test_refused_for_long(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    put_file(&following, ONE, EAST, "2026/11/22 1151", "bad", 2);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    assert_true(waits_for(&following, "{\"refused\":{\"files\":2,\"example\":\"s3://bucket/"));
    assert_true(waits_for(&following, "AccessDenied"));
    fail_often(&following, 14);
    size_t before = count_gets(&following);
    clock_ms += 23 * HOUR;
    try_again(&following);
    assert_int_equal(count_gets(&following), before);

    /* Another kind of trouble is tried more often again. */
    refusal.part = "1150Z_bad";
    refusal.status = 500;
    refusal.code = "InternalError";
    clock_ms += HOUR;
    try_rounds(&following, 2); /* once more at once, since the other one got through */
    check_events(&following, 1);
    assert_true(waits_for(&following, "{\"unavailable\":{\"files\":1,"));
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += HOUR;
    try_again(&following);
    check_events(&following, 2);
    assert_true(waits_for(&following, "{}"));
    following_close(&following);
}

/* As when permissions are mended: the first that gets through brings the others. */
static void test_others_follow(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad1", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fail_often(&following, 14);
    clock_ms += 12 * HOUR;
    put_file(&following, ONE, EAST, "2026/11/22 1151", "bad2", 2);
    look(&following);
    assert_int_equal(view_trail(&following).retries, 2);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += MINUTE;
    agenda_set(following.agenda, &following.follower->retries.item, 0);
    /* What follows from it begins by itself, and who can say how many rounds that takes. */
    for (struct patience patience = {0}; view_trail(&following).retries > 0;)
        patience_nap(&patience, "the others");
    check_events(&following, 2);
    following_close(&following);
}

/* Nobody waits for a day once traild was started anew. */
static void test_restart_hurries(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "bad", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    fail_often(&following, 14);
    restart(&following);
    wait_runs(&following, 3);
    assert_true(waits_for(&following, "{\"refused\":{\"files\":1,"));
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 1);
    following_close(&following);
}

/* What cannot be read is not read again until it is another one. */
static void test_unreadable(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    const char *key = key_of(ONE, EAST, "2026/11/22 1150", "mm");
    fake_s3_put(following.collecting.s3, "bucket", key, SPAN("{\"Records\":[{"));
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    look(&following);
    restart(&following);
    wait_runs(&following, 2);
    assert_int_equal(count_gets(&following), 1);
    assert_int_equal(view_trail(&following).files_failed, 1);
    assert_int_equal(view_trail(&following).retries, 0);
    assert_int_equal(count_failures(&following), 1);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    look(&following);
    check_events(&following, 1);
    following_close(&following);
}

/* What is neither imported nor kept is listed again, whatever comes behind it. */
static void test_retry_not_saved(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    struct refusal refusal = {following.collecting.s3, "_bad", false, 403, "AccessDenied"};
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    put_file(&following, ONE, EAST, "2026/11/22 1151", "bad", 3);
    put_file(&following, ONE, EAST, "2026/11/22 1159", "mm", 4);
    drop_row(&following);
    look(&following);
    assert_string_equal(view_trail(&following).status, "failing");
    assert_int_equal(view_trail(&following).retries, 0);
    assert_true(span_equal(view_trail(&following).newest_key,
                           span_of(key_of(TWO, WEST, "2026/11/22 1155", "mm"))));
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    check_events(&following, 4);
    struct trail_view seen = view_trail(&following);
    assert_int_equal(seen.files_done + seen.files_known, 4);
    assert_int_equal(seen.files_failed, 0);
    following_close(&following);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_object_denied, denieds),
        TEST(test_retry_after_restart),
        TEST(test_gone_meanwhile),
        TEST(test_never_there),
        TEST(test_listed_before_it_is_there),
        TEST(test_retry_after_the_clock_was_ahead),
        TEST(test_killed_before_it_was_counted),
        TEST(test_brought_meanwhile),
        TEST(test_refused_for_long),
        TEST(test_others_follow),
        TEST(test_restart_hurries),
        TEST(test_unreadable),
        TEST(test_retry_not_saved),
    };

    return rows_run("follower_retries", all, ARRAY_LENGTH(all));
}
