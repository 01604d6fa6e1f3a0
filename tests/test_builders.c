/* store/builders.c */
#include "store/builders.h"

#include <stdatomic.h>

#include "tests/rows.h"
#include "tests/support_gate.h"
#include "tests/support_stored.h"

struct gated_task {
    struct builder_task task;
    struct gate *gate;
};

static void run_gated(struct builder_task *task) {
    gate_pass(((struct gated_task *)task)->gate);
}

static struct gated_task gated(struct gate *gate) {
    return (struct gated_task){{.run = run_gated}, gate};
}

static void init(struct builders *builders, size_t threads) {
    builders_init(builders);
    assert_in_range(builders->limit, 1, BUILDERS_MAX);
    builders->limit = threads; /* on whatever machine */
}

/* Who offers does it himself when all are busy. */
static void test_offer(void **state) {
    struct gate gate = gate_new();
    struct gated_task tasks[4] = {gated(&gate), gated(&gate), gated(&gate), gated(&gate)};
    struct builders builders;

    (void)state;
    init(&builders, 3);
    assert_int_equal(builders.count, 0);
    for (int i = 0; i < 3; i++) {
        assert_true(builders_offer(&builders, &tasks[i].task));
        gate_wait_inside(&gate, i + 1);
    }
    assert_int_equal(builders.count, 3);
    assert_false(builders_offer(&builders, &tasks[3].task));
    gate_open(&gate);
    builders_close(&builders);
    assert_int_equal(gate_inside(&gate), 3);
}

/* A thread that is free is used again before another is started. */
static void test_reuse(void **state) {
    struct builders builders;

    (void)state;
    init(&builders, 3);
    for (int i = 0; i < 50; i++) {
        struct gate gate = gate_new();
        struct gated_task task = gated(&gate);
        gate_open(&gate);
        while (!builders_offer(&builders, &task.task))
            ;
        gate_wait_inside(&gate, 1);
        pthread_mutex_lock(&builders.lock);
        while (builders.spare < (long)builders.count) { /* it has not come back yet */
            pthread_mutex_unlock(&builders.lock);
            pthread_mutex_lock(&builders.lock);
        }
        pthread_mutex_unlock(&builders.lock);
    }
    assert_int_equal(builders.count, 1);
    builders_close(&builders);
}

/* What is submitted waits for its turn, and is done before the end. */
static void test_submit(void **state) {
    struct gate gate = gate_new();
    struct gated_task tasks[6];
    struct builders builders;

    (void)state;
    init(&builders, 2);
    for (size_t i = 0; i < ARRAY_LENGTH(tasks); i++) {
        tasks[i] = gated(&gate);
        assert_true(builders_submit(&builders, &tasks[i].task));
    }
    gate_wait_inside(&gate, 2);
    assert_int_equal(builders.count, 2);
    struct gated_task offered = gated(&gate);
    assert_false(builders_offer(&builders, &offered.task));
    gate_open(&gate);
    builders_close(&builders);
    assert_int_equal(gate_inside(&gate), ARRAY_LENGTH(tasks));
}

static void test_in_order(void **state) {
    struct gate first = gate_new();
    struct gate second = gate_new();
    struct gated_task tasks[2] = {gated(&first), gated(&second)};
    struct builders builders;

    (void)state;
    init(&builders, 1);
    assert_true(builders_submit(&builders, &tasks[0].task));
    gate_wait_inside(&first, 1);
    assert_true(builders_submit(&builders, &tasks[1].task));
    assert_int_equal(gate_inside(&second), 0);
    gate_open(&first);
    gate_wait_inside(&second, 1);
    gate_open(&second);
    builders_close(&builders);
}

static void test_nothing_to_do(void **state) {
    struct builders builders;

    (void)state;
    init(&builders, 2);
    builders_close(&builders);
}

/* ---- no thread can be started ---- */

static void test_no_thread(void **state) {
    struct gate gate = gate_new();
    struct gated_task task = gated(&gate);
    struct builders builders;

    (void)state;
    init(&builders, 3);
    size_t stack = threads_refuse();
    assert_false(builders_offer(&builders, &task.task));
    assert_false(builders_submit(&builders, &task.task));
    threads_allow(stack);
    assert_true(builders_offer(&builders, &task.task));
    gate_open(&gate);
    builders_close(&builders);
    assert_int_equal(gate_inside(&gate), 1);
}

/* Not all that are wanted. */
static void test_fewer_threads(void **state) {
    struct gate gate = gate_new();
    struct gated_task tasks[3] = {gated(&gate), gated(&gate), gated(&gate)};
    struct builders builders;

    (void)state;
    init(&builders, 3);
    assert_true(builders_offer(&builders, &tasks[0].task));
    gate_wait_inside(&gate, 1);
    size_t stack = threads_refuse();
    assert_false(builders_offer(&builders, &tasks[1].task));
    assert_true(builders_submit(&builders, &tasks[1].task));
    threads_allow(stack);
    gate_open(&gate);
    builders_close(&builders);
    assert_int_equal(gate_inside(&gate), 2);
}

/* Large files and full open blocks are stored all the same. */
static void test_a_store_without_threads(void **state) {
    struct scratch_store scratch;
    struct store_figures figures;
    struct err err = {0};

    (void)state;
    trained_open(&scratch);
    size_t stack = threads_refuse();
    assert_int_equal(import_range(scratch.store, 0, 20000, 0).inserted, 20000);
    for (int64_t i = 0; i < 6; i++)
        import_range(scratch.store, 20000 + i * 6000, 26000 + i * 6000, 0);
    threads_allow(stack);
    assert_true(store_measure(scratch.store, &figures, &err));
    assert_true(figures.pending_events <= 2 * 16384);
    expect_stored(scratch.store, 0, 56000);
    expect_sound(&scratch, 56000);
    scratch_close(&scratch);
}

int main(void) {
    const struct rows all[] = {TEST(test_offer),         TEST(test_reuse),
                               TEST(test_submit),        TEST(test_in_order),
                               TEST(test_nothing_to_do), TEST(test_no_thread),
                               TEST(test_fewer_threads), TEST(test_a_store_without_threads)};

    return rows_run("builders", all, ARRAY_LENGTH(all));
}
