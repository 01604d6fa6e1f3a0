/* collect/follower.c, discovery.c, look.c: a trail that cannot be listed or saved says so. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_follower.h"

static void test_list_denied(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    struct refusal refusal = {following.collecting.s3, EAST, true, 403, "AccessDenied"};
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    put_file(&following, ONE, EAST, "2026/11/22 1159", "mm", 3);
    put_file(&following, TWO, WEST, "2026/11/22 1159", "mm", 4);
    look(&following);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "AccessDenied", 12));
    assert_int_equal(seen.error_ms, clock_ms);
    check_events(&following, 3);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    assert_string_equal(view_trail(&following).status, "following");
    check_events(&following, 4);
    following_close(&following);
}

static void test_discovery_denied(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    struct refusal refusal = {following.collecting.s3, "AWSLogs/", true, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 1);
    assert_string_equal(view_trail(&following).status, "failing");
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    discover(&following, 1);
    assert_string_equal(view_trail(&following).status, "following");
    check_events(&following, 1);
    following_close(&following);
}

static bool refuse_lists(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    (void)context;
    if (!question->list)
        return false;
    fake_s3_refuse(connection, 403, "AccessDenied");
    return true;
}

/* Nobody knows what the list of `o-` is for, which comes behind. */
static void test_usual_folder_is_named(void **state) {
    static const char says[] = "/AWSLogs/: AccessDenied";
    struct following following;

    (void)state;
    following_open(&following);
    fake_s3_fault(following.collecting.s3, refuse_lists, NULL);
    follow(&following, "", NULL);
    wait_runs(&following, 1);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    if (memmem(seen.error.data, seen.error.length, says, strlen(says)) == NULL)
        fail_msg("says: %.*s", SPAN_ARGS(seen.error));
    following_close(&following);
}

/* Of two accounts the first is not let in: the other one is followed none the less. */
static void check_one_account(const char *part, int status, const char *code) {
    struct following following;

    following_open(&following);
    struct refusal refusal = {following.collecting.s3, part, true, status, code};
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(&following, TWO, WEST, "2026/11/22 1155", "mm", 2);
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    follow(&following, "", NULL);
    wait_runs(&following, 2);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, code, strlen(code)));
    check_events(&following, 1);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    discover(&following, 1);
    assert_string_equal(view_trail(&following).status, "following");
    check_events(&following, 2);
    following_close(&following);
}

static void test_account_denied(void **state) {
    (void)state;
    check_one_account("AWSLogs/" ONE "/", 403, "AccessDenied");
}

static void test_account_slow(void **state) {
    (void)state;
    check_one_account("AWSLogs/" ONE "/", 503, "SlowDown");
}

static bool refuse_names(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    (void)context;
    if (!question->list || !span_equal(question->prefix, SPAN("AWSLogs/" ONE "/")))
        return false;
    fake_s3_refuse(connection, 403, "AccessDenied");
    return true;
}

/* What lies beside an account's CloudTrail/ cannot be named: it is told, and all is followed. */
static void test_names_denied(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1150", "mm", 1);
    put_file(&following, TWO, WEST, "2026/11/22 1155", "mm", 2);
    fake_s3_fault(following.collecting.s3, refuse_names, NULL);
    follow(&following, "", NULL);
    wait_runs(&following, 3);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "AccessDenied", 12));
    check_events(&following, 2);
    following_close(&following);
}

static void test_nothing_there(void **state) {
    struct following following;

    (void)state;
    following_open(&following);
    fake_s3_put(following.collecting.s3, "bucket", "README.txt", SPAN("hello"));
    follow(&following, "", NULL);
    wait_runs(&following, 1);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "no log files of CloudTrail", 26));
    following_close(&following);
}

static void test_place_not_saved(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    drop_row(&following);
    put_file(&following, ONE, EAST, "2026/11/22 1159", "mm", 3);
    look(&following);
    struct trail_view seen = view_trail(&following);
    assert_string_equal(seen.status, "failing");
    assert_non_null(memmem(seen.error.data, seen.error.length, "there is no trail", 17));
    check_events(&following, 3);
    following_close(&following);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_list_denied),    TEST(test_discovery_denied), TEST(test_usual_folder_is_named),
        TEST(test_account_denied), TEST(test_account_slow),     TEST(test_names_denied),
        TEST(test_nothing_there),  TEST(test_place_not_saved),
    };

    return rows_run("follower_failing", all, ARRAY_LENGTH(all));
}
