/* store/batch.c and batch_codec.c */
#include "tests/rows.h"

#include "store/batch.h"
#include "tests/support_store.h"

static void fill(struct batch *batch, int64_t from, int64_t to) {
    struct arena arena = {0};

    for (int64_t number = from; number < to; number++) {
        struct event event = made_event(number, &arena);
        assert_true(batch_add(batch, &event, 1));
        arena_clear(&arena);
    }
}

static const struct key_row {
    const char *name;
    struct event a;
    struct event b;
    bool same;
} keys[] = {
    {"the same event",
     {.time_ms = 1, .event_id = {"x", 1}, .record = {"{}", 2}},
     {.time_ms = 1, .event_id = {"x", 1}, .record = {"{ }", 3}},
     true},
    {"another eventID",
     {.time_ms = 1, .event_id = {"x", 1}},
     {.time_ms = 1, .event_id = {"y", 1}},
     false},
    {"another account",
     {.time_ms = 1, .event_id = {"x", 1}, .value = {[ATTRIBUTE_ACCOUNT] = {"1", 1}}},
     {.time_ms = 1, .event_id = {"x", 1}, .value = {[ATTRIBUTE_ACCOUNT] = {"2", 1}}},
     false},
    {"another time",
     {.time_ms = 1, .event_id = {"x", 1}},
     {.time_ms = 2, .event_id = {"x", 1}},
     false},
    {"no eventID, the same bytes", {.record = {"{}", 2}}, {.record = {"{}", 2}}, true},
    {"no eventID, other bytes", {.record = {"{}", 2}}, {.record = {"{ }", 3}}, false},
};

static void test_key(void **state) {
    const struct key_row *row = *state;
    struct batch batch = {0};

    assert_true(batch_add(&batch, &row->a, 1));
    struct event_key key = event_key_of(&row->b);
    assert_int_equal(batch_holds(&batch, &key), row->same);
    assert_int_equal(batch_add(&batch, &row->b, 1), !row->same);
    assert_int_equal(batch.rows, row->same ? 1 : 2);
    batch_clear(&batch);
}

static void test_full(void **state) {
    struct batch batch = {0};
    char *large = memory_new(1, LIMIT_RECORD_BYTES);
    struct event event = {.record = {large, LIMIT_RECORD_BYTES}};

    (void)state;
    fill(&batch, 0, BLOCK_ROWS - 1);
    assert_false(batch_is_full(&batch));
    fill(&batch, BLOCK_ROWS, BLOCK_ROWS + 1);
    assert_true(batch_is_full(&batch));
    batch_reset(&batch);
    assert_int_equal(batch.rows, 0);
    for (int64_t i = 0; !batch_is_full(&batch); i++) {
        event.time_ms = i;
        assert_true(batch_add(&batch, &event, 1));
    }
    assert_int_equal(batch.rows, BATCH_TEXT_BYTES / LIMIT_RECORD_BYTES);
    batch_clear(&batch);
    free(large);
}

static void test_sort(void **state) {
    struct batch batch = {0};
    uint16_t order[3000];

    (void)state;
    for (int64_t i = 2999; i >= 0; i--)
        fill(&batch, i, i + 1);
    batch_sort(&batch, order);
    for (size_t i = 1; i < 3000; i++) {
        const struct event_key *a = &batch.keys[order[i - 1]];
        const struct event_key *b = &batch.keys[order[i]];
        assert_true(a->time_ms < b->time_ms || (a->time_ms == b->time_ms && a->hash < b->hash));
    }
    batch_clear(&batch);
}

static void check_same_row(const struct batch *a, size_t row_a, const struct batch *b,
                           size_t row_b) {
    assert_memory_equal(&a->keys[row_a], &b->keys[row_b], sizeof(a->keys[0]));
    assert_true(span_equal(a->records[row_a], b->records[row_b]));
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++)
        assert_true(span_equal(a->columns[i].cells[a->columns[i].ids[row_a]],
                               b->columns[i].cells[b->columns[i].ids[row_b]]));
}

static void test_stored_form(void **state) {
    struct batch batch = {0};
    struct batch again = {0};
    struct compressor compressor;
    struct decompressor decompressor;
    struct buffer bytes = {0};
    struct err err = {0};
    uint16_t order[1000];

    (void)state;
    fill(&batch, 0, 1000);
    batch_sort(&batch, order);
    compressor_open(&compressor, COMPRESS_TO_PASS);
    decompressor_open(&decompressor);
    batch_encode(&batch, order, 900, &compressor, &bytes);
    assert_true(batch_decode(buffer_span(&bytes), 1, &decompressor, &again, &err));
    assert_int_equal(again.rows, 900);
    for (size_t i = 0; i < 900; i++)
        check_same_row(&batch, order[i], &again, i);

    for (size_t length = 0; length < bytes.length; length += 97) {
        struct batch damaged = {0};
        assert_false(
            batch_decode((struct span){bytes.data, length}, 1, &decompressor, &damaged, &err));
        batch_clear(&damaged);
    }
    buffer_clear(&bytes);
    compressor_close(&compressor);
    decompressor_close(&decompressor);
    batch_clear(&batch);
    batch_clear(&again);
}

int main(void) {
    const struct rows all[] = {ROWS(test_key, keys), TEST(test_full), TEST(test_sort),
                               TEST(test_stored_form)};

    return rows_run("batch", all, ARRAY_LENGTH(all));
}
