/* collect/rate.c: how fast, over the last seconds. */
#include "tests/rows.h"

#include "collect/rate.h"

/* Notes every 100 ms from 0 to `noted_ms` with this speed; then asks at `asked_ms`, as if nothing
 * had come since. */
static const struct rate_row {
    const char *name;
    int64_t noted_ms;
    int64_t asked_ms;
    int64_t per_second;
    int64_t expected;
} rates[] = {
    {"nothing noted yet", -1, 1000, 50, 0},
    {"too early to tell", 0, 400, 50, 0},
    {"half a second", 500, 500, 50, 50},
    {"one second", 1000, 1000, 50, 50},
    {"a minute", 60000, 60000, 50, 50},
    {"standing still for as long as it went", 5000, 10000, 50, 25},
    {"standing still after a long time", 60000, 70000, 50, 25},
};

static struct rate_sample sample_at(int64_t ms, int64_t per_second) {
    return (struct rate_sample){
        .at_ms = ms, .records = ms * per_second / 1000, .bytes = ms * per_second};
}

static void test_rate(void **state) {
    const struct rate_row *row = *state;
    struct rate rate = {0};

    for (int64_t ms = 0; ms <= row->noted_ms; ms += 100) {
        const struct rate_sample sample = sample_at(ms, row->per_second);
        rate_note(&rate, &sample);
    }
    struct rate_sample now = sample_at(row->noted_ms > 0 ? row->noted_ms : 0, row->per_second);
    now.at_ms = row->asked_ms;
    struct rate_measured measured = rate_measure(&rate, &now);
    assert_int_equal(measured.records_per_second, row->expected);
    assert_int_equal(measured.bytes_per_second, 1000 * row->expected);
}

/* What was long ago does not count: fast at first, then slow. */
static void test_forgets(void **state) {
    struct rate rate = {0};
    struct rate_sample sample = {0};

    (void)state;
    for (int second = 0; second <= 60; second++) {
        sample.at_ms = second * INT64_C(1000);
        sample.records += second <= 30 ? 1000000 : 10;
        rate_note(&rate, &sample);
    }
    assert_int_equal(rate_measure(&rate, &sample).records_per_second, 10);
}

int main(void) {
    const struct rows all[] = {ROWS(test_rate, rates), TEST(test_forgets)};

    return rows_run("rate", all, ARRAY_LENGTH(all));
}
