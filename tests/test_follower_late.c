/* collect/look.c: files of a trail that came days late, as after an outage. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_follower.h"

/* Three days late: no listing that looks for what is new comes by. */
static void test_days_late(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    int64_t begun_ms = clock_ms;
    assert_int_equal(view_trail(&following).swept_ms, begun_ms);
    put_file(&following, ONE, EAST, "2026/11/19 1150", "late", 3);
    clock_ms += 23 * HOUR;
    look(&following);
    check_events(&following, 2);
    assert_int_equal(view_trail(&following).swept_ms, begun_ms);
    clock_ms += 7 * HOUR;
    look(&following);
    check_events(&following, 3);
    struct trail_view seen = view_trail(&following);
    assert_int_equal(seen.files_done, 3);
    assert_int_equal(seen.files_known, 0);
    assert_int_equal(seen.swept_ms, begun_ms + 30 * HOUR);
    assert_true(span_equal(seen.newest_key, span_of(key_of(TWO, WEST, "2026/11/22 1155", "mm"))));
    following_close(&following);
}

static void test_a_week_late(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    put_file(&following, ONE, EAST, "2026/11/15 0010", "in", 3);
    put_file(&following, ONE, EAST, "2026/11/14 2350", "out", 4);
    clock_ms += 30 * HOUR;
    look(&following);
    check_events(&following, 3);
    assert_int_equal(view_trail(&following).files_done, 3);
    following_close(&following);
}

/* It is remembered, so that processes that live for hours look back too, and no more often. */
static void test_looked_back_before_a_restart(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    int64_t begun_ms = clock_ms;
    put_file(&following, ONE, EAST, "2026/11/19 1150", "late", 3);
    clock_ms += 12 * HOUR;
    restart(&following);
    wait_runs(&following, 3);
    assert_int_equal(view_trail(&following).swept_ms, begun_ms);
    check_events(&following, 2);
    clock_ms += 18 * HOUR;
    restart(&following);
    wait_runs(&following, 3);
    check_events(&following, 3);
    assert_int_equal(view_trail(&following).swept_ms, begun_ms + 30 * HOUR);
    following_close(&following);
}

/* One that fails on its way is begun anew. */
static void test_fails_on_its_way(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    int64_t begun_ms = clock_ms;
    struct refusal refusal = {following.collecting.s3, EAST, true, 403, "AccessDenied"};
    put_file(&following, ONE, EAST, "2026/11/19 1150", "late", 3);
    clock_ms += 30 * HOUR;
    fake_s3_fault(following.collecting.s3, refuse_part, &refusal);
    look(&following);
    assert_int_equal(view_trail(&following).swept_ms, begun_ms);
    fake_s3_fault(following.collecting.s3, NULL, NULL);
    look(&following);
    check_events(&following, 3);
    assert_int_equal(view_trail(&following).swept_ms, begun_ms + 30 * HOUR);
    following_close(&following);
}

static void test_quiet_for_long(void **state) {
    struct following following;

    (void)state;
    following_open_usual(&following);
    put_file(&following, ONE, EAST, "2026/11/19 1150", "late", 3);
    clock_ms += 8 * DAY;
    look(&following);
    check_events(&following, 2);
    assert_int_equal(view_trail(&following).swept_ms, -1);
    following_close(&following);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_days_late),
        TEST(test_a_week_late),
        TEST(test_looked_back_before_a_restart),
        TEST(test_fails_on_its_way),
        TEST(test_quiet_for_long),
    };

    return rows_run("follower_late", all, ARRAY_LENGTH(all));
}
