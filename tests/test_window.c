/* collect/window.c: what is saved is exact in whatever order objects finish. */
#include "tests/rows.h"

#include <stdio.h>

#include "collect/window.h"

static struct window new_window(void) {
    const struct import_progress nothing = {0};
    struct window window;

    window_init(&window, &nothing, SPAN_NONE, SPAN(""));
    return window;
}

/* Keys are k0000, k0001...; each has its number as size. */
static struct window_slot *add(struct window *window, int64_t number) {
    char key[32];
    snprintf(key, sizeof(key), "k%04d", (int)number);
    const struct s3_object object = {.bucket = SPAN("bucket"),
                                     .key = span_of(key),
                                     .etag = SPAN("etag"),
                                     .version = SPAN_NONE,
                                     .bytes = number};

    return window_add(window, &object);
}

static const struct slot_end imported = {
    .outcome = FETCH_IMPORTED, .records = 3, .inserted = 2, .duplicates = 1};

static void check_position(const struct window *window, const char *key) {
    assert_int_equal(span_compare(buffer_span(&window->position), span_of(key)), 0);
}

static void check_skipped(const struct skipped_files *files, const char *expected) {
    struct arena CLEANUP(arena_clear) arena = {0};
    struct span text = skipped_files_to_text(files, &arena);

    if (!span_equal(text, span_of(expected)))
        fail_msg("%.*s", SPAN_ARGS(text));
}

/* ---- orders of finishing: the position never passes one that is not finished ---- */

static const struct order_row {
    const char *name;
    const char *finished;  /* digits, in this order */
    const char *positions; /* after each: the digit of the key, '-' for none */
    int64_t settled[4];    /* files settled after each */
} orders[] = {
    {"in order", "0123", "0123", {1, 2, 3, 4}},
    {"backwards: nothing settles before the first", "3210", "---3", {0, 0, 0, 4}},
    {"a slow one in the middle", "0231", "0003", {1, 1, 1, 4}},
    {"pairs", "1032", "-113", {0, 2, 2, 4}},
};

static void test_order(void **state) {
    const struct order_row *row = *state;
    struct window window = new_window();
    struct window_slot *slots[4];

    for (int i = 0; i < 4; i++)
        slots[i] = add(&window, i);
    for (int i = 0; i < 4; i++)
        assert_ptr_equal(window_take(&window, 0), slots[i]);
    assert_null(window_take(&window, 0));
    for (int i = 0; i < 4; i++) {
        char key[] = {'k', '0', '0', '0', row->positions[i], 0};
        window_finish(&window, slots[row->finished[i] - '0'], &imported);
        check_position(&window, row->positions[i] == '-' ? "" : key);
        assert_int_equal(window.settled.files_done, row->settled[i]);
        assert_int_equal(window.settled.inserted, 2 * row->settled[i]);
        assert_int_equal(window.live.files_done, i + 1);
    }
    assert_int_equal(window.under_way, 0);
    assert_memory_equal(&window.live, &window.settled, sizeof(window.live));
    window_clear(&window);
}

/* ---- the rest ---- */

static void test_outcomes(void **state) {
    struct window window = new_window();

    (void)state;
    for (int i = 0; i < FETCH_CANCELLED; i++) {
        const struct slot_end end = {
            .outcome = (enum fetch_outcome)i, .skipped = SPAN("digest"), .records = i};
        window_finish(&window, add(&window, 10), &end);
    }
    assert_int_equal(window.settled.files_listed, 4);
    assert_int_equal(window.settled.files_done, 1);
    assert_int_equal(window.settled.files_known, 1);
    assert_int_equal(window.settled.files_skipped, 1);
    assert_int_equal(window.settled.files_failed, 1);
    assert_int_equal(window.settled.bytes_listed, 40);
    assert_int_equal(window.settled.bytes_done, 40);
    assert_int_equal(window.settled.records, 0 + 1 + 2 + 3);
    check_skipped(&window.settled_skipped, "{\"digest\":{\"objects\":1,\"example\":\"k0010\"}}");
    window_clear(&window);
}

/* What is finished when it is listed stands between others. */
static void test_skipped_at_once(void **state) {
    const struct slot_end skipped = {.outcome = FETCH_SKIPPED, .skipped = SPAN("folder")};
    struct window window = new_window();

    (void)state;
    struct window_slot *first = add(&window, 0);
    window_finish(&window, add(&window, 1), &skipped);
    struct window_slot *last = add(&window, 2);
    check_position(&window, "");
    assert_ptr_equal(window_take(&window, 0), first);
    assert_ptr_equal(window_take(&window, 0), last);
    window_finish(&window, first, &imported);
    check_position(&window, "k0001");
    window_finish(&window, last, &imported);
    check_position(&window, "k0002");
    window_clear(&window);
}

/* What settles is the same, in the order of the keys, whatever finished first; and a kind is kept
 * until then. */
static void test_skipped_kinds(void **state) {
    struct window window = new_window();
    struct window_slot *slots[3];
    char kind[] = "foreign";
    struct slot_end end = {.outcome = FETCH_SKIPPED, .skipped = SPAN("digest")};

    (void)state;
    for (int i = 0; i < 3; i++)
        slots[i] = add(&window, i);
    window_finish(&window, slots[2], &end);
    end.skipped = span_of(kind);
    window_finish(&window, slots[1], &end);
    memset(kind, '-', sizeof(kind));
    check_skipped(&window.settled_skipped, "{}");
    check_skipped(&window.live_skipped,
                  "{\"digest\":{\"objects\":1,\"example\":\"k0002\"},"
                  "\"foreign\":{\"objects\":1,\"example\":\"k0001\"}}");
    end.skipped = SPAN("digest");
    window_finish(&window, slots[0], &end);
    check_skipped(&window.settled_skipped,
                  "{\"digest\":{\"objects\":2,\"example\":\"k0000\"},"
                  "\"foreign\":{\"objects\":1,\"example\":\"k0001\"}}");
    window_clear(&window);
}

static void test_tried_again(void **state) {
    struct window window = new_window();

    (void)state;
    struct window_slot *first = add(&window, 0);
    struct window_slot *second = add(&window, 1);
    assert_ptr_equal(window_take(&window, 0), first);
    assert_int_equal(window_next_due(&window, 2), INT64_MAX);
    window_put_back(&window, first, 1000, true);
    assert_int_equal(window_next_due(&window, 1), 1000);
    assert_int_equal(window.again, 1);
    assert_ptr_equal(window_take(&window, 999), second);
    assert_int_equal(window_next_due(&window, 2), 1000);
    assert_int_equal(window_next_due(&window, 1), INT64_MAX);
    assert_null(window_take(&window, 999));
    assert_ptr_equal(window_take(&window, 1000), first);
    assert_int_equal(first->attempts, 1);
    assert_int_equal(first->failures, 1);
    window_put_back(&window, first, 1000, false);
    assert_ptr_equal(window_take(&window, 1000), first);
    assert_int_equal(first->attempts, 2);
    assert_int_equal(first->failures, 1);
    assert_int_equal(window_next_due(&window, 2), INT64_MAX);
    assert_int_equal(window.under_way, 2);
    assert_int_equal(window.again, 0);
    window_finish(&window, second, &imported);
    check_position(&window, "");
    window_finish(&window, first, &imported);
    check_position(&window, "k0001");
    window_clear(&window);
}

static void test_goes_on(void **state) {
    const struct import_progress saved = {.files_listed = 7, .files_done = 5, .records = 50};
    const struct span saved_skipped = SPAN("{\"digest\":{\"objects\":2,\"example\":\"k0001\"}}");
    const struct slot_end skipped = {.outcome = FETCH_SKIPPED, .skipped = SPAN("digest")};
    struct window window;

    (void)state;
    window_init(&window, &saved, saved_skipped, SPAN("k0006"));
    check_position(&window, "k0006");
    window_finish(&window, add(&window, 7), &imported);
    check_position(&window, "k0007");
    assert_int_equal(window.settled.files_listed, 8);
    assert_int_equal(window.settled.files_done, 6);
    assert_int_equal(window.settled.records, 53);
    window_finish(&window, add(&window, 8), &skipped);
    check_skipped(&window.live_skipped, "{\"digest\":{\"objects\":3,\"example\":\"k0001\"}}");
    check_skipped(&window.settled_skipped, "{\"digest\":{\"objects\":3,\"example\":\"k0001\"}}");
    window_clear(&window);
}

/* The ring goes round and stays as large as it is. */
static void test_room(void **state) {
    struct window window = new_window();

    (void)state;
    for (int64_t number = 0; number < 3 * WINDOW_SLOTS; number++) {
        add(&window, number % 10000);
        if (window_room(&window) == 0) {
            while (window.count > WINDOW_SLOTS / 3)
                window_finish(&window, window_take(&window, 0), &imported);
        }
    }
    assert_in_range(window.count, 1, WINDOW_SLOTS);
    assert_int_equal(window.live.files_listed, 3 * WINDOW_SLOTS);
    assert_int_equal(window.settled.files_listed + (int64_t)window.count, 3 * WINDOW_SLOTS);
    window_clear(&window);
}

int main(void) {
    const struct rows all[] = {
        ROWS(test_order, orders), TEST(test_outcomes),    TEST(test_skipped_at_once),
        TEST(test_skipped_kinds), TEST(test_tried_again), TEST(test_goes_on),
        TEST(test_room),
    };

    return rows_run("window", all, ARRAY_LENGTH(all));
}
