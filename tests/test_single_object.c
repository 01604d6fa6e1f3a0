/* collect/single_object.c, through the collector's door. */
#include "tests/rows.h"

#include <pthread.h>

#include "tests/support_collect.h"

static void test_single_object(void **state) {
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = SPAN("f/0000.json"), .bytes = -1};
    struct collecting collecting;
    struct receipt receipt;
    struct err err;

    (void)state;
    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 1);
    for (int i = 0; i < 2; i++) {
        assert_true(collector_import_object(collecting.collector, &object, 0, NULL,
                                            &collecting.arena, &receipt, &err));
        assert_true(span_equal(receipt.source, SPAN("s3://bucket/f/0000.json")));
        assert_int_equal(receipt.duplicate_of != 0, i == 1);
    }
    collecting_close(&collecting);
}

static const struct impatient_row {
    const char *name;
    int64_t deadline_ms;
    bool cancel;
    enum err_kind kind;
} impatients[] = {
    {"the deadline has passed", 1, false, ERR_TIMEOUT},
    {"the client has gone", 0, true, ERR_CANCELLED},
};

static void test_impatient(void **state) {
    const struct s3_object object = {
        .bucket = SPAN("bucket"), .key = SPAN("f/0000.json"), .bytes = -1};
    const struct impatient_row *row = *state;
    struct stall stall = {.part = "0000", .gate = gate_new()};
    struct collecting collecting;
    struct receipt receipt;
    atomic_bool cancel = row->cancel;
    struct err err;

    collecting_open(&collecting, 1);
    put_files(collecting.s3, "f/", 0, 1);
    fake_s3_fault(collecting.s3, stall_some, &stall);
    assert_false(collector_import_object(collecting.collector, &object, row->deadline_ms, &cancel,
                                         &collecting.arena, &receipt, &err));
    assert_int_equal(err.kind, row->kind);
    collecting_close(&collecting);
}

int main(void) {
    const struct rows all[] = {
        TEST(test_single_object),
        ROWS(test_impatient, impatients),
    };

    return rows_run("single_object", all, ARRAY_LENGTH(all));
}
