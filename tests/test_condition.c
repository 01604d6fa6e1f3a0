#include "base/condition.h"

#include "base/utc.h"
#include "tests/rows.h"

/* Nothing here waits longer than this, and only when it fails. */
#define PATIENCE_MS 60000

struct signal {
    pthread_mutex_t lock;
    pthread_cond_t given;
    bool is_given;
};

static void set_up(struct signal *signal) {
    *signal = (struct signal){0};
    pthread_mutex_init(&signal->lock, NULL);
    condition_init(&signal->given);
}

static void tear_down(struct signal *signal) {
    pthread_cond_destroy(&signal->given);
    pthread_mutex_destroy(&signal->lock);
}

static bool wait_until(struct signal *signal, int64_t deadline_ms) {
    bool in_time = true;

    pthread_mutex_lock(&signal->lock);
    while (!signal->is_given && in_time)
        in_time = condition_wait_until(&signal->given, &signal->lock, deadline_ms);
    bool given = signal->is_given;
    pthread_mutex_unlock(&signal->lock);
    return given;
}

static const struct passed_row {
    const char *name;
    int64_t deadline_ms;
} passed[] = {
    {"before the clock began", -1},
    {"long before the clock began", INT64_MIN},
    {"when the clock began", 0},
    {"a moment after that", 1},
};

static void test_passed(void **state) {
    const struct passed_row *row = *state;
    struct signal signal;

    set_up(&signal);
    assert_false(wait_until(&signal, row->deadline_ms));
    tear_down(&signal);
}

static const struct patience_row {
    const char *name;
    int64_t patience_ms;
} patiences[] = {
    {"no patience", 0},
    {"a moment", 1},
    {"a few moments", 20},
};

/* The deadline is on the clock of monotonic_ms: it has come when the wait ends. */
static void test_patience_ends(void **state) {
    const struct patience_row *row = *state;
    struct signal signal;

    set_up(&signal);
    int64_t deadline_ms = monotonic_ms() + row->patience_ms;
    assert_false(wait_until(&signal, deadline_ms));
    assert_true(monotonic_ms() >= deadline_ms);
    tear_down(&signal);
}

static void *give(void *argument) {
    struct signal *signal = argument;

    pthread_mutex_lock(&signal->lock);
    signal->is_given = true;
    pthread_cond_signal(&signal->given);
    pthread_mutex_unlock(&signal->lock);
    return NULL;
}

static void expect_signal(int64_t deadline_ms) {
    struct signal signal;
    pthread_t thread;

    set_up(&signal);
    assert_int_equal(pthread_create(&thread, NULL, give, &signal), 0);
    assert_true(wait_until(&signal, deadline_ms));
    pthread_join(thread, NULL);
    tear_down(&signal);
}

static void test_a_signal_ends_it(void **state) {
    (void)state;
    expect_signal(monotonic_ms() + PATIENCE_MS);
}

static void test_a_deadline_that_never_comes(void **state) {
    (void)state;
    expect_signal(INT64_MAX);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_passed, passed),
        ROWS(test_patience_ends, patiences),
        TEST(test_a_signal_ends_it),
        TEST(test_a_deadline_that_never_comes),
    };

    return rows_run("condition", all, ARRAY_LENGTH(all));
}
