#include "server/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/rows.h"

/* A job that waits at a gate, so that a test decides what runs while what waits. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int inside;
};

struct gated_job {
    struct job job;
    struct gate *gate;
};

static struct gate gate_new(void) {
    return (struct gate){PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
}

static void pass_gate(struct job *job) {
    struct gate *gate = ((struct gated_job *)job)->gate;

    pthread_mutex_lock(&gate->lock);
    gate->inside++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void wait_inside(struct gate *gate, int count) {
    pthread_mutex_lock(&gate->lock);
    while (gate->inside < count)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void open_gate(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static struct workers *start(size_t count, size_t room) {
    struct workers *workers;
    struct err err;

    assert_true(workers_start(count, room, &workers, &err));
    return workers;
}

static void end(struct workers *workers) {
    workers_end(workers);
    workers_free(workers);
}

struct counted_job {
    struct job job;
    atomic_int *runs;
};

static void count_run(struct job *job) {
    atomic_fetch_add(((struct counted_job *)job)->runs, 1);
}

static void test_ending_runs_all_that_waits(void **state) {
    struct workers *workers = start(3, 1000);
    static struct counted_job jobs[1000];
    atomic_int runs = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
        jobs[i] = (struct counted_job){{.run = count_run, .lane = i % LANES}, &runs};
        assert_true(workers_submit(workers, &jobs[i].job));
    }
    end(workers);
    assert_int_equal(atomic_load(&runs), 1000);
}

static void test_a_full_queue_refuses(void **state) {
    struct workers *workers = start(1, 2);
    struct gate gate = gate_new();
    struct gated_job jobs[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++)
        jobs[i] = (struct gated_job){{.run = pass_gate, .lane = LANE_SEARCH}, &gate};
    assert_true(workers_submit(workers, &jobs[0].job));
    wait_inside(&gate, 1);
    assert_int_equal(workers_waiting(workers), 0);
    assert_true(workers_submit(workers, &jobs[1].job));
    assert_false(workers_full(workers, LANE_SEARCH));
    assert_true(workers_submit(workers, &jobs[2].job));
    assert_true(workers_full(workers, LANE_SEARCH));
    assert_false(workers_full(workers, LANE_UPLOAD));
    assert_int_equal(workers_waiting(workers), 2);
    assert_false(workers_submit(workers, &jobs[3].job));
    open_gate(&gate);
    end(workers);
    assert_int_equal(gate.inside, 3);
}

/* With two workers and uploads without end, a search is done at once. */
static void test_uploads_leave_a_worker(void **state) {
    struct workers *workers = start(2, 10);
    struct gate uploads = gate_new();
    struct gate search = gate_new();
    struct gated_job upload_jobs[5];
    struct gated_job search_job = {{.run = pass_gate, .lane = LANE_SEARCH}, &search};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(upload_jobs); i++) {
        upload_jobs[i] = (struct gated_job){{.run = pass_gate, .lane = LANE_UPLOAD}, &uploads};
        assert_true(workers_submit(workers, &upload_jobs[i].job));
    }
    wait_inside(&uploads, 1);
    assert_true(workers_submit(workers, &search_job.job));
    wait_inside(&search, 1);
    assert_int_equal(uploads.inside, 1);
    open_gate(&search);
    open_gate(&uploads);
    end(workers);
    assert_int_equal(uploads.inside, 5);
}

static void test_a_single_worker_does_both(void **state) {
    struct workers *workers = start(1, 10);
    struct counted_job jobs[2];
    atomic_int runs = 0;

    (void)state;
    jobs[0] = (struct counted_job){{.run = count_run, .lane = LANE_UPLOAD}, &runs};
    jobs[1] = (struct counted_job){{.run = count_run, .lane = LANE_SEARCH}, &runs};
    assert_true(workers_submit(workers, &jobs[0].job));
    assert_true(workers_submit(workers, &jobs[1].job));
    end(workers);
    assert_int_equal(atomic_load(&runs), 2);
}

static void test_ended_workers_refuse(void **state) {
    struct workers *workers = start(1, 10);
    atomic_int runs = 0;
    struct counted_job job = {{.run = count_run}, &runs};

    (void)state;
    workers_end(workers);
    assert_false(workers_submit(workers, &job.job));
    workers_free(workers);
    assert_int_equal(atomic_load(&runs), 0);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_ending_runs_all_that_waits), TEST(test_a_full_queue_refuses),
        TEST(test_uploads_leave_a_worker),     TEST(test_a_single_worker_does_both),
        TEST(test_ended_workers_refuse),
    };

    return rows_run("workers", all, ARRAY_LENGTH(all));
}
