/* collect/follower.c, discovery.c, look.c: what a trail finds in a made-up S3, and what it leaves
 * alone. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_follower.h"

static void test_first_looks(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "following");
    assert_int_equal(seen.places, 2);
    assert_int_equal(seen.files_done, 2);
    assert_int_equal(seen.files_known + seen.files_skipped + seen.files_failed, 0);
    assert_int_equal(seen.lag_ms, 5 * MINUTE);
    assert_int_equal(seen.delivered_ms, clock_ms - 5 * MINUTE);
    assert_int_equal(seen.listed_ms, clock_ms);
    assert_true(span_equal(seen.newest_key, span_of(key_of(TWO, WEST, "2026/11/22 1155", "mm"))));
    assert_null(seen.error.data);
    following_close(&following);
}

static void test_once_each(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    size_t lists_before = count_lists(&following);
    look(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1200", "aa", 3);
    look(&following);
    look(&following);
    check_events(&following, 3);
    assert_int_equal(count_gets(&following), 3);
    assert_int_equal(count_lists(&following), lists_before + 6);
    assert_int_equal(view_trail(&following).files_known, 0);
    following_close(&following);
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

    following_open(&following);
    put_file(&following, ONE, EAST, row->newest, "mm", 1);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    clock_ms += 10 * MINUTE;
    put_file(&following, ONE, EAST, row->late, "aa", 2);
    look(&following);
    check_events(&following, row->at_once ? 2 : 1);
    clock_ms += 50 * MINUTE;
    look(&following);
    check_events(&following, 2);
    assert_int_equal(count_gets(&following), 2);
    assert_true(span_equal(view_trail(&following).newest_key,
                           span_of(key_of(ONE, EAST, row->newest, "mm"))));
    following_close(&following);
}

static void test_next_day(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    set_clock("2026-11-23T00:07:00Z");
    put_file(&following, ONE, EAST, "2026/11/23 0005", "aa", 3);
    look(&following);
    check_events(&following, 3);
    assert_int_equal(view_trail(&following).lag_ms, 2 * MINUTE);
    following_close(&following);
}

static void test_new_account_and_region(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    put_file(&following, ONE, WEST, "2026/11/22 1158", "mm", 3);
    put_file(&following, ONE, "us-west-2", "2026/11/22 1158", "mm", 4);
    put_file(&following, "o-ab12cd34ef/333333333333", EAST, "2026/11/22 1159", "mm", 5);
    look(&following);
    check_events(&following, 2);
    discover(&following, 3);
    check_events(&following, 5);
    assert_int_equal(view_trail(&following).places, 5);
    discover(&following, 0);

    /* Those before and behind the new ones are where they were. */
    put_file(&following, ONE, EAST, "2026/11/22 1159", "mm", 6);
    put_file(&following, TWO, WEST, "2026/11/22 1159", "mm", 7);
    look(&following);
    check_events(&following, 7);
    assert_int_equal(count_gets(&following), 7);
    following_close(&following);
}

static void test_restart(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1156", "mm", 3);
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 3);
    assert_int_equal(count_gets(&following), 3);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "following");
    assert_int_equal(seen.files_done, 3);
    assert_int_equal(seen.places, 2);
    following_close(&following);
}

static void test_replaced(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 7);
    look(&following);
    check_events(&following, 3);
    following_close(&following);
}

static void test_from(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/20 1150", "mm", 1);
    put_file(&following, ONE, EAST, "2026/11/21 1150", "mm", 2);
    put_file(&following, ONE, EAST, "2026/11/21 1200", "mm", 3);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 4);
    follow(&following, "", "2026-11-21T12:00:00Z");
    wait_runs(&following, 2);
    check_events(&following, 2);
    clock_ms += HOUR;
    look(&following);
    check_events(&following, 2);
    following_close(&following);
}

static bool skips(const struct trail_view *view, const char *part) {
    return memmem(view->skipped.data, view->skipped.length, part, strlen(part)) != NULL;
}

static void test_strangers(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
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
    struct trail_view seen = view_trail(&following);
    assert_true(skips(&seen, "\"digest\":{\"folders\":2,\"objects\":0,"));
    assert_true(skips(&seen, "\"insight\":{\"folders\":1,\"objects\":0,"));
    assert_true(skips(&seen,
                      "\"other_service\":{\"folders\":1,\"objects\":0,\"example\":"
                      "\"AWSLogs/" ONE "/Config/\"}"));
    assert_true(skips(&seen, "\"foreign\":{\"folders\":1,\"objects\":1,"));
    assert_int_equal(seen.files_skipped, 1);
    assert_int_equal(count_gets(&following), 1);
    restart(&following);
    wait_runs(&following, 2);
    seen = view_trail(&following);
    assert_true(skips(&seen, "\"digest\":{\"folders\":2,\"objects\":0,"));
    assert_true(skips(&seen, "\"foreign\":{\"folders\":1,\"objects\":1,"));
    following_close(&following);
}

/* Recognised only when it was read: by its name it is a log file. */
static void test_strangers_in_disguise(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    const char *key = key_of(ONE, EAST, "2026/11/22 1156", "mm");
    fake_s3_put(following.collecting.s3, "bucket", key, SPAN(DIGEST));
    struct refusal refusal = {following.collecting.s3, "_late", false, 403, "AccessDenied"};
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    fake_s3_put(following.collecting.s3, "bucket", key_of(ONE, EAST, "2026/11/22 1157", "late"),
                SPAN("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\"}"));
    look(&following);
    struct trail_view seen = view_trail(&following);
    assert_int_equal(seen.files_skipped, 1);
    assert_true(skips(&seen, "\"digest\":{\"folders\":0,\"objects\":1,"));

    /* And when it was tried again. */
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    clock_ms += HOUR;
    try_again(&following);
    seen = view_trail(&following);
    assert_int_equal(seen.files_skipped, 2);
    assert_true(skips(&seen, "\"s3_test_message\":{\"folders\":0,\"objects\":1,"));

    /* They are counted once, and saved with the place. */
    look(&following);
    restart(&following);
    wait_runs(&following, 3);
    seen = view_trail(&following);
    assert_int_equal(seen.files_skipped, 2);
    assert_true(skips(&seen, "\"digest\":{\"folders\":0,\"objects\":1,"));
    assert_true(skips(&seen, "\"s3_test_message\":{\"folders\":0,\"objects\":1,"));
    following_close(&following);
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
    following_open(&following);
    fake_s3_put(following.collecting.s3, "bucket", ARCHIVED_KEY, SPAN("archived!"));
    fake_s3_fault(following.collecting.s3, list_archived, NULL);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    struct trail_view seen = view_trail(&following);
    assert_true(skips(&seen, "\"archived\":{\"folders\":0,\"objects\":1,\"example\":\"AWSLogs/"));
    assert_int_equal(count_gets(&following), 0);
    following_close(&following);
}

/* A folder of a day to come would hide all that is delivered until then. */
static void test_days_to_come(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(&following, ONE, EAST, "2027/01/01 0000", "mm", 2);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    put_file(&following, ONE, EAST, "2026/11/22 1200", "mm", 3);
    look(&following);
    check_events(&following, 2);
    set_clock("2027-01-01T00:10:00Z");
    look(&following);
    check_events(&following, 3);
    following_close(&following);
}

/* A copy whose name tells a day that has not come: files before it are found none the less. */
static void test_name_of_a_day_to_come(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    fake_s3_put(following.collecting.s3, "bucket",
                "AWSLogs/" ONE "/CloudTrail/" EAST "/2026/11/22/" ONE "_CloudTrail_" EAST
                "_20991231T2355Z_x.json",
                log_file(2));
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    assert_int_equal(view_trail(&following).lag_ms, 10 * MINUTE);
    put_file(&following, ONE, EAST, "2026/11/22 1155", "mm", 3);
    look(&following);
    check_events(&following, 3);
    following_close(&following);
}

/* A file dated ahead of the clock, within its day: what is delivered meanwhile is found at once. */
static void test_ahead_of_the_clock(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(&following, ONE, EAST, "2026/11/23 1000", "mm", 2);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    put_file(&following, ONE, EAST, "2026/11/22 1159", "mm", 3);
    look(&following);
    check_events(&following, 3);
    following_close(&following);
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
        TEST(test_strangers),
        TEST(test_strangers_in_disguise),
        TEST(test_archived),
        TEST(test_days_to_come),
        TEST(test_name_of_a_day_to_come),
        TEST(test_ahead_of_the_clock),
    };

    return rows_run("follower", all, ARRAY_LENGTH(all));
}
