#include "aws/clock.h"

#include "base/utc.h"
#include "tests/rows.h"

#define MINUTE_MS INT64_C(60000)
#define SIGNED_MS INT64_C(1767322800000)

static const struct learn_row {
    const char *name;
    int64_t their_ms;
    bool learnt;
} learns[] = {
    {"the same time", SIGNED_MS, false},
    {"a little later, as answers are", SIGNED_MS + 3 * MINUTE_MS, false},
    {"a little earlier", SIGNED_MS - 3 * MINUTE_MS, false},
    {"ours is late", SIGNED_MS + 4 * MINUTE_MS, true},
    {"ours is early", SIGNED_MS - 4 * MINUTE_MS, true},
    {"ours is years off", 0, true},
    {"they did not say", -1, false},
};

static void test_learn(void **state) {
    const struct learn_row *row = *state;
    struct aws_clock clock = {0};

    assert_int_equal(aws_clock_learn(&clock, SIGNED_MS, row->their_ms), row->learnt);
    int64_t expected_ms = row->learnt ? row->their_ms : utc_now_ms();
    assert_in_range(aws_clock_now_ms(&clock) - expected_ms, 0, MINUTE_MS);
}

int main(void) {
    const struct rows all[] = {ROWS(test_learn, learns)};

    return rows_run("clock", all, ARRAY_LENGTH(all));
}
