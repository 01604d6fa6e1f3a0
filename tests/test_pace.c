#include "tests/rows.h"

#include "base/utc.h"
#include "collect/pace.h"

#define FOLDER "p/AWSLogs/111111111111/CloudTrail/us-east-1/"
#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static const struct start_row {
    const char *name;
    const char *position;  /* behind the folder; NULL: none */
    const char *delivered; /* NULL: not known */
    const char *from;      /* NULL: everything */
    enum pace_reach reach;
    const char *start; /* behind the folder */
} starts[] = {
    {"a new place", NULL, NULL, NULL, PACE_DAY, ""},
    {"a new place from a day on", NULL, NULL, "2023-07-10T12:00:00Z", PACE_DAY, "2023/07/10/"},
    {"from a midnight", NULL, NULL, "2023-07-10", PACE_HOUR, "2023/07/09/"},
    {"an hour before the newest", "2023/07/10/x", "2023-07-10T12:05:00Z", NULL, PACE_HOUR,
     "2023/07/10/111111111111_CloudTrail_us-east-1_20230710T1105"},
    {"an hour before, on the day before", "2023/07/10/x", "2023-07-10T00:05:00Z", NULL, PACE_HOUR,
     "2023/07/09/111111111111_CloudTrail_us-east-1_20230709T2305"},
    {"in the year before", "2024/01/01/x", "2024-01-01T00:05:00Z", NULL, PACE_HOUR,
     "2023/12/31/111111111111_CloudTrail_us-east-1_20231231T2305"},
    {"the day before", "2023/07/10/x", "2023-07-10T12:05:00Z", NULL, PACE_DAY, "2023/07/09/"},
    {"the day before the first of March", "2024/03/01/x", "2024-03-01T12:05:00Z", NULL, PACE_DAY,
     "2024/02/29/"},
    {"names that tell no time", "2023/07/10/x", NULL, NULL, PACE_HOUR, "2023/07/10/"},
    {"such names, the day before", "2023/07/10/x", NULL, NULL, PACE_DAY, "2023/07/09/"},
    {"not before what is wanted", "2023/07/10/x", "2023-07-10T12:05:00Z", "2023-07-10T12:00:00Z",
     PACE_DAY, "2023/07/10/"},
    {"not behind the position", "2023/07/08/x", "2023-07-10T12:05:00Z", NULL, PACE_HOUR,
     "2023/07/08/x"},
    {"a week before", "2023/07/10/x", "2023-07-10T12:05:00Z", NULL, PACE_WEEK, "2023/07/03/"},
    {"such names, a week before", "2023/07/10/x", NULL, NULL, PACE_WEEK, "2023/07/03/"},
    {"a week before, but not before what is wanted", "2023/07/10/x", "2023-07-10T12:05:00Z",
     "2023-07-08T12:00:00Z", PACE_WEEK, "2023/07/08/"},
};

static int64_t time_of(const char *text, int64_t otherwise) {
    int64_t ms = otherwise;

    assert_true(text == NULL || utc_parse(span_of(text), &ms));
    return ms;
}

static void test_start(void **state) {
    const struct start_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span position = SPAN("");

    if (row->position != NULL)
        position = arena_format(&arena, FOLDER "%s", row->position);
    const struct pace_state pace = {
        .folder = SPAN(FOLDER),
        .position = position,
        .delivered_ms = time_of(row->delivered, -1),
        .from_ms = time_of(row->from, 0),
    };
    struct span start = pace_start_after(&pace, row->reach, &arena);
    assert_true(span_equal(start, arena_format(&arena, FOLDER "%s", row->start)));
}

static const struct sweep_row {
    const char *name;
    const char *position;  /* behind the folder; "": none */
    const char *delivered; /* NULL: not known */
    int64_t swept_hours;   /* ago; -1: never */
    bool sweeps;           /* on 2023-07-10 */
} sweeps[] = {
    {"a new place", "", NULL, -1, false},
    {"never yet", "2023/07/10/x", "2023-07-10T12:05:00Z", -1, true},
    {"just now", "2023/07/10/x", "2023-07-10T12:05:00Z", 0, false},
    {"less than a day ago", "2023/07/10/x", "2023-07-10T12:05:00Z", 23, false},
    {"more than a day ago", "2023/07/10/x", "2023-07-10T12:05:00Z", 30, true},
    {"by a clock that was ahead", "2023/07/10/x", "2023-07-10T12:05:00Z", -48, true},
    {"files of some days ago", "2023/07/04/x", "2023-07-04T12:05:00Z", 30, true},
    {"quiet for a week", "2023/07/02/x", "2023-07-02T12:05:00Z", 30, false},
    {"names that tell no time", "2023/07/09/x", NULL, 30, true},
    {"names that tell no time, quiet for a week", "2023/07/01/x", NULL, 30, false},
};

static void test_sweeps(void **state) {
    const struct sweep_row *row = *state;
    struct arena CLEANUP(arena_clear) arena = {0};
    int64_t now_ms = time_of("2023-07-10T18:00:00Z", 0);
    const struct pace_state pace = {
        .folder = SPAN(FOLDER),
        .position =
            row->position[0] == '\0' ? SPAN("") : arena_format(&arena, FOLDER "%s", row->position),
        .delivered_ms = time_of(row->delivered, -1),
    };
    int64_t swept_ms = row->swept_hours == -1 ? -1 : now_ms - row->swept_hours * HOUR;

    assert_int_equal(pace_sweeps(&pace, swept_ms, now_ms), row->sweeps);
}

/* Many places are swept each at a time of its own, within six hours. */
static void test_sweeps_are_spread(void **state) {
    int64_t now_ms = time_of("2023-07-10T18:00:00Z", 0);
    struct arena CLEANUP(arena_clear) arena = {0};
    int due = 0;

    (void)state;
    for (int i = 0; i < 600; i++) {
        struct span folder = arena_format(&arena, "AWSLogs/%012d/CloudTrail/us-east-1/", i);
        const struct pace_state pace = {
            .folder = folder, .position = folder, .delivered_ms = now_ms};
        due += pace_sweeps(&pace, now_ms - 27 * HOUR, now_ms);
        assert_true(pace_sweeps(&pace, now_ms - 30 * HOUR, now_ms));
    }
    assert_in_range(due, 200, 400);
}

static const struct wait_row {
    const char *name;
    int64_t quiet_ms;
    int64_t wait_ms;
} waits[] = {
    {"nothing ever came", -1, 15 * MINUTE},
    {"just now", 0, MINUTE},
    {"five minutes ago, as is usual", 5 * MINUTE, MINUTE},
    {"an hour ago", 64 * MINUTE, 8 * MINUTE},
    {"two hours ago", 2 * HOUR, 15 * MINUTE},
    {"long ago", 1000 * HOUR, 15 * MINUTE},
};

static void test_wait(void **state) {
    const struct wait_row *row = *state;

    assert_int_equal(pace_wait_ms(MINUTE, row->quiet_ms), row->wait_ms);
}

static void test_after_failures(void **state) {
    (void)state;
    assert_int_equal(pace_after_failures_ms(MINUTE, 1), MINUTE);
    assert_int_equal(pace_after_failures_ms(MINUTE, 2), 2 * MINUTE);
    assert_int_equal(pace_after_failures_ms(MINUTE, 4), 8 * MINUTE);
    assert_int_equal(pace_after_failures_ms(MINUTE, 5), 15 * MINUTE);
    assert_int_equal(pace_after_failures_ms(MINUTE, INT64_MAX), 15 * MINUTE);
}

static void test_retries(void **state) {
    (void)state;
    assert_int_equal(pace_retry_ms(1, false), MINUTE);
    assert_int_equal(pace_retry_ms(3, false), 4 * MINUTE);
    assert_int_equal(pace_retry_ms(7, false), HOUR);
    assert_int_equal(pace_retry_ms(INT64_MAX, false), HOUR);
    assert_int_equal(pace_retry_ms(1, true), MINUTE);
    assert_int_equal(pace_retry_ms(8, true), 128 * MINUTE);
    assert_int_equal(pace_retry_ms(12, true), 24 * HOUR);
    assert_int_equal(pace_retry_ms(INT64_MAX, true), 24 * HOUR);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_start, starts), ROWS(test_sweeps, sweeps), TEST(test_sweeps_are_spread),
        ROWS(test_wait, waits),   TEST(test_after_failures), TEST(test_retries),
    };

    return rows_run("pace", all, ARRAY_LENGTH(all));
}
