/* collect/agenda.c: what is due runs, once, in time, on threads that do not wait for each other. */
#include "tests/rows.h"

#include <pthread.h>
#include <sched.h>

#include "base/utc.h"
#include "collect/agenda.h"
#include "tests/support_gate.h"

#define FAR_MS INT64_C(3600000)

static struct agenda *open_agenda(size_t threads) {
    struct agenda *agenda;
    struct err err;

    assert_true(agenda_open(NULL, threads, 0, &agenda, &err));
    return agenda;
}

/* Passes a gate when it runs, so that a test sees it and holds it. */
struct gated {
    struct agenda_item item; /* first */
    struct gate gate;
    struct agenda *agenda;
    int64_t then_ms; /* what it sets itself to at its end; -1: nothing */
};

static void run_gated(struct agenda_item *item, struct aws_channel *channel) {
    struct gated *gated = (struct gated *)item;

    assert_null(channel);
    gate_pass(&gated->gate);
    if (gated->then_ms >= 0)
        agenda_set(gated->agenda, item, gated->then_ms);
}

static struct gated new_gated(struct agenda *agenda, bool open) {
    struct gated gated = {
        .item = {.run = run_gated}, .gate = gate_new(), .agenda = agenda, .then_ms = -1};

    if (open)
        gate_open(&gated.gate);
    return gated;
}

static void test_one_that_blocks_stops_no_other(void **state) {
    struct agenda *agenda = open_agenda(2);
    struct gated stuck = new_gated(agenda, false);
    struct gated other = new_gated(agenda, true);

    (void)state;
    agenda_set(agenda, &stuck.item, 0);
    gate_wait_inside(&stuck.gate, 1);
    for (int i = 1; i <= 3; i++) {
        agenda_set(agenda, &other.item, 0);
        gate_wait_inside(&other.gate, i);
    }
    gate_open(&stuck.gate);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&stuck.gate), 1);
}

/* Some are stuck, more than there are threads; what is set goes on, also when a spare thread gets
 * stuck, and one that is not any more helps again. */
static void test_spare_threads(void **state) {
    struct gated stuck[3];
    struct agenda *agenda;
    struct err err;

    (void)state;
    assert_true(agenda_open(NULL, 1, 3, &agenda, &err));
    struct gated other = new_gated(agenda, true);
    for (int i = 0; i < 3; i++) {
        stuck[i] = new_gated(agenda, false);
        agenda_set(agenda, &stuck[i].item, 0);
        gate_wait_inside(&stuck[i].gate, 1);
        agenda_set(agenda, &other.item, 0);
        gate_wait_inside(&other.gate, i + 1);
    }
    gate_open(&stuck[1].gate);
    agenda_remove(agenda, &stuck[1].item);
    agenda_set(agenda, &other.item, 0);
    gate_wait_inside(&other.gate, 4);
    gate_open(&stuck[0].gate);
    gate_open(&stuck[2].gate);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&other.gate), 4);
}

/* None can be started: it goes on as soon as a thread is free. */
static void test_no_spare_thread(void **state) {
    struct agenda *agenda;
    struct err err;

    (void)state;
    assert_true(agenda_open(NULL, 1, 3, &agenda, &err));
    struct gated first = new_gated(agenda, false);
    struct gated second = new_gated(agenda, false);
    struct gated other = new_gated(agenda, true);
    size_t stack = threads_refuse();
    agenda_set(agenda, &first.item, 0);
    agenda_set(agenda, &second.item, 0);
    gate_wait_inside(&first.gate, 1);
    gate_wait_inside(&second.gate, 1);
    threads_allow(stack);
    agenda_set(agenda, &other.item, 0);
    gate_open(&second.gate);
    gate_wait_inside(&other.gate, 1);
    gate_open(&first.gate);
    agenda_close(agenda);
}

/* Many at once on one thread: by their moments, not by the order in which they were set. */
static int order[64];
static int ordered;

struct numbered {
    struct agenda_item item; /* first */
    int number;
};

static void run_numbered(struct agenda_item *item, struct aws_channel *channel) {
    (void)channel;
    order[ordered++] = ((struct numbered *)item)->number;
}

static void test_in_order_of_their_moments(void **state) {
    struct agenda *agenda = open_agenda(1);
    struct gated first = new_gated(agenda, false);
    struct gated last = new_gated(agenda, true);
    struct numbered items[64];
    int64_t begin_ms = monotonic_ms() - 1000;

    (void)state;
    ordered = 0;
    agenda_set(agenda, &first.item, 0);
    gate_wait_inside(&first.gate, 1);
    for (int i = 0; i < 64; i++) {
        items[i] = (struct numbered){.item = {.run = run_numbered}, .number = i * 37 % 64};
        agenda_set(agenda, &items[i].item, FAR_MS + begin_ms);
    }
    for (int i = 0; i < 64; i++)
        agenda_set(agenda, &items[i].item, begin_ms + items[i].number);
    agenda_remove(agenda, &items[5].item);
    agenda_set(agenda, &last.item, begin_ms + 64);
    gate_open(&first.gate);
    gate_wait_inside(&last.gate, 1);
    agenda_close(agenda);
    assert_int_equal(ordered, 63);
    for (int i = 1; i < 63; i++)
        assert_true(order[i - 1] < order[i]);
}

/* Set while it runs, and by itself for much later: the earlier moment counts. */
static void test_woken_while_it_runs(void **state) {
    struct agenda *agenda = open_agenda(1);
    struct gated item = new_gated(agenda, false);

    (void)state;
    item.then_ms = monotonic_ms() + FAR_MS;
    agenda_set(agenda, &item.item, 0);
    gate_wait_inside(&item.gate, 1);
    agenda_set(agenda, &item.item, 0);
    gate_open(&item.gate);
    gate_wait_inside(&item.gate, 2);
    /* And the far moment that the second run has set is moved nearer. */
    agenda_set(agenda, &item.item, 0);
    gate_wait_inside(&item.gate, 3);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&item.gate), 3);
}

static void test_later_does_not_put_off(void **state) {
    struct agenda *agenda = open_agenda(1);
    struct gated stuck = new_gated(agenda, false);
    struct gated item = new_gated(agenda, true);

    (void)state;
    agenda_set(agenda, &stuck.item, 0);
    gate_wait_inside(&stuck.gate, 1);
    agenda_set(agenda, &item.item, 0);
    agenda_set(agenda, &item.item, monotonic_ms() + FAR_MS);
    gate_open(&stuck.gate);
    gate_wait_inside(&item.gate, 1);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&item.gate), 1);
}

static void *open_soon(void *argument) {
    struct gated *gated = argument;

    gate_wait_inside(&gated->gate, 1);
    gate_open(&gated->gate);
    return NULL;
}

/* It wants to run again, but was removed meanwhile; removing waits for its run. */
static void test_removed_while_it_runs(void **state) {
    struct agenda *agenda = open_agenda(2);
    struct gated item = new_gated(agenda, false);
    pthread_t opener;

    (void)state;
    item.then_ms = 0;
    agenda_set(agenda, &item.item, 0);
    gate_wait_inside(&item.gate, 1);
    assert_int_equal(pthread_create(&opener, NULL, open_soon, &item), 0);
    agenda_remove(agenda, &item.item);
    assert_false(item.item.running);
    int runs = gate_inside(&item.gate); /* more than one, should the opener have been first */
    agenda_set(agenda, &item.item, 0);
    pthread_join(opener, NULL);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&item.gate), runs);
}

static void test_stopped(void **state) {
    struct agenda *agenda = open_agenda(3);
    struct gated waiting = new_gated(agenda, true);
    struct gated late = new_gated(agenda, true);

    (void)state;
    agenda_set(agenda, &waiting.item, monotonic_ms() + FAR_MS);
    agenda_stop(agenda);
    agenda_set(agenda, &late.item, 0);
    agenda_remove(agenda, &waiting.item);
    agenda_close(agenda);
    assert_int_equal(gate_inside(&waiting.gate), 0);
    assert_int_equal(gate_inside(&late.gate), 0);
}

static void test_threads_refused(void **state) {
    struct agenda *agenda;
    struct err err;
    size_t stack = threads_refuse();

    (void)state;
    assert_false(agenda_open(NULL, 2, 0, &agenda, &err));
    threads_allow(stack);
    assert_int_equal(err.kind, ERR_INTERNAL);
}

/* ---- all at once, from many threads ---- */

#define SETTERS 4
#define ITEMS   50

struct counted {
    struct agenda_item item; /* first */
    atomic_int runs;
    atomic_int running;
};

static void run_counted(struct agenda_item *item, struct aws_channel *channel) {
    struct counted *counted = (struct counted *)item;

    (void)channel;
    assert_int_equal(atomic_fetch_add(&counted->running, 1), 0);
    atomic_fetch_add(&counted->runs, 1);
    atomic_fetch_sub(&counted->running, 1);
}

struct setter {
    struct agenda *agenda;
    struct counted *items;
};

static void *set_many(void *argument) {
    struct setter *setter = argument;

    for (int i = 0; i < 100 * ITEMS; i++)
        agenda_set(setter->agenda, &setter->items[i * 7 % ITEMS].item,
                   i % 3 == 0 ? monotonic_ms() + 1 : 0);
    return NULL;
}

static void test_many_threads(void **state) {
    struct counted items[ITEMS];
    struct setter setter = {open_agenda(3), items};
    pthread_t threads[SETTERS];

    (void)state;
    memset(items, 0, sizeof(items));
    for (int i = 0; i < ITEMS; i++)
        items[i].item.run = run_counted;
    for (int i = 0; i < SETTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, set_many, &setter), 0);
    for (int i = 0; i < SETTERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < ITEMS; i++) {
        while (atomic_load(&items[i].runs) == 0)
            sched_yield();
        agenda_remove(setter.agenda, &items[i].item);
    }
    agenda_close(setter.agenda);
    for (int i = 0; i < ITEMS; i++)
        assert_in_range(atomic_load(&items[i].runs), 1, 100 * SETTERS);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_one_that_blocks_stops_no_other),
        TEST(test_spare_threads),
        TEST(test_no_spare_thread),
        TEST(test_in_order_of_their_moments),
        TEST(test_woken_while_it_runs),
        TEST(test_later_does_not_put_off),
        TEST(test_removed_while_it_runs),
        TEST(test_stopped),
        TEST(test_threads_refused),
        TEST(test_many_threads),
    };

    return rows_run("agenda", all, ARRAY_LENGTH(all));
}
