#include "tests/rows.h"

#include "aws/retry.h"
#include "base/utc.h"

static const struct span_row {
    const char *name;
    enum retry_reason reason;
    int64_t made;
    int64_t expected_ms;
} spans[] = {
    {"after the first failure", RETRY_FAILED, 1, 100},
    {"twice as long after the second", RETRY_FAILED, 2, 200},
    {"and so on", RETRY_FAILED, 5, 1600},
    {"throttled", RETRY_THROTTLED, 1, 1000},
    {"throttled again", RETRY_THROTTLED, 3, 4000},
    {"never longer than 20 seconds", RETRY_THROTTLED, 6, RETRY_LONGEST_MS},
    {"whatever the attempts", RETRY_FAILED, 100, RETRY_LONGEST_MS},
};

static void test_span(void **state) {
    const struct span_row *row = *state;
    const struct retry retry = {.attempts = 200, .made = row->made};

    assert_int_equal(retry_span_ms(&retry, row->reason), row->expected_ms);
}

static void test_attempts_end(void **state) {
    struct retry retry = {.attempts = 3};
    struct err err = {.kind = ERR_BUSY, .text = "why"};

    (void)state;
    assert_true(retry_wait(&retry, RETRY_FAILED, 0, &err));
    assert_true(retry_wait(&retry, RETRY_FAILED, 0, &err));
    assert_false(retry_wait(&retry, RETRY_FAILED, 0, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_string_equal(err.text, "why (tried 3 times)");
}

static void test_one_attempt_says_nothing_of_attempts(void **state) {
    struct retry retry = {.attempts = 1};
    struct err err = {.kind = ERR_BUSY, .text = "why"};

    (void)state;
    assert_false(retry_wait(&retry, RETRY_FAILED, 0, &err));
    assert_string_equal(err.text, "why");
}

static void test_what_was_told_is_waited(void **state) {
    struct retry retry = {.attempts = 2};
    struct err err = {0};

    (void)state;
    int64_t before_ms = monotonic_ms();
    assert_true(retry_wait(&retry, RETRY_FAILED, 150, &err));
    assert_true(monotonic_ms() - before_ms >= 150);
}

static void test_cancelled_before_the_wait(void **state) {
    atomic_bool cancel = true;
    struct retry retry = {.attempts = 5, .cancel = &cancel};
    struct err err = {0};

    (void)state;
    assert_false(retry_wait(&retry, RETRY_THROTTLED, RETRY_LONGEST_MS, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_span, spans),
        TEST(test_attempts_end),
        TEST(test_one_attempt_says_nothing_of_attempts),
        TEST(test_what_was_told_is_waited),
        TEST(test_cancelled_before_the_wait),
    };

    return rows_run("retry", all, ARRAY_LENGTH(all));
}
