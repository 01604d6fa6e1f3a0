/* collect/import_run.c, import_objects.c: what is tried again, when, and how often. The test takes
 * the turns that the agenda would, so that no pause is waited for. */
#include "tests/rows.h"

#include <pthread.h>
#include <stdio.h>

#include "base/utc.h"
#include "collect/import_run.h"
#include "tests/support_collect.h"
#include "tests/support_patience.h"

struct turning {
    struct collecting collecting;
    struct import_run *run;
    void (*turn)(struct agenda_item *item, struct aws_channel *channel);
    struct aws_channel *channel;
};

static void no_turn(struct agenda_item *item, struct aws_channel *channel) {
    (void)item;
    (void)channel;
}

static void over(struct import_run *run) {
    assert_true(run->ended);
}

/* An import of s3://bucket/f/ that was not begun. */
static void open_turning(struct turning *turning) {
    const struct import_request request = {
        .bucket = SPAN("bucket"), .prefix = SPAN("f/"), .selection = SELECTION_ALL};
    struct collecting *collecting = &turning->collecting;
    struct receipt receipt;
    struct err err;

    *turning = (struct turning){0};
    collecting_open(collecting, 1);
    struct span text = import_request_write(&request, &collecting->arena);
    if (!store_add_prefix_import(collecting->scratch.store, SPAN("prefix"), SPAN("s3://bucket/f/"),
                                 text, &collecting->arena, &receipt, &err))
        fail_msg("%s", err.text);
    const struct prefix_import saved = {
        .id = receipt.id, .status = IMPORT_QUEUED, .request = text, .position = SPAN("")};
    if (!import_run_new(collecting->collector, &saved, over, &turning->run, &err))
        fail_msg("%s", err.text);
    turning->turn = turning->run->item.run;
    turning->run->item.run = no_turn;
    turning->channel = aws_channel_open(collecting->collector->client);
}

static void close_turning(struct turning *turning) {
    import_run_free(turning->run);
    aws_channel_close(turning->channel);
    collecting_close(&turning->collecting);
}

static bool is_idle(struct import_run *run) {
    pthread_mutex_lock(&run->lock);
    bool idle = run->window.under_way == 0;
    pthread_mutex_unlock(&run->lock);
    return idle;
}

/* One turn, and the end of what it has fetched. */
static void take_turn(struct turning *turning) {
    turning->turn(&turning->run->item, turning->channel);
    for (struct patience patience = {0}; !is_idle(turning->run);)
        patience_nap(&patience, "the end of downloads");
}

static void set_pause(struct import_run *run, size_t number, int64_t not_before_ms) {
    struct window *window = &run->window;

    pthread_mutex_lock(&run->lock);
    window->slots[(window->first + number) % WINDOW_SLOTS]->not_before_ms = not_before_ms;
    pthread_mutex_unlock(&run->lock);
}

static struct import_live measure(struct turning *turning) {
    struct import_live live;

    import_run_measure(turning->run, &turning->collecting.arena, &live);
    return live;
}

/* ---- objects ---- */

static bool fail_all_but_first(void *context, struct fake_connection *connection,
                               const struct fake_question *question) {
    (void)context;
    if (question->list || span_equal(question->key, SPAN("f/0000.json")))
        return false;
    fake_s3_refuse(connection, 500, "InternalError");
    return true;
}

/* Files numbered [from, to), of which that of number 0 comes. */
static void open_with_failing(struct turning *turning, int from, int to) {
    open_turning(turning);
    put_files(turning->collecting.s3, "f/", from, to);
    fake_s3_fault(turning->collecting.s3, fail_all_but_first, NULL);
}

static void test_tried_four_times(void **state) {
    static const int64_t pauses_ms[] = {2000, 8000, 32000};
    struct turning turning;

    (void)state;
    open_with_failing(&turning, 1, 2);
    int64_t begun_ms = monotonic_ms();
    for (size_t i = 0; i < ARRAY_LENGTH(pauses_ms); i++) {
        take_turn(&turning);
        const struct window *window = &turning.run->window;
        assert_int_equal(window->count, 1);
        assert_int_equal(window->slots[window->first]->failures, i + 1);
        assert_in_range(window->slots[window->first]->not_before_ms, begun_ms + pauses_ms[i],
                        monotonic_ms() + pauses_ms[i]);
        assert_non_null(measure(&turning).waiting_for.data);
        begun_ms = monotonic_ms();
        set_pause(turning.run, 0, 0);
    }
    take_turn(&turning);
    assert_int_equal(turning.run->window.count, 0);
    take_turn(&turning);
    assert_true(turning.run->ended);
    struct receipt receipt = get_receipt(&turning.collecting, turning.run->id);
    assert_int_equal(receipt.status, IMPORT_DONE);
    check_progress(&receipt.progress, 0, 0, 0, 1);
    assert_int_equal(list_files(&turning.collecting, turning.run->id, 1U << IMPORT_FAILED).count,
                     1);
    close_turning(&turning);
}

/* Nothing has come since it was tried last: that is no fault of its own. */
static void test_tried_further_while_nothing_comes(void **state) {
    struct turning turning;

    (void)state;
    open_with_failing(&turning, 1, 3);
    take_turn(&turning);
    for (int i = 0; i < 6; i++) {
        int64_t now_ms = monotonic_ms();
        set_pause(turning.run, 1, INT64_MAX);
        pthread_mutex_lock(&turning.run->lock);
        turning.run->brought_ms = now_ms - MS_PER_MINUTE;
        pthread_mutex_unlock(&turning.run->lock);
        set_pause(turning.run, 0, now_ms);
        take_turn(&turning);
    }
    const struct window *window = &turning.run->window;
    assert_int_equal(window->live.files_failed, 0);
    assert_int_equal(window->count, 2);
    assert_in_range(window->slots[window->first]->failures, 7, 9);
    close_turning(&turning);
}

static void test_remaining_time(void **state) {
    struct turning turning;

    (void)state;
    open_with_failing(&turning, 0, 2);
    take_turn(&turning);
    pthread_mutex_lock(&turning.run->lock);
    turning.run->rate =
        (struct rate){.samples = {{.at_ms = monotonic_ms() - 1000}}, .count = 1, .newest = 0};
    pthread_mutex_unlock(&turning.run->lock);
    struct import_live live = measure(&turning);
    assert_true(live.listed);
    assert_int_equal(live.progress.bytes_done, log_file(0).length);
    assert_int_equal(live.progress.bytes_listed, log_file(0).length + log_file(1).length);
    assert_in_range(live.bytes_per_second, 1, live.progress.bytes_done);
    assert_int_equal(live.eta_ms, (int64_t)log_file(1).length * 1000 / live.bytes_per_second);
    close_turning(&turning);
}

/* ---- lists ---- */

static bool refuse_lists(void *context, struct fake_connection *connection,
                         const struct fake_question *question) {
    (void)context;
    if (!question->list || question->number == 0)
        return false;
    fake_s3_refuse(connection, 500, "InternalError");
    return true;
}

/* Behind a first page a list may fail for some minutes. */
static const struct listing_row {
    const char *name;
    int failures;
    enum import_status ended;
    int64_t done;
} listings[] = {
    {"a list that works again", 1, IMPORT_DONE, 2},
    {"a list that works at last", 9, IMPORT_DONE, 2},
    {"a list that never works", 10, IMPORT_FAILED, 1},
};

static void put_two_pages(struct fake_s3 *s3) {
    char key[64];

    put_files(s3, "f/a/", 0, 1);
    for (int i = 0; i < S3_PAGE_KEYS; i++) {
        snprintf(key, sizeof(key), "f/b/%04d/", i);
        fake_s3_put(s3, "bucket", key, SPAN(""));
    }
    put_files(s3, "f/c/", 1, 2);
}

static void test_listing(void **state) {
    const struct listing_row *row = *state;
    struct turning turning;

    open_turning(&turning);
    put_two_pages(turning.collecting.s3);
    fake_s3_fault(turning.collecting.s3, refuse_lists, NULL);
    take_turn(&turning);
    assert_int_equal(turning.run->window.live.files_listed, S3_PAGE_KEYS);
    for (int i = 0; i < row->failures; i++) {
        int64_t begun_ms = monotonic_ms();
        assert_false(turning.run->listed);
        take_turn(&turning);
        assert_int_equal(turning.run->listing_failures, i + 1);
        assert_non_null(measure(&turning).waiting_for.data);
        assert_true(turning.run->list_after_ms >= begun_ms + 5000);
        turning.run->list_after_ms = 0;
    }
    fake_s3_fault(turning.collecting.s3, NULL, NULL);
    for (int i = 0; i < 3 && !turning.run->ended; i++)
        take_turn(&turning);
    struct receipt receipt = get_receipt(&turning.collecting, turning.run->id);
    assert_int_equal(receipt.status, row->ended);
    assert_int_equal(receipt.progress.files_done, row->done);
    assert_int_equal(turning.run->listing_failures, row->ended == IMPORT_DONE ? 0 : row->failures);
    close_turning(&turning);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_tried_four_times),
        TEST(test_tried_further_while_nothing_comes),
        TEST(test_remaining_time),
        ROWS(test_listing, listings),
    };

    return rows_run("import_run", all, ARRAY_LENGTH(all));
}
